/**
 * A split as rows of CSV.
 *
 * @module
 */
import { csvField } from "../../base/csv_field.ts";
import { type ListedGood, pieces } from "../../woptim/methods/person_list.ts";
import type { SplitPerson } from "../../woptim/split.ts";
import { type ByteSink, writeAtomic } from "../bytes/atomic_file.ts";
import { TextBuffer } from "../bytes/text_buffer.ts";

/** Columns beside which a split with a price has share and payment. */
const COLUMNS = [
  "name",
  "units",
  "target",
  "lower",
  "upper",
  "inside",
  "distance",
  "discontent",
] as const;

/** Columns that are there where somebody has an entry. */
const FURTHER = ["weight", "priority", "group", "previous", "change"] as const;

/**
 * Writes the people of a split, or of those of several goods, whose name then is the first column, as CSV with a header to a file that appears whole or not at all; numbers are the shortest
 * text that reads back to the same double, and what is open or not there is blank, as problem files have it.
 *
 * @throws {InputError} where the file can't be made
 */
export async function writeSplitCsv(
  path: string,
  ...splits: readonly ListedGood[]
): Promise<void> {
  await writeAtomic(path, (sink) => splitCsv(sink, splits));
}

async function splitCsv(sink: ByteSink, splits: readonly ListedGood[]): Promise<void> {
  const hasGoods = splits.some(({ good }) => good !== undefined);
  const has = (column: typeof FURTHER[number]) =>
    splits.some(({ people }) => people.slice(0, 1)[0][column] !== undefined);
  const columns = [
    ...COLUMNS,
    ...(splits.every(({ price }) => price === null) ? [] : ["share", "payment"] as const),
    ...FURTHER.filter(has),
  ];
  const out = new TextBuffer(sink);
  out.text(`${hasGoods ? "good," : ""}${columns.join(",")}\n`);
  for (const { people, good } of splits) {
    const before = hasGoods ? `${csvField(good ?? "")},` : "";
    for (const some of pieces(people)) {
      for (const person of some) {
        if (hasGoods) out.text(before);
        for (const column of columns) {
          if (column !== "name") out.byte(COMMA);
          addField(out, person[column]);
        }
        out.byte(LF);
        if (out.full) await out.flush();
      }
    }
  }
  await out.end();
}

const COMMA = 44, LF = 10;

type Column = typeof COLUMNS[number] | typeof FURTHER[number] | "share" | "payment";

function addField(out: TextBuffer, value: SplitPerson[Column]): void {
  if (value === null || value === undefined) return;
  if (typeof value === "string") out.text(csvField(value));
  else if (typeof value !== "number") out.text(`${value}`);
  else if (Math.abs(value) !== Infinity) {
    if (Object.is(value, -0)) out.byte(48);
    else out.number(value);
  }
}
