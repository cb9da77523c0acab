/**
 * A split as rows of CSV.
 *
 * @module
 */
import { csvField } from "../../base/csv_field.ts";
import { type ListedSplit, pieces } from "../../woptim/methods/person_list.ts";
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

/**
 * Writes the people of a split as CSV with a header to a file that appears whole or not at all; numbers are the shortest
 * text that reads back to the same double, and an open bound is blank, as problem files have it.
 *
 * @throws {InputError} where the file can't be made
 */
export async function writeSplitCsv(path: string, split: ListedSplit): Promise<void> {
  await writeAtomic(path, (sink) => splitCsv(sink, split));
}

async function splitCsv(sink: ByteSink, split: ListedSplit): Promise<void> {
  const columns = split.price === null ? COLUMNS : [...COLUMNS, "share", "payment"] as const;
  const out = new TextBuffer(sink);
  out.text(`${columns.join(",")}\n`);
  for (const people of pieces(split.people)) {
    for (const person of people) {
      for (const column of columns) {
        if (column !== "name") out.byte(COMMA);
        addField(out, person[column]);
      }
      out.byte(LF);
      if (out.full) await out.flush();
    }
  }
  await out.end();
}

const COMMA = 44, LF = 10;

function addField(out: TextBuffer, value: SplitPerson[typeof COLUMNS[number]] | null): void {
  if (typeof value === "string") out.text(csvField(value));
  else if (typeof value !== "number") out.text(`${value}`);
  else if (Math.abs(value) !== Infinity) {
    if (Object.is(value, -0)) out.byte(48);
    else out.number(value);
  }
}
