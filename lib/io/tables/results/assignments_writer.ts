/**
 * Writes assignments.
 *
 * @module
 */
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import type { Offers } from "../../../allocator/model/offers.ts";
import { withHeldOut } from "./held_out_rows.ts";
import { assignmentsCsv } from "./assignments_csv.ts";
import type { TableFormat } from "../../records/table_format.ts";
import { writeTable } from "./table_writer.ts";

/**
 * Writes offers to a file that appears whole or not at all: CSV, JSON Lines (`.jsonl`), an array of objects (`.json`), each
 * of them also with `.gz` or `.zst`, Excel (`.xlsx`) or Parquet, by the name's ending or as `format` says; `-` is standard
 * output.
 *
 * Rows are sorted by user_id, then score descending, then contract_address. is_sponsored is True or False; a score is the
 * shortest text that reads back as the same number. Where users held out of the drop have random offers, those are among the
 * rows, and a column `holdout` says which row is which.
 *
 * @throws {InputError} where the file can't be made
 * @throws {UsageError} for a name whose ending means no known format
 */
export async function writeAssignments(
  path: string,
  instance: Instance,
  offers: Offers,
  format?: TableFormat,
): Promise<void> {
  const rows = withHeldOut(instance, offers);
  await writeTable(path, (sink) => assignmentsCsv(sink, ...rows), {
    format,
    table: "assignments",
    parquet: async (sink) => {
      const { assignmentsParquet } = await import("./assignments_parquet.ts");
      await assignmentsParquet(sink, ...rows);
    },
  });
}
