/**
 * A split as rows of CSV.
 *
 * @module
 */
import { csvField } from "../../base/csv_field.ts";
import type { Split, SplitPerson } from "../../woptim/split.ts";

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

/** The people of a split as CSV with a header; numbers are the shortest text that reads back to the same double. */
export function splitCsv(split: Split): string {
  const first = split.people[0];
  const columns = [
    ...COLUMNS,
    ...(split.price === null ? [] : ["share", "payment"] as const),
    ...FURTHER.filter((column) => first[column] !== undefined),
  ];
  // What is open or not there is blank, as problem files have it.
  const field = (value: SplitPerson[typeof columns[number]]) =>
    typeof value === "string"
      ? csvField(value)
      : value === null || value === undefined || Math.abs(Number(value)) === Infinity
      ? ""
      : `${value}`;
  const lines = split.people.map((person) => columns.map((c) => field(person[c])).join(","));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}
