/**
 * The result of a run, with what it has to say.
 *
 * @module
 */
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";
import { type Allocation, CUT_SHORT, type Prices, relativeGap } from "../model/allocation.ts";
import type { Holdings } from "./recovery/holdings.ts";
import type { Clock } from "./clock.ts";
import { belowDeclared, type DualProblem } from "./dual/dual_problem.ts";
import { explainShortfall } from "./recovery/shortfall_reasons.ts";
import { TINY_PAIRS } from "./dual/drop_sizes.ts";
import { valuedOffers } from "../model/offers.ts";
import { pairCount } from "../drop/instance/instance.ts";
import { type Policy, POLICY_FIELDS } from "../model/policy_table.ts";
import { missedBy, type Solved } from "./solved.ts";

/**
 * The result of a run.
 *
 * @throws {Error} an internal error if the holdings break a hard rule, or a bound is below the objective by more than rounding
 */
export function allocationOf(solved: Solved, policy: Policy, clock: Clock): Allocation {
  const { holdings, proof, bound: proven, finished, cases, warnings: found } = solved;
  const { leastMissed, leastShortfall } = solved;
  if (!holdings.isFeasible()) {
    throw new Error("internal error: the allocation found breaks a rule; please report this drop");
  }
  const { objective, ...offers } = valueOf(holdings);
  const room = WORTH_ROUNDING * (holdings.sizeOfObjective() + sizeOfBound(holdings, proof.prices)) +
    64 * Number.EPSILON * proof.size;
  for (const bound of [proven, proof.bound]) {
    if (bound < objective - room || Number.isNaN(bound)) {
      throw new Error(
        `internal error: the bound ${bound} is below the objective ${objective}; please report this drop`,
      );
    }
  }
  // A difference up to that is rounding: the objective is the bound.
  const bound = proven <= objective + room ? objective : proven;
  const gap = relativeGap(bound, objective), cutShort = !finished || clock.cutShort;
  const missed = explainShortfall(holdings, proof.prices, {
    missed: missedBy(holdings),
    leastMissed,
    leastShortfall,
    proven: gap === 0,
    // More time would not have changed what is proven to be the best.
    cutShort: cutShort && gap > 0,
  });
  const warnings = [...policyWarnings(policy), ...found, ...missed.lines];
  if (gap > WIDE) warnings.push(wideGap(gap, holdings.problem, cutShort));
  const best = bestProof(solved);
  return {
    solver: "optimal",
    policy,
    ...offers,
    objective,
    bound,
    gap,
    prices: best.prices,
    ...(missed.reasons.length > 0 && { shortfallReasons: missed.reasons }),
    pricesBound: Math.max(cases?.bound ?? best.bound, objective),
    ...(best.ownLimitsKept && { ownLimitsKept: true }),
    ...(cases !== undefined && { branches: cases.branches }),
    timedOut: cutShort,
    warnings,
  };
}

/** A warning that names the options about types that are set under model coverage, which ignores them. */
function policyWarnings(policy: Policy): string[] {
  if (policy.model !== "coverage") return [];
  const set = POLICY_FIELDS.filter((field) =>
    field.onlyUnder === "uniform" && policy[field.name] !== field.default
  ).map(({ json }) => json.replaceAll("_", " "));
  return set.length === 0
    ? []
    : [`model coverage has no rules about types: ${set.join(", ")} left aside`];
}

/** The prices that prove most with the limits as they were declared, which is what anybody recomputes. */
export function bestProof(
  { holdings: { problem }, proof: { prices, bound }, ownProof = null }: Solved,
): { prices: Prices; bound: number; ownLimitsKept: boolean } {
  const declared = bound + belowDeclared(problem, prices);
  return ownProof !== null && ownProof.bound < declared
    ? { ...ownProof, ownLimitsKept: true }
    : { prices, bound: declared, ownLimitsKept: false };
}

/** Above this relative gap a warning says what it means, and what would help. */
const WIDE = 1e-3;

function wideGap(gap: number, { instance }: DualProblem, cutShort: boolean): string {
  const left = `a gap of ${Number((100 * gap).toPrecision(2))} % is left`;
  if (cutShort) return `${left}: ${CUT_SHORT}, and more time would help`;
  const most = `${left}: no allocation is better by more than that`;
  // In larger drops that end so, HiGHS has had a worse allocation and a wider gap after minutes.
  return pairCount(instance) <= TINY_PAIRS
    ? `${most}, and solver ilp may come nearer, given some minutes`
    : `${most}, and a longer time limit would not help`;
}

/** Σ |price · amount| over caps and limits: the terms of the bound besides those of users. A cap counts at most once per user. */
function sizeOfBound({ problem }: Holdings, prices: Prices): number {
  const { contract, limit = [] } = prices;
  const { instance: { cap, group }, rules, unit, items } = problem;
  let size = unit;
  for (let c = 0; c < cap.length; c++) size += contract[c] * Math.min(cap[c], group.length);
  for (const { name, mayBeMissed, amount } of rules.all) {
    if (!mayBeMissed) continue;
    amount.forEach((least, g) => size += prices[name][g] > 0 ? prices[name][g] * least : 0);
  }
  for (let r = 0; r < limit.length; r++) size += limit[r] * Math.abs(items!.amount[r]);
  return size;
}

/** The offers of holdings and what they are worth. */
function valueOf({ problem, slots, count }: Holdings) {
  const { instance, policy, k, rules, shortfallPrice } = problem;
  const held = { k, slots, count };
  return valuedOffers(instance, policy, held, rules.sponsored.least, shortfallPrice);
}
