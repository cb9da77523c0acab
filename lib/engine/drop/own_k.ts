/**
 * Users' own k, as engines have it: users are in classes by their k.
 *
 * @module
 */
import { isK, K_EXPECTED, NO_OWN_K } from "../../allocator/drop/instance/own_k.ts";
import { decimalOf } from "../../base/numbers/decimal_text.ts";
import { InputError, quote } from "../../base/errors.ts";

/** The classes of k of a drop whose users do not all have the policy's. */
export interface OwnK {
  /** Most offers of each class, ascending. */
  readonly values: readonly number[];
  /** The (group, k as text) that rows of the users' groups have; ascending by `code`. */
  readonly keys: readonly (readonly [group: string, k: string])[];
  /** Code of each key: group · classes + class. Where a user has several rows, the lowest code counts. */
  readonly codes: readonly number[];
}

/** Where users' k comes from. */
export interface KRules {
  /** Name of the users' groups, for messages. */
  readonly groupsName: string;
  /** The policy's. */
  readonly k: number;
  /** Groups, and what each of their ratios' rows says; absent: nothing. */
  readonly groupIds: readonly string[];
  /** By row of `groupIds`: k, or {@link NO_OWN_K}. */
  readonly groupK?: Int32Array;
}

/**
 * The classes of k; null where the policy's k holds for all.
 *
 * @param rows distinct groups of users with their own k, "" where they have none
 * @throws InputError for a k that is not a whole number in its range
 */
export function ownKOf(
  rows: readonly (readonly [group: string, k: string])[],
  groups: readonly string[],
  { groupsName, k, groupIds, groupK }: KRules,
): OwnK | null {
  const ofGroup = new Map<string, number>();
  groupIds.forEach((id, row) => {
    if (groupK !== undefined && !ofGroup.has(id)) ofGroup.set(id, groupK[row]);
  });
  const known = new Map(groups.map((id, g) => [id, g]));
  const found = rows.filter(([group]) => known.has(group)).map(([group, text]) => {
    const given = text === "" ? undefined : decimalOf(text);
    if (!isOwnKText(text)) {
      throw new InputError(
        `${groupsName}: k is ${quote(text)}, expected ${K_EXPECTED}, or nothing`,
        { file: groupsName, column: "k", value: text, expected: `${K_EXPECTED}, or nothing` },
      );
    }
    const own = given ?? ofGroup.get(group) ?? NO_OWN_K;
    return { key: [group, text] as const, g: known.get(group)!, k: own === NO_OWN_K ? k : own };
  });
  const values = [...new Set(found.map((one) => one.k))].sort((a, b) => a - b);
  if (values.length === 0 || (values.length === 1 && values[0] === k)) return null;
  const coded = found.map((one) => ({
    key: one.key,
    code: one.g * values.length + values.indexOf(one.k),
  })).sort((a, b) => a.code - b.code);
  return { values, keys: coded.map(({ key }) => key), codes: coded.map(({ code }) => code) };
}

/** Whether a text is a user's own k, or blank. */
export function isOwnKText(text: string): boolean {
  return text === "" || isK(decimalOf(text));
}

/** The group and class of k that a code means. */
export function meaningOf({ values }: OwnK, code: number): { g: number; kc: number } {
  return { g: Math.floor(code / values.length), kc: code % values.length };
}
