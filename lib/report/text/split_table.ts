/**
 * A split as rows of CSV.
 *
 * @module
 */
import { stringify } from "../../deps/std_csv.ts";
import type { Split } from "../../woptim/split.ts";

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

/** The people of a split as CSV with a header; numbers are the shortest text that reads back to the same double. */
export function splitCsv(split: Split): string {
  const columns = split.price === null ? COLUMNS : [...COLUMNS, "share", "payment"] as const;
  const rows = split.people.map((person) => columns.map((column) => person[column]));
  return stringify([columns, ...rows], { headers: false, crlf: false });
}
