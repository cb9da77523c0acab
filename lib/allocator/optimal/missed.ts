/**
 * What an assignment misses.
 *
 * @module
 */
import type { Assignment } from "./recovery/assignment.ts";

/** Units missed by an assignment: users missing to minima, and missed units of limits at the shortfall price. */
export function missedBy(assignment: Assignment): number {
  const { problem: { items, instance: { limits } } } = assignment;
  let missed = assignment.shortfall();
  limits?.rows.price.forEach((price, r) => {
    if (Number.isNaN(price)) missed += Math.max(0, assignment.limits!.used[r] - items!.amount[r]);
  });
  return missed;
}
