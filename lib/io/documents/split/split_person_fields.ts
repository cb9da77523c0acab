/**
 * Fields that a person may have in a problem file beside a name, an interval and a target.
 *
 * @module
 */
import {
  AT_PREVIOUS,
  type FieldRule,
  NUMERIC_FIELD_NAMES,
  NUMERIC_FIELDS,
  readStep,
  STEP_TEXT_EXPECTED,
} from "../../../woptim/problem/person_fields.ts";
import {
  FIXED_EXPECTED,
  GOOD_EXPECTED,
  GROUP_EXPECTED,
  type Requirement,
} from "../../../woptim/problem/problem.ts";
import { optionInWords } from "../../../base/option_words.ts";
import { parseNumberText } from "../../bytes/parse_number.ts";
import type { SplitRow } from "./split_table.ts";

/** Fields that are not a single number. */
const OTHERS = ["step", "group", "good"];

/** The columns of those that are numbers, in a CSV. */
export const NUMERIC_COLUMNS: readonly string[] = NUMERIC_FIELD_NAMES.map((field) =>
  NUMERIC_FIELDS[field].file
);
/** The fields' columns in a CSV. */
export const FURTHER_COLUMNS: readonly string[] = [...NUMERIC_COLUMNS, ...OTHERS];

/** The fields that have a value, under their names in the library; `valueOf` returns the value of a field of the file. */
export function furtherFields(valueOf: (field: string) => unknown): Partial<Requirement> {
  const entries: [string, unknown][] = [
    ...NUMERIC_FIELD_NAMES.map((name): [string, unknown] => [
      name,
      valueOf(NUMERIC_FIELDS[name].file),
    ]),
    ...OTHERS.map((name): [string, unknown] => [name, valueOf(name)]),
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

/** Names that the fields group and good may refer to; undefined: none were given. */
interface KnownNames {
  groups?: ReadonlySet<string>;
  goods?: ReadonlySet<string>;
}

/** The fields of a row of CSV; a fault is added to it for each invalid one. */
export function fieldsOfRow(row: SplitRow, known: KnownNames): Partial<Requirement> {
  return furtherFields((column) => {
    const text = row.text(column);
    if (text === "") return undefined;
    if (column === "good" || column === "group") {
      const list = `${column}s` as const, names = known[list];
      const expected = column === "good" ? GOOD_EXPECTED : GROUP_EXPECTED;
      if (names === undefined) row.fault(column, `${expected}, given by ${optionInWords(list)}`);
      else if (!names.has(text)) row.fault(column, expected);
      return text;
    }
    const value = numberIn(text);
    if (column === "step") {
      if (readStep(value) === undefined) row.fault(column, STEP_TEXT_EXPECTED);
      return value;
    }
    const rule = ruleOf(column), number = rule.read(value);
    if (number === undefined) row.fault(column, rule.expected);
    if (column === "fixed" && number === AT_PREVIOUS && row.text("previous") === "") {
      row.fault(column, FIXED_EXPECTED);
    }
    return column === "or_zero" ? number === 1 : value;
  });
}

/** The number that a text reads as, or the text. */
export function numberIn(text: string): number | string {
  const number = parseNumberText(text);
  return Number.isNaN(number) ? text : number;
}

function ruleOf(column: string): FieldRule {
  return NUMERIC_FIELDS[NUMERIC_FIELD_NAMES.find((name) => NUMERIC_FIELDS[name].file === column)!];
}
