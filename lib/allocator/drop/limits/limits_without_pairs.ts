/**
 * Leasts and limits that no eligible pair counts toward.
 *
 * A limit has a row for each value of its `per` column among the pairs that count. A contract that is to be delivered three times
 * and that nobody is eligible for has none: whatever is done, that least is missed. A limit on a contract that is banned has no row
 * at all. No solver has to know it, but people do.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import type { InputReport } from "../instance/input_report.ts";
import type { Instance } from "../instance/instance.ts";
import { LimitAmounts } from "./limit_amounts.ts";
import { type Column, Columns, type ResolvedFamily } from "./limit_columns.ts";
import { resolveFamily } from "./limit_rows.ts";
import type { Limits } from "../instance/limits.ts";

/** Both as parts of the input's report; of what there is none of, nothing. */
export type LimitsWithoutPairs = Pick<InputReport, "limits" | "limits_without_pairs">;

/** Most of them that are named. */
const NAMED = 3;

/** So many values of a limit are looked at most; amounts of a column take a pass over it each. */
const MOST_VALUES = 1000;

/** Finds both. */
export function limitsWithoutPairsIn(instance: Instance, limits: Limits): LimitsWithoutPairs {
  const leasts = leastsWithoutPairs(instance, limits), without = limitsWithoutPairs(limits);
  return {
    ...(leasts && { limits: leasts }),
    ...(without && { limits_without_pairs: without }),
  };
}

/** Finds the limits without a row; null if there are none. */
function limitsWithoutPairs(
  { families, rows }: Limits,
): InputReport["limits_without_pairs"] | null {
  const names = families.flatMap(({ limit }, f) => rows.family.includes(f) ? [] : [limit]);
  return names.length === 0 ? null : { limits: names.length, examples: names.slice(0, NAMED) };
}

/**
 * Finds the leasts among the limits that have no row, and those that are per one column of caps, user_groups or group_ratios; null
 * if there are none.
 */
export function leastsWithoutPairs(
  instance: Instance,
  limits: Limits,
): InputReport["limits"] | null {
  const { families, attributes, rows } = limits;
  const columns = new Columns(instance, attributes);
  const found: NonNullable<InputReport["limits"]> = {
    leasts: 0,
    leasts_without_price: 0,
    examples: [],
  };
  families.forEach((family, f) => {
    if (family.atLeast === null || family.shareOf !== null) return;
    const labels = family.per.length === 1 ? valuesWithoutPairs(columns, limits, f) : [];
    // Which values of several columns are meant nobody knows: such a limit is one least, if it has no row.
    const isWhole = labels.length === 0 && !rows.family.includes(f) &&
      typeof family.atLeast === "number" && family.atLeast > 0;
    for (const label of isWhole ? [family.limit] : labels) {
      found.leasts++;
      if (family.price === null) found.leasts_without_price++;
      if (found.examples.length < NAMED) found.examples.push(label);
    }
  });
  return found.leasts === 0 ? null : found;
}

/** The values of a limit's one column that have a least above 0 and no row, with the limit's name. */
function valuesWithoutPairs(columns: Columns, { families, rows }: Limits, f: number): string[] {
  const family = families[f], resolved = resolveFamily(columns, family), [per] = resolved.per;
  if (per.table === "elig") return [];
  const known = new Set(rows.key.flatMap(([value], r) => rows.family[r] === f ? [value] : []));
  const amounts = new LimitAmounts(columns);
  let looked = 0;
  return valuesMeant(columns, resolved, per).flatMap((code) => {
    const value = per.text!.values[code];
    if (value === "" || known.has(value) || ++looked > MOST_VALUES) return [];
    return isAboveNothing(amounts, looked, resolved, code)
      ? [`${family.limit}: ${per.name}=${value}`]
      : [];
  });
}

/** Codes of the values of `per` that contracts (or users) have, those alone that the limit's selectors on contracts (users) accept. */
function valuesMeant(columns: Columns, { where }: ResolvedFamily, per: Column): number[] {
  const isOfCaps = per.table === "caps";
  const codesOf = (column: Column) => isOfCaps ? column.text!.code : columns.codesByUser(column);
  const selectors = where
    .filter(({ column: { table } }) => table !== "elig" && (table === "caps") === isOfCaps)
    .map(({ column, accepts }) => ({ code: codesOf(column), accepts }));
  const meant = new Uint8Array(per.text!.values.length), own = codesOf(per);
  for (let i = 0; i < own.length; i++) {
    if (selectors.every(({ code, accepts }) => accepts[code[i]] === 1)) meant[own[i]] = 1;
  }
  return Array.from(meant.keys()).filter((code) => meant[code] === 1);
}

/** Whether a value's least is above 0. A cell without a number is no least here, as nothing asks for it. */
function isAboveNothing(
  amounts: LimitAmounts,
  row: number,
  resolved: ResolvedFamily,
  code: number,
): boolean {
  try {
    return amounts.amountOf(row, resolved, -1, [code]) > 0;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
