/**
 * Writes assignments.
 *
 * @module
 */
import type { Instance } from "../../allocator/drop/instance.ts";
import type { Offers } from "../../allocator/model/offers.ts";
import { quote, UsageError } from "../../base/errors.ts";
import { writeAtomic } from "../bytes/atomic_file.ts";
import { withHeldOut } from "./held_out_rows.ts";
import { assignmentsCsv } from "./assignments_csv.ts";
import { compressedSink } from "../bytes/gzip_sink.ts";

/** How an assignments file is written. */
export type AssignmentsFormat = "csv" | "gzip" | "zstd" | "parquet";

/** Name endings of assignments files, and how each is written; a name without an ending is CSV. */
const ENDINGS: readonly (readonly [RegExp, AssignmentsFormat])[] = [
  [/\.parquet$/i, "parquet"],
  [/(^|[/\\])[^./\\]*(\.csv)?\.gz$|\.csv\.gz$/i, "gzip"],
  [/(^|[/\\])[^./\\]*(\.csv)?\.zst$|\.csv\.zst$/i, "zstd"],
  [/\.csv$|(^|[/\\])[^./\\]*$/i, "csv"],
];

/**
 * How an assignments file of that name is written. An ending that stands for another format is refused: a file of CSV
 * called `.xlsx` or `.zip` helps nobody.
 *
 * @throws {UsageError} for an ending that is not known
 *
 * @example
 * ```ts
 * import { assertEquals } from "../../deps/std_assert.ts";
 * import { assignmentsFormat } from "./assignments_writer.ts";
 * assertEquals(assignmentsFormat("out/monday.csv.gz"), "gzip");
 * ```
 */
export function assignmentsFormat(path: string): AssignmentsFormat {
  const known = ENDINGS.find(([ending]) => ending.test(path));
  if (known !== undefined) return known[1];
  throw new UsageError(
    `${path}: assignments are written as .csv, .csv.gz, .csv.zst or .parquet, not as ${
      quote(endingOf(path))
    }`,
  );
}

/** The name's ending, from its first dot on (a hidden file's second). */
function endingOf(path: string): string {
  return /[^/\\](\.[^/\\]*)$/.exec(path.replace(/^.*[/\\]/, ""))?.[1] ?? path;
}

/**
 * Writes offers to a file that appears whole or not at all: CSV, or by the name's ending `.csv.gz`, `.csv.zst` (or any `.gz`, `.zst`) or
 * `.parquet`. Rows are sorted by user_id, then score descending, then contract_address, which is the order offers are in;
 * is_sponsored is True or False; where users held out have random offers these are among the rows, told by a column holdout; scores are the shortest text that reads back to the same number.
 *
 * @throws {InputError} where the file can't be made
 * @throws {UsageError} for a name with another ending
 */
export async function writeAssignments(
  path: string,
  instance: Instance,
  offers: Offers,
): Promise<void> {
  const format = assignmentsFormat(path);
  const rows = withHeldOut(instance, offers);
  if (format === "parquet") {
    const { assignmentsParquet } = await import("./assignments_parquet.ts");
    await writeAtomic(path, (sink) => assignmentsParquet(sink, ...rows));
  } else if (format === "gzip" || format === "zstd") {
    await writeAtomic(path, async (sink) => {
      const packed = compressedSink(sink, format);
      await assignmentsCsv(packed, ...rows);
      await packed.close();
    });
  } else await writeAtomic(path, (sink) => assignmentsCsv(sink, ...rows));
}
