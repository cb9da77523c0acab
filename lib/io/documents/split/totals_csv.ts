/**
 * Writes splits of several totals as CSV.
 *
 * @module
 */
import { csvField } from "../../../base/text/csv_field.ts";
import type { TotalsSplit } from "../../../woptim/methods/totals_by.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";
import type { TableFormat } from "../../records/table_format.ts";
import { writeTable } from "../../tables/results/table_writer.ts";

/**
 * Writes a table with a row for each total and person to a file that appears whole or not at all.
 *
 * @throws {InputError} where the file can't be made
 */
export async function writeTotalsCsv(
  path: string,
  totals: TotalsSplit,
  format?: TableFormat,
): Promise<void> {
  const { names, lower, upper, splits } = totals;
  const fields = names.map(csvField);
  await writeTable(path, async (sink) => {
    const out = new TextBuffer(sink);
    out.text("total,status,name,units,inside\n");
    for (const { total, status, units } of splits) {
      for (let i = 0; i < names.length; i++) {
        const inside = lower[i] <= units[i] && units[i] <= upper[i];
        out.text(`${total},${status},`);
        out.text(fields[i]);
        out.text(`,${units[i] + 0},${inside}\n`);
        if (out.full) await out.flush();
      }
    }
    await out.end();
  }, { format });
}
