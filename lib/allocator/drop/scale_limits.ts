/**
 * Limits with other amounts.
 *
 * @module
 */
import type { Instance } from "./instance.ts";
import { times } from "./limit_amounts.ts";
import { compileLimits } from "./limit_rows.ts";
import type { Limits } from "./limits.ts";

/**
 * The limits of a drop with the amounts of some families multiplied; a share ends at 1. What offers count toward is
 * shared with the original, unless a share changes, which is part of it.
 *
 * @param factors by the names of families
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
