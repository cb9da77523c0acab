/**
 * A drop's limits before anything is allocated: how many there are, and which leasts nobody can reach.
 *
 * @module
 */
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import type { LimitRow } from "../../../allocator/explain/limit_rows.ts";
import type { Policy } from "../../../allocator/model/policy.ts";
import { limitsFacts } from "../limit_facts.ts";
import { counted, figureBeside } from "../../words.ts";

/** A least that is out of reach. */
export interface UnreachableLimit extends Pick<LimitRow, "limit" | "values" | "amount"> {
  /** The most that can be, all else left aside. */
  reachable: number;
  /** What is too little: eligible pairs, the most offers of each user, or the caps of their contracts. */
  because: "pairs" | "k" | "caps";
}

/** A drop's limits before anything is allocated. */
export interface PreviewLimits {
  /** How many families there are. */
  families: number;
  /** How many limits, one for each combination of values. */
  rows: number;
  /** How many of them ask for something: leasts above 0. */
  leasts: number;
  /** Leasts that can't be reached, most lacking first. */
  out_of_reach: UnreachableLimit[];
}

/** What can be said about limits before anything is allocated; undefined where there are none. Two passes over the pairs. */
export function previewLimits(
  instance: Instance,
  policy: Policy,
  nothing: { offerStart: Uint32Array; offerPair: Uint32Array },
): PreviewLimits | undefined {
  // Nothing is allocated here, so what a missed least costs does not matter.
  const facts = limitsFacts(instance, { ...nothing, policy, prices: null, shortfallPrice: 1 });
  if (facts === undefined) return undefined;
  const out = facts.rows.flatMap(({ limit, values, amount, reason }): UnreachableLimit[] => {
    const because = reason?.out_of_reach ?? null, reachable = reason?.reachable ?? null;
    return because === null || reachable === null
      ? []
      : [{ limit, values, amount, reachable, because }];
  });
  return {
    families: facts.families.length,
    rows: facts.rows.length,
    leasts: facts.rows.filter(({ side, amount }) => side === "at_least" && amount > 0).length,
    out_of_reach: out.sort((a, b) => (b.amount - b.reachable) - (a.amount - a.reachable)),
  };
}

/** Why a least is out of reach. */
export function unreachableInWords({ reachable, because, amount }: UnreachableLimit): string {
  const most = figureBeside(reachable, amount);
  return because === "k"
    ? `users may get ${most} only`
    : `${because === "pairs" ? "eligible pairs" : "caps"} for ${most} only`;
}

/** How limits stand before anything is allocated, in a sentence. */
export function previewLimitsInWords({ rows, families, out_of_reach }: PreviewLimits): string {
  const all = `${counted(rows, "limit")} in ${counted(families, "family", "families")}`;
  return out_of_reach.length === 0
    ? `${all}, no least of them out of reach by itself.`
    : `${all}, ${counted(out_of_reach.length, "least", "leasts")} out of reach.`;
}
