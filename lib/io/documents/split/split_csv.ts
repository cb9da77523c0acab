/**
 * Writes the result of a split as CSV.
 *
 * @module
 */
import { csvField } from "../../../base/text/csv_field.ts";
import { type ListedSplit, pieces } from "../../../woptim/methods/person_list.ts";
import type { SplitPerson } from "../../../woptim/split.ts";
import type { ByteSink } from "../../bytes/atomic_file.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";
import type { TableFormat } from "../../records/table_format.ts";
import { writeTable } from "../../tables/results/table_writer.ts";

/** Columns of every split. */
const COLUMNS: readonly string[] = [
  "name",
  "units",
  "target",
  "lower",
  "upper",
  "inside",
  "distance",
  "discontent",
];
/** Further columns of a split with a price. */
const MONEY: readonly string[] = ["share", "payment"];

/** A split; where there are several goods, the name of its good is the first column. */
type CsvSplit = ListedSplit & { readonly good?: string };

/**
 * Writes the people of splits as a table to a file that appears whole or not at all. A number is the shortest text that reads
 * back as the same double; infinite bounds and absent values are blank, as in problem files. Further fields of people are in
 * columns after the usual ones.
 *
 * @throws {InputError} where the file can't be made
 * @throws {UsageError} for a name whose ending means no known format
 */
export async function writeSplitCsv(
  path: string,
  splits: readonly CsvSplit[],
  format?: TableFormat,
): Promise<void> {
  await writeTable(path, (sink) => splitCsv(sink, splits), { format });
}

async function splitCsv(sink: ByteSink, splits: readonly CsvSplit[]): Promise<void> {
  const columns = columnsOf(splits), hasGoods = splits.some(({ good }) => good !== undefined);
  const out = new TextBuffer(sink);
  out.text(`${[...(hasGoods ? ["good"] : []), ...columns].join(",")}\n`);
  for (const { good = "", people } of splits) {
    const start = hasGoods ? `${csvField(good)},` : "";
    for (const piece of pieces(people)) {
      for (const person of piece) {
        out.text(start);
        for (const column of columns) {
          if (column !== "name") out.byte(COMMA);
          addField(out, (person as SplitPerson & Record<string, unknown>)[column]);
        }
        out.byte(LF);
        if (out.full) await out.flush();
      }
    }
  }
  await out.end();
}

/** The usual columns, and after them the further fields of the people. */
function columnsOf(splits: readonly CsvSplit[]): string[] {
  const money = splits.every(({ price }) => price === null) ? [] : MONEY;
  const known: readonly string[] = [...COLUMNS, ...MONEY];
  const further = new Set<string>();
  for (const { people } of splits) {
    // Only people who were made as objects have further fields, and not all of them the same.
    for (const person of Array.isArray(people) ? people : []) {
      for (const name in person) if (!known.includes(name)) further.add(name);
    }
  }
  return [...COLUMNS, ...money, ...further];
}

const COMMA = 44, LF = 10;

function addField(out: TextBuffer, value: unknown): void {
  if (typeof value === "string") out.text(csvField(value));
  else if (typeof value === "boolean") out.text(`${value}`);
  else if (typeof value === "number" && Math.abs(value) < Infinity) {
    if (Object.is(value, -0)) out.byte(48);
    else out.number(value);
  }
}
