/**
 * A split as rows of CSV.
 *
 * @module
 */
import { csvField } from "../../base/csv_field.ts";
import type { GoodSplit } from "../../woptim/goods.ts";
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

/**
 * The people of a split as CSV with a header, or of the splits of several goods, whose name then is the first column; numbers
 * are the shortest text that reads back to the same double.
 */
export function splitCsv(...splits: readonly (Split | GoodSplit)[]): string {
  const hasGoods = splits.some((split) => "good" in split);
  const columns = [
    ...COLUMNS,
    ...(splits.every(({ price }) => price === null) ? [] : ["share", "payment"] as const),
    ...FURTHER.filter((column) => splits.some(({ people }) => people[0][column] !== undefined)),
  ];
  // What is open or not there is blank, as problem files have it.
  const field = (value: SplitPerson[typeof columns[number]]) =>
    typeof value === "string"
      ? csvField(value)
      : value === null || value === undefined || Math.abs(Number(value)) === Infinity
      ? ""
      : `${value}`;
  const lines = [[...(hasGoods ? ["good"] : []), ...columns].join(",")];
  for (const split of splits) {
    const good = "good" in split ? `${csvField(split.good)},` : "";
    for (const person of split.people) {
      lines.push(good + columns.map((column) => field(person[column])).join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}
