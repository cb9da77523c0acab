/**
 * Reads the groups of a split from CSV text.
 *
 * @module
 */
import { NUMERIC_FIELDS } from "../../../woptim/problem/person_fields.ts";
import { GROUP_EXPECTED, type GroupRequirement } from "../../../woptim/problem/problem.ts";
import { numberIn } from "./split_person_fields.ts";
import { readSplitTable, type SplitTable, type TableForm } from "./split_table.ts";

/** A table of groups. */
export const GROUP_TABLE: TableForm = {
  wanted: ["name"],
  optional: ["lower", "upper", "target", "weight", "group"],
  numbers: ["lower", "upper", "target", "weight"],
  shown: ["name", "lower", "upper", "target", "group"],
  least: null,
};

/**
 * Reads groups from the text of a CSV file with the columns name, lower, upper, target, weight and group (the group that a
 * group is in); all but the name may be left out or blank.
 *
 * @throws {InputError} with a line for every error in the file
 */
export function parseSplitGroups(text: string, file: string): SplitTable<GroupRequirement> {
  return readSplitTable(text, file, GROUP_TABLE, (row, name, names): GroupRequirement => {
    const interval = row.interval();
    const target = row.text("target") === "" ? null : row.target(interval);
    const { read, expected } = NUMERIC_FIELDS.weight, given = row.text("weight");
    const weight = given === "" ? 1 : read(numberIn(given));
    if (weight === undefined) row.fault("weight", expected);
    const group = row.text("group");
    if (group !== "" && !names.has(group)) row.fault("group", GROUP_EXPECTED);
    // Groups may be put into a document, where an open bound is null.
    const [lower, upper] = interval.map((bound) => Math.abs(bound) === Infinity ? null : bound);
    return { name, interval: [lower, upper], target, weight, group: group === "" ? null : group };
  });
}
