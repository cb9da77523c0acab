/**
 * Files of the groups of a split.
 *
 * @module
 */
import type { InputFault } from "../../base/errors.ts";
import { LARGEST } from "../../woptim/options.ts";
import { NUMERIC_FIELDS } from "../../woptim/person_fields.ts";
import {
  BOUND_EXPECTED,
  boundOf,
  GROUP_EXPECTED,
  type GroupRequirement,
  NAME_EXPECTED,
  OPEN_TARGET_EXPECTED,
  repeated,
  TARGET_EXPECTED,
  TARGET_WORDS,
  targetOf,
  type TargetWord,
} from "../../woptim/problem.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import { emptyInput } from "../csv/header.ts";
import { parseTable } from "../tables/table.ts";
import type { TableColumns } from "./problem_bytes.ts";
import { numberIn } from "./split_person_fields.ts";
import { errorOf } from "./split_problem_file.ts";

/** Columns of a table of groups. */
export const GROUP_COLUMNS: TableColumns = {
  wanted: ["name"],
  optional: ["lower", "upper", "target", "weight", "group"],
};

/**
 * Reads groups from the text of a CSV file with the columns name, lower, upper, target, weight and group (the group that a
 * group is in); all but the name may be left out or blank.
 *
 * @throws {InputError} with one line for each of all the faults in it
 */
export function parseSplitGroups(text: string, file: string): GroupRequirement[] {
  if (text.trim() === "") throw emptyInput(file, ["name", "lower", "upper", "target", "group"]);
  const { wanted, optional } = GROUP_COLUMNS;
  const { rows } = parseTable(text.replace(/^\ufeff/, ""), file, wanted, optional);
  const faults: InputFault[] = [];
  const names = rows.map(({ fields }) => fields[0]!);
  const twice = new Set(repeated(names)), known = new Set(names);
  const groups = rows.map(({ line, fields }, i): GroupRequirement => {
    const [name, lowerText, upperText, targetText, weightText, group] = fields
      .map((field) => field ?? "");
    const fault = (column: string, value: string, expected: string) =>
      faults.push({ file, line, column, value, expected });
    const number = (column: string, value: string, expected: string) => {
      const parsed = parseNumberText(value);
      if (!(Math.abs(parsed) <= LARGEST)) fault(column, value, expected);
      return parsed;
    };
    if (name === "") fault("name", name, "a name");
    else if (twice.has(i)) fault("name", name, NAME_EXPECTED);
    const bound = (side: "lower" | "upper", value: string) => {
      const open = boundOf(value, side);
      return Number.isNaN(open) ? number(side, value, BOUND_EXPECTED) : open;
    };
    const lower = bound("lower", lowerText), upper = bound("upper", upperText);
    if (lower > upper) fault("lower", lowerText, `at most the upper bound, ${upperText}`);
    const isWord = TARGET_WORDS.includes(targetText as TargetWord);
    if (isWord && !Number.isFinite(targetOf(targetText as TargetWord, lower, upper))) {
      fault("target", targetText, OPEN_TARGET_EXPECTED);
    }
    const target = isWord
      ? targetText as TargetWord
      : targetText === ""
      ? null
      : number("target", targetText, TARGET_EXPECTED);
    const { read, expected } = NUMERIC_FIELDS.weight;
    const weight = weightText === "" ? 1 : read(numberIn(weightText));
    if (weight === undefined) fault("weight", weightText, expected);
    if (group !== "" && !known.has(group)) fault("group", group, GROUP_EXPECTED);
    return { name, interval: [lower, upper], target, weight, group: group === "" ? null : group };
  });
  if (faults.length > 0) throw errorOf(faults);
  return groups;
}
