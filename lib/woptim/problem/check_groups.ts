/**
 * Checks of groups, and of who is in which.
 *
 * @module
 */
import { isObject } from "../../base/validate.ts";
import { checkedInterval, checkedTarget, Names, problemFault } from "./check_fields.ts";
import type { CheckedGroups } from "./group_tree.ts";
import { NUMERIC_FIELDS } from "./person_fields.ts";
import { type CheckedColumns, GROUP_EXPECTED } from "./problem.ts";

/**
 * Checks groups and who is in which.
 *
 * @param given the name of each person's group, or nothing
 * @param placeOf where the group of person `i` stands, for errors
 * @throws {InputError} at the first fault
 */
export function checkedGroups(
  groups: unknown,
  given: ArrayLike<unknown> | null | undefined,
  length: number,
  placeOf: (i: number) => string,
): Pick<CheckedColumns, "group" | "groups"> {
  const names = new Names(), checked = columnsOfGroups(groups, names);
  if (checked === null && (given === undefined || given === null)) return {};
  const group = new Int32Array(length);
  for (let i = 0; i < length; i++) group[i] = numberOf(names, given?.[i], () => placeOf(i));
  return checked === null ? {} : { group, groups: checked };
}

/** The groups as columns, their names added to `names`; null: there are none. */
function columnsOfGroups(groups: unknown, names: Names): CheckedGroups | null {
  if (groups === undefined || groups === null) return null;
  if (!Array.isArray(groups)) throw problemFault("groups", groups, "a list of groups");
  if (groups.length === 0) return null;
  const n = groups.length;
  const lower = new Float64Array(n), upper = new Float64Array(n);
  const target = new Float64Array(n), weight = new Float64Array(n), parent = new Int32Array(n);
  // All names first: a group may be in one that comes later.
  const named = groups.map((group, g) => {
    if (!isObject(group)) {
      const expected = "an object with name, and interval, target, weight or group";
      throw problemFault(`groups[${g}]`, group, expected);
    }
    return names.add(group.name, `groups[${g}].name`);
  });
  groups.forEach((group: Record<string, unknown>, g) => {
    const at = `groups[${g}]`;
    [lower[g], upper[g]] = checkedInterval(group.interval ?? [null, null], `${at}.interval`);
    target[g] = group.target === undefined || group.target === null
      ? NaN
      : checkedTarget(group.target, lower[g], upper[g], `${at}.target`);
    const rule = NUMERIC_FIELDS.weight, given = group.weight ?? rule.absent;
    const number = rule.read(given);
    if (number === undefined) throw problemFault(`${at}.weight`, given, rule.expected);
    weight[g] = number;
    parent[g] = numberOf(names, group.group, () => `${at}.group`);
  });
  const inwardOut = inOrder(parent, named);
  return { names: named, lower, upper, target, weight, parent, inwardOut };
}

/** The number of a group by its name; −1 for none. */
function numberOf(names: Names, name: unknown, place: () => string): number {
  if (name === undefined || name === null) return -1;
  const number = names.numberOf(name);
  if (number === undefined) throw problemFault(place(), name, GROUP_EXPECTED);
  return number;
}

/** The groups in an order in which each comes before the one that it is in. */
function inOrder(parent: Int32Array, names: readonly string[]): Int32Array {
  const depth = Int32Array.from(parent, (_, g) => {
    let steps = 0;
    for (let around = g; around >= 0; around = parent[around]) {
      if (steps++ > parent.length) {
        const expected = "a group that is not inside this one itself";
        throw problemFault(`groups[${g}].group`, names[parent[g]], expected);
      }
    }
    return steps;
  });
  return Int32Array.from(parent.keys()).sort((a, b) => depth[b] - depth[a] || a - b);
}
