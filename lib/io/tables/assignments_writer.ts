/**
 * Writes assignments.
 *
 * @module
 */
import { viewOf } from "../../base/id_table.ts";
import { IdPool } from "../../base/ids.ts";
import type { Instance } from "../../allocator/drop/instance.ts";
import type { Offers } from "../../allocator/model/offers.ts";
import { quote, UsageError } from "../../base/errors.ts";
import { type ByteSink, writeAtomic } from "../bytes/atomic_file.ts";
import { compressedSink } from "../bytes/gzip_sink.ts";
import { csvField } from "../../base/csv_field.ts";
import { TextBuffer } from "../bytes/text_buffer.ts";

/** Columns of an assignments file, in their order. */
export const ASSIGNMENT_COLUMNS = [
  "user_id",
  "contract_address",
  "score",
  "is_sponsored",
  "group_id",
  "sponsorship_ratio",
] as const;

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
 * is_sponsored is True or False; scores are the shortest text that reads back to the same number.
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
  if (format === "parquet") {
    const { assignmentsParquet } = await import("./assignments_parquet.ts");
    await writeAtomic(path, (sink) => assignmentsParquet(sink, instance, offers));
  } else if (format === "gzip" || format === "zstd") {
    await writeAtomic(path, async (sink) => {
      const packed = compressedSink(sink, format);
      await assignmentsCsv(packed, instance, offers);
      await packed.close();
    });
  } else await writeAtomic(path, (sink) => assignmentsCsv(sink, instance, offers));
}

/** Writes offers as CSV. */
export async function assignmentsCsv(
  sink: ByteSink,
  instance: Instance,
  offers: Offers,
): Promise<void> {
  const { users, contract, score, group } = instance;
  const { offerStart, offerPair } = offers;
  const { sponsoredContracts, contracts, groups, ratio } = instance;
  // What stands around the score, made once: per contract, and per group for either type.
  const tail = (flag: string) => groups.map((id, g) => `,${flag},${csvField(id)},${ratio[g]}\n`);
  const pieces = IdPool.from([
    ...contracts.map((id) => `,${csvField(id)},`),
    ...tail("True"),
    ...tail("False"),
  ]);
  const piece = viewOf(pieces.bytes), from = pieces.offsets, user = viewOf(users.bytes);
  const out = new TextBuffer(sink);
  out.text(`${ASSIGNMENT_COLUMNS.join(",")}\n`);
  for (let u = 0; u + 1 < offerStart.length; u++) {
    if (offerStart[u] === offerStart[u + 1]) continue;
    const idFrom = users.offsets[u], idTo = users.offsets[u + 1];
    const quoted = needsQuotes(users.bytes, idFrom, idTo) ? csvField(users.at(u)) : null;
    const sponsored = contracts.length + group[u], unsponsored = sponsored + groups.length;
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      const pair = offerPair[o], c = contract[pair];
      if (quoted === null) out.copy(user, idFrom, idTo);
      else out.text(quoted);
      out.copy(piece, from[c], from[c + 1]);
      out.number(score[pair]);
      const end = c < sponsoredContracts ? sponsored : unsponsored;
      out.copy(piece, from[end], from[end + 1]);
    }
    if (out.full) await out.flush();
  }
  await out.end();
}

/** Whether an id holds a comma, a quote or a line break. */
function needsQuotes(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte <= 44 && (byte === 44 || byte === 34 || byte === 10 || byte === 13)) return true;
  }
  return false;
}
