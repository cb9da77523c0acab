/**
 * Scales the amounts of a drop's limits.
 *
 * @module
 */
import { decimalOf } from "../../../base/numbers/decimal_text.ts";
import { plainDecimal } from "../../../base/numbers/plain_decimal.ts";
import type { Attributes } from "../instance/attributes.ts";
import type { Instance } from "../instance/instance.ts";
import type { LimitFamily } from "../instance/limit_family.ts";
import type { Limits } from "../instance/limits.ts";
import { Columns } from "./limit_columns.ts";
import { compileLimits } from "./limit_rows.ts";

/** A drop with limits. */
type Limited = Instance & { readonly limits: Limits };

/** Factors of amounts by name of family; families without one stay as they are. */
export type Factors = ReadonlyMap<string, number>;

/**
 * The limits of a drop with the amounts of some families multiplied; a share is at most 1. Families declare the multiples, as if
 * they had been written so: solvers, the checker and a certificate's readers take amounts from there. The columns of items and
 * coefficients are shared with the original, unless a share changes: it is part of the coefficients.
 */
export function scaleLimits(drop: Limited, factors: Factors): Limits {
  const { limits } = drop, { rows } = limits;
  const changes = (family: LimitFamily) => factorOf(family, factors) !== 1;
  if (!limits.families.some(changes)) return limits;
  const { families, attributes } = scaledFamilies(drop, factors);
  if (limits.families.some((family) => family.shareOf !== null && changes(family))) {
    return compileLimits(drop, families, attributes);
  }
  const byFamily = limits.families.map((family) => factorOf(family, factors));
  const scaled = (column: Float64Array) =>
    column.map((amount, r) => times(amount, byFamily[rows.family[r]]));
  return {
    families,
    attributes,
    rows: { ...rows, amount: scaled(rows.amount), declared: scaled(rows.declared) },
  };
}

/** The families with multiples for amounts. Where a column has the amounts, a further column has the multiples: `budget × 1.5`. */
export function scaledFamilies(
  drop: Limited,
  factors: Factors,
): { families: LimitFamily[]; attributes: Attributes } {
  const { limits } = drop, columns = new Columns(drop, limits.attributes);
  const attributes = {
    ...limits.attributes,
    caps: new Map(limits.attributes.caps),
    user_groups: new Map(limits.attributes.user_groups),
    group_ratios: new Map(limits.attributes.group_ratios),
  };
  const scaled = (family: LimitFamily, amount: number | string | null) => {
    const factor = factorOf(family, factors);
    if (amount === null || factor === 1) return amount;
    const scale = (one: number) => {
      const multiple = times(one, factor);
      return family.shareOf === null ? multiple : Math.min(1, multiple);
    };
    if (typeof amount === "number") return scale(amount);
    const name = nameOfMultiples(limits.attributes, amount, family, factor);
    for (const table of TABLES) {
      const column = columns.amountColumn(table, amount);
      if (column === undefined) continue;
      const values = column.values.map((text) =>
        text === "" ? "" : plainDecimal(scale(decimalOf(text)))
      );
      attributes[table].set(name, { ...column, values });
    }
    return name;
  };
  const families = limits.families.map((family) => ({
    ...family,
    atMost: scaled(family, family.atMost),
    atLeast: scaled(family, family.atLeast),
  }));
  return { families, attributes };
}

/** Tables whose columns can be amounts. */
const TABLES = ["caps", "user_groups", "group_ratios"] as const;

/** A name that none of the drop's own columns has. Shares end at 1, so their multiples are a column apart from those of units. */
function nameOfMultiples(
  attributes: Attributes,
  amount: string,
  { shareOf }: LimitFamily,
  factor: number,
): string {
  let name = `${amount} × ${factor}${shareOf === null ? "" : ", at most 1"}`;
  while (TABLES.some((table) => attributes[table].has(name))) name += "′";
  return name;
}

function factorOf({ limit }: LimitFamily, factors: Factors): number {
  return factors.get(limit) ?? 1;
}

/** A multiple of an amount, rounded to 15 digits: 100 × 1.15 is 115, not 114.99999999999999. */
function times(amount: number, factor: number): number {
  return factor === 1 ? amount : Number((amount * factor).toPrecision(15));
}
