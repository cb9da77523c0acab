/**
 * Reads the people of a split from CSV text.
 *
 * @module
 */
import { parse as parseCsv } from "../../../deps/std_csv.ts";
import { InputError, quote } from "../../../base/errors.ts";
import {
  type Good,
  GOOD_EXPECTED,
  type GroupRequirement,
  type Requirement,
} from "../../../woptim/problem/problem.ts";
import { misspelt } from "../../../base/ids/near_names.ts";
import { isDocument } from "./problem_bytes.ts";
import { fieldsOfRow, FURTHER_COLUMNS, NUMERIC_COLUMNS } from "./split_person_fields.ts";
import { readSplitTable, type SplitTable, type TableForm } from "./split_table.ts";

/** A table of people. */
export const PEOPLE_TABLE: TableForm = {
  wanted: ["name", "target"],
  optional: ["lower", "upper", ...FURTHER_COLUMNS],
  numbers: ["target", "lower", "upper", "step", ...NUMERIC_COLUMNS],
  shown: ["name", "lower", "upper", "target"],
  least: "person",
};
/** All of its columns. */
export const PEOPLE_COLUMNS: readonly string[] = [
  ...PEOPLE_TABLE.wanted,
  ...PEOPLE_TABLE.optional,
];

/**
 * Reads people from the text of a CSV file.
 *
 * @param groups groups and `goods` that people may name; undefined: none were given
 * @throws {InputError} with a line for every error in the file
 */
export function parseSplitPeople(
  text: string,
  file: string,
  { groups, goods }: { groups?: readonly GroupRequirement[]; goods?: readonly Good[] },
): SplitTable<Requirement> {
  const namesOf = (list?: readonly { name: string }[]) =>
    list && new Set(list.map(({ name }) => name));
  const known = { groups: namesOf(groups), goods: namesOf(goods) };
  return readSplitTable(text, file, PEOPLE_TABLE, (row, name): Requirement => {
    const interval = row.interval(), target = row.target(interval);
    const further = fieldsOfRow(row, known);
    if (goods !== undefined && row.text("good") === "") row.fault("good", GOOD_EXPECTED);
    return { name, interval, target, ...further };
  });
}

/** Names of the columns in a CSV's first line; null where the text is JSON. */
export function headerOf(text: string): string[] | null {
  if (isDocument(text)) return null;
  try {
    const header = parseCsv(text.slice(0, text.search(/\r?\n|$/)))[0] ?? [];
    return header.map((name) => name.trim());
  } catch {
    // The reader of the table reports what is wrong.
    return [];
  }
}

/**
 * Names of a header that are not columns of people.
 *
 * @throws {InputError} for one that is probably meant as a column: what stands in it would count for nothing
 */
export function unknownColumns(header: readonly string[], file: string): string[] {
  const unknown = header.filter((name) => !PEOPLE_COLUMNS.includes(name));
  const found = misspelt(unknown, PEOPLE_COLUMNS, { there: header });
  if (found === null) return unknown;
  const { near, column } = found;
  throw new InputError(
    `${file}: the header has ${quote(near)}, expected ${column}, or another name`,
    { file, column: near, expected: column },
  );
}
