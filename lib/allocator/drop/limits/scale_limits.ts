/**
 * Scales the amounts of a drop's limits.
 *
 * @module
 */
import type { Instance } from "../instance/instance.ts";
import { times } from "./limit_amounts.ts";
import { compileLimits } from "./limit_rows.ts";
import type { Limits } from "../instance/limits.ts";

/**
 * The limits of a drop with the amounts of some families multiplied; a share is at most 1. The columns of items and
 * coefficients are shared with the original, unless a share changes: it is part of the coefficients.
 *
 * @param factors factors by name of family; families without one stay as they are
 */
export function scaleLimits(
  instance: Instance,
  limits: Limits,
  factors: ReadonlyMap<string, number>,
): Limits {
  const { families, attributes, rows } = limits;
  const changes = ({ limit }: { limit: string }) => (factors.get(limit) ?? 1) !== 1;
  if (!families.some(changes)) return limits;
  if (families.some((family) => family.shareOf !== null && changes(family))) {
    return compileLimits(instance, families, attributes, factors);
  }
  const factorOf = families.map(({ limit }) => factors.get(limit) ?? 1);
  const scaled = (column: Float64Array) =>
    column.map((amount, r) => times(amount, factorOf[rows.family[r]]));
  return {
    families,
    attributes,
    rows: { ...rows, amount: scaled(rows.amount), declared: scaled(rows.declared) },
  };
}
