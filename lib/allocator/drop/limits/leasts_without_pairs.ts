/**
 * Leasts that no eligible pair counts toward.
 *
 * A limit has a row for each value of its `per` column among the pairs that count. A contract that is to be delivered three times
 * and that nobody is eligible for has none: whatever is done, that least is missed. No solver has to know it, but people do.
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

/** Leasts that no eligible pair counts toward, as the input's report has them. */
export type LeastsWithoutPairs = NonNullable<InputReport["limits"]>;

/** Most of them that are named. */
const NAMED = 3;

/** So many values of a limit are looked at most; amounts of a column take a pass over it each. */
const MOST_VALUES = 1000;

/** Finds them among the limits that are per one column of caps, user_groups or group_ratios; null if there are none. */
export function leastsWithoutPairs(instance: Instance, limits: Limits): LeastsWithoutPairs | null {
  const { families, attributes, rows } = limits;
  const columns = new Columns(instance, attributes);
  const found: LeastsWithoutPairs = { leasts: 0, leasts_without_price: 0, examples: [] };
  families.forEach((family, f) => {
    if (family.atLeast === null || family.shareOf !== null || family.per.length !== 1) return;
    const resolved = resolveFamily(columns, family), [per] = resolved.per;
    if (per.table === "elig") return;
    const known = new Set(rows.key.flatMap(([value], r) => rows.family[r] === f ? [value] : []));
    const amounts = new LimitAmounts(columns);
    let looked = 0;
    for (const code of valuesMeant(columns, resolved, per)) {
      const value = per.text!.values[code];
      if (value === "" || known.has(value) || ++looked > MOST_VALUES) continue;
      if (!isAboveNothing(amounts, looked, resolved, code)) continue;
      found.leasts++;
      if (family.price === null) found.leasts_without_price++;
      if (found.examples.length < NAMED) {
        found.examples.push(`${family.limit}: ${per.name}=${value}`);
      }
    }
  });
  return found.leasts === 0 ? null : found;
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
