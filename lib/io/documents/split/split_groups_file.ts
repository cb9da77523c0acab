/**
 * Reads the groups of a split from CSV text.
 *
 * @module
 */
import type { InputFault } from "../../../base/errors.ts";
import { NUMERIC_FIELDS } from "../../../woptim/problem/person_fields.ts";
import {
  expectedForWord,
  GROUP_EXPECTED,
  type GroupRequirement,
  repeated,
  TARGET_EXPECTED,
  TARGET_WORDS,
  type TargetWord,
} from "../../../woptim/problem/problem.ts";
import { emptyInput } from "../../csv/header.ts";
import { parseTable } from "../../tables/rows/table.ts";
import type { TableColumns } from "./problem_bytes.ts";
import { linesOf, type TablePlaces } from "./problem_places.ts";
import { numberIn } from "./split_person_fields.ts";
import { errorOf } from "./split_problem_file.ts";
import { SplitRow } from "./split_row.ts";

/** Columns of a table of groups. */
export const GROUP_COLUMNS: TableColumns = {
  wanted: ["name"],
  optional: ["lower", "upper", "target", "weight", "group"],
  numbers: ["lower", "upper", "target", "weight"],
};

/**
 * Reads groups from the text of a CSV file with the columns name, lower, upper, target, weight and group (the group that a
 * group is in); all but the name may be left out or blank.
 *
 * @throws {InputError} with a line for every error in the file
 */
export function parseSplitGroups(
  text: string,
  file: string,
): { groups: GroupRequirement[]; places: TablePlaces; blankRows?: number } {
  if (text.trim() === "") throw emptyInput(file, ["name", "lower", "upper", "target", "group"]);
  const { wanted, optional } = GROUP_COLUMNS;
  const { rows, blankRows } = parseTable(text, file, wanted, optional);
  const faults: InputFault[] = [];
  const names = rows.map(({ fields }) => fields[0]!);
  const twice = new Set(repeated(names)), known = new Set(names);
  const groups = rows.map(({ line, fields }, i): GroupRequirement => {
    const [name, lowerText, upperText, targetText, weightText, group] = fields
      .map((field) => field ?? "");
    const row = new SplitRow({ file, line }, faults);
    row.checkName(name, twice.has(i));
    const [lower, upper] = row.interval(lowerText, upperText);
    const isWord = TARGET_WORDS.includes(targetText as TargetWord);
    const expected = isWord && expectedForWord(targetText as TargetWord, lower, upper);
    if (expected) row.fault("target", targetText, expected);
    const target = isWord
      ? targetText as TargetWord
      : targetText === ""
      ? null
      : row.number("target", targetText, TARGET_EXPECTED);
    const rule = NUMERIC_FIELDS.weight;
    const weight = weightText === "" ? 1 : rule.read(numberIn(weightText));
    if (weight === undefined) row.fault("weight", weightText, rule.expected);
    if (group !== "" && !known.has(group)) row.fault("group", group, GROUP_EXPECTED);
    // Groups may be put into a document, where an open bound is null.
    const interval = [lower, upper].map((bound) => Math.abs(bound) === Infinity ? null : bound);
    return {
      name,
      interval: interval as [number | null, number | null],
      target,
      weight,
      group: group === "" ? null : group,
    };
  });
  if (faults.length > 0) throw errorOf(faults);
  return { groups, places: { file, lines: linesOf(rows) }, blankRows };
}
