/**
 * The limits of one group with their prices, and what they lose at counts of its users.
 *
 * @module
 */
import { beyond, type GroupRule } from "../../limits/kinds/group_rules.ts";
import type { Counts } from "../../limits/kinds/user_counts.ts";

/** A limit of the group and its price. */
export interface GroupTerm {
  /** The limit, and which group it is about. */
  readonly rule: GroupRule;
  readonly group: number;
  /** Its price. */
  readonly price: number;
  /** What a unit beyond the amount costs on top of the price; Infinity: the limit is hard. */
  readonly missing: number;
}

/** What a group with these counts loses at its limits: each price times what is left of the limit; Infinity if a hard one is broken. */
export function lossOfLimits(terms: readonly GroupTerm[], counts: Counts): number {
  let loss = 0;
  for (const { rule, group, price, missing } of terms) {
    const excess = beyond(rule, group, counts);
    if (excess > 0) loss += missing * excess;
    else if (price > 0) loss -= price * excess;
  }
  return loss;
}
