/**
 * What is true of the assignments, from the eligible pairs and the prices alone: bound, objective, every rule.
 *
 * None of this shares SQL with the passes, the assignment or the repair, nor arithmetic with the solver: it reads the original
 * tables, takes contracts and groups by their ids from small tables that travel with the query, adds up by grouping, and knows
 * rules and their worth from the checker.
 *
 * @module
 */
import { worthOfLimits } from "../../../allocator/check/bound/bound.ts";
import {
  demandsOf,
  type GroupDemand,
  reachesShare,
} from "../../../allocator/check/rules/demands.ts";
import { jointGroups } from "../../../allocator/check/bound/joint_loss.ts";
import { LimitPrices } from "../../../allocator/check/bound/limit_prices.ts";
import { LimitTally } from "../../../allocator/check/rules/limit_tally.ts";
import { consequenceOf } from "../../../allocator/check/rules/limits.ts";
import { userOfPair } from "../../../allocator/drop/instance/instance.ts";
import type { Prices } from "../../../allocator/model/allocation.ts";
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import { compareIds } from "../../../base/ids/ids.ts";
import { LongSum } from "../../../base/numbers/long_sum.ts";
import type { RunControl } from "../../../base/progress.ts";
import type { OwnK } from "../../drop/own_k.ts";
import type { LimitedSlots } from "../../drop/slots.ts";
import type { Certified } from "../../steps/certify.ts";
import { type JudgedPairs, smallTables } from "./certify_tables.ts";
import { JointLoss, nearOf, nearSql } from "./joint_loss_sql.ts";
import { type Fact, JUDGED, type Judged, judgeSql, loadSql, partOf } from "./judge_sql.ts";
import { bundleShapes } from "./judged_bundles_sql.ts";
import type { Rows, Store } from "../store/store.ts";

/** Judges the assignments of all parts and recomputes the bound. */
export async function certify(
  store: Store,
  problem: DualProblem,
  judged: Judged,
  pairRules: JudgedPairs,
  prices: Prices,
  control: RunControl,
): Promise<Certified> {
  const { slots } = pairRules;
  const near = await nearBundles(store, judged.current, prices, control);
  const rules = { ...pairRules, near };
  const groups: Rows[] = [];
  const { parts = 1 } = judged, { dialect } = store;
  for (let part = 0; part < parts; part++) {
    if (parts > 1) control.onProgress?.({ phase: "certify", done: part / parts });
    const sql = judgeSql(dialect, problem, partOf(dialect, judged, part), rules, prices);
    groups.push(...await store.rows(sql, control, smallTables(problem, prices, rules)));
  }
  const joint = near && jointLossOf(problem, rules.ownK, near, groups.flat());
  const loads = (await store.rows(loadSql(judged, slots !== null), control)).flat();
  // In one order whatever the engine's, so that sums of what offers count are the same in every run.
  loads.sort(([n, id, slot], [m, other, at]) =>
    compareIds(id, other) || Number(slot) - Number(at) || Number(n) - Number(m)
  );
  const load = new Map<string, number>();
  const ofLimits = slots === null ? null : new JudgedLimits(problem, slots, prices);
  for (const [n, id, slot] of loads) {
    load.set(id, (load.get(id) ?? 0) + Number(n));
    ofLimits?.add(id, Number(slot), Number(n));
  }
  return verdict(problem, prices, judgedGroups(problem, groups.flat()), {
    load,
    ofLimits,
    rules,
    lost: (demands) => joint?.total(demands, prices, problem) ?? 0,
  });
}

/**
 * By group, the margin up to which users' bundles are listed; undefined where no price is on a rule that needs lists.
 */
async function nearBundles(
  store: Store,
  current: string | undefined,
  prices: Prices,
  control: RunControl,
): Promise<Float64Array | undefined> {
  const { length: groups } = jointGroups(prices);
  if (groups === 0 || current === undefined) return undefined;
  const sql = nearSql(store.dialect, store.overAll(current), groups);
  return nearOf(prices, await store.rowsOverAll(sql, control));
}

/** What groups lose jointly, from the lists of their users' bundles. */
function jointLossOf(
  problem: DualProblem,
  ownK: OwnK | null,
  near: Float64Array,
  rows: Rows,
): JointLoss {
  const joint = new JointLoss(bundleShapes(problem, ownK), near);
  const index = new Map(problem.instance.groups.map((id, g) => [id, g]));
  for (const [id, ...cells] of rows) joint.add(index.get(id)!, cells.slice(JUDGED.length));
  return joint;
}

/** Limits judged by the checker's arithmetic, over a small drop with a user of each kind and a pair of each slot. */
class JudgedLimits {
  /** Assignments whose contract is not that of their slot. */
  strays = 0;
  /** How many of the others there are in each slot. */
  readonly offers: Float64Array;
  readonly prices: LimitPrices;
  readonly #problem: DualProblem;
  readonly #slots: LimitedSlots;
  readonly #tally: LimitTally;

  constructor(problem: DualProblem, slots: LimitedSlots, prices: Prices) {
    this.#problem = problem;
    this.#slots = slots;
    this.prices = LimitPrices.ofRows(slots.drop, prices.limit)!;
    this.#tally = new LimitTally(this.prices.declared);
    this.offers = new Float64Array(slots.contract.length);
  }

  /** Counts assignments of a slot. */
  add(id: string, slot: number, offers: number): void {
    const { drop, pairOf, contract } = this.#slots, c = contract[slot], p = pairOf[slot];
    if (c === undefined || p < 0 || drop.contracts[c] !== id) {
      this.strays += offers;
      return;
    }
    this.#tally.add(c, userOfPair(drop, p), p, offers);
    this.offers[slot] += offers;
  }

  /** What units beyond limits that may be missed take from the objective. */
  get penalty(): number {
    return this.#tally.sum(this.#problem.shortfallPrice).penalty;
  }

  /** How many of so many pins are not given. */
  unpinned(pins: number): number {
    const { isPinned } = this.#slots;
    if (isPinned === null) return 0;
    return pins - this.offers.reduce((n, own, s) => n + own * isPinned[s], 0);
  }

  /** What offers that are no previous ones take from the objective. */
  get charge(): number {
    const { isNew } = this.#slots;
    if (isNew === null) return 0;
    return this.#problem.policy.changeCost *
      this.offers.reduce((n, own, s) => n + own * isNew[s], 0);
  }

  /** Limits that are broken, and leasts that lack something at the shortfall price. */
  get beyond(): { broken: number; missed: number } {
    const { limits } = this.prices.declared;
    const count = (what: string) =>
      limits.filter((limit, l) => consequenceOf(limit) === what && this.#tally.beyond(l) > 0)
        .length;
    return { broken: count("broken"), missed: count("at_shortfall_price") };
  }
}

/** The facts of groups, each a Float64Array of length groups, summed over the parts. */
type JudgedGroups = Readonly<Record<Fact, Float64Array>>;

function judgedGroups({ instance: { groups } }: DualProblem, rows: Rows): JudgedGroups {
  const index = new Map(groups.map((id, g) => [id, g]));
  const judged = Object.fromEntries(
    JUDGED.map((name) => [name, new Float64Array(groups.length)]),
  ) as Record<Fact, Float64Array>;
  for (const [id, ...facts] of rows) {
    const g = index.get(id)!;
    JUDGED.forEach((name, i) => judged[name][g] += Number(facts[i]));
  }
  return judged;
}

/** What the counts come to: bound, objective, and every rule that is broken. */
function verdict(
  problem: DualProblem,
  prices: Prices,
  judged: JudgedGroups,
  { load, ofLimits, rules, lost }: {
    load: ReadonlyMap<string, number>;
    ofLimits: JudgedLimits | null;
    rules: JudgedPairs;
    lost: (demands: readonly GroupDemand[]) => number;
  },
): Certified {
  const { instance, policy, shortfallPrice } = problem;
  const total = (name: Fact) => sum(judged[name]);
  const steady = (name: "score" | "worth" | "bound") =>
    total(name) + (total(`${name}Rest`) + total(`${name}Dust`));
  const score = decimalSum([total("score"), total("scoreRest") + total("scoreDust")]);
  const demands = demandsOf({ ...instance, groupSize: Uint32Array.from(judged.users) }, policy);
  const groups = judgeGroups(demands, judged);
  const objective = decimalSum([
    ...[steady("score"), steady("worth"), -shortfallPrice * groups.shortfall],
    ...[-(ofLimits?.penalty ?? 0), -(ofLimits?.charge ?? 0)],
  ]);
  const { worth, size } = worthOfLimits(instance, demands, prices, ofLimits?.prices ?? null);
  const ofUsers = steady("bound"), loss = lost(demands);
  return {
    bound: provenBound(ofUsers + worth - loss, objective, Math.abs(ofUsers) + size + loss),
    objective,
    score,
    assignments: sum([...load.values()]),
    users: total("users"),
    usersWithOffers: total("served"),
    shortfall: groups.shortfall,
    slotOffers: ofLimits?.offers ?? null,
    leastsMissed: ofLimits?.beyond.missed ?? 0,
    offersOf: load,
    groups: instance.groups.map((group, g) => ({
      group,
      users: judged.users[g],
      usersWithOffers: judged.served[g],
      sponsoredUsers: judged.sponsored[g],
      leastSponsored: demands[g].least,
      offers: judged.offers[g],
      sponsoredOffers: judged.sponsoredOffers[g],
    })),
    broken: faultsOf(problem, judged, { load, ofLimits, rules, groups }),
  };
}

/** The rules that are broken, each with how often. */
function faultsOf(
  { instance: { contracts, cap }, policy, k }: DualProblem,
  judged: JudgedGroups,
  { load, ofLimits, rules, groups }: {
    load: ReadonlyMap<string, number>;
    ofLimits: JudgedLimits | null;
    rules: JudgedPairs;
    groups: ReturnType<typeof judgeGroups>;
  },
): string[] {
  const total = (name: Fact) => sum(judged[name]);
  const over = contracts.filter((id, c) => (load.get(id) ?? 0) > cap[c]);
  const given = sum([...load.values()]);
  const faults: readonly (readonly [number, string])[] = [
    [over.length, "contracts over their cap"],
    [
      total("tooMany"),
      rules.ownK === null
        ? `users with more offers than ${k}`
        : "users with more offers than their k",
    ],
    [total("twice"), "pairs given twice"],
    [given - total("offers") - total("twice"), "assignments of pairs that are not eligible"],
    [total("wrongMix"), "users with offers of both types"],
    [total("wrongScore"), "assignments with a score that is not the pair's"],
    [total("wrongGroup"), "users whose assignments name a group that is not theirs"],
    [total("brands"), `users with more offers of a brand than ${policy.maxPerBrand}`],
    [ofLimits?.strays ?? 0, "assignments that no limit counts as what they are"],
    [ofLimits?.beyond.broken ?? 0, "limits exceeded"],
    [ofLimits?.unpinned(rules.pins) ?? 0, "pins that are not given"],
    [groups.overMost, "groups over their most sponsored users"],
    [groups.underShare, "groups below their share of sponsored assignments"],
    [groups.overMixed, "groups over their most mixed users"],
  ];
  return faults.filter(([n]) => n > 0).map(([n, what]) => `${what} (${n})`);
}

/**
 * A bound above the objective by up to this much, relative to it, is the objective: the few additions that each ends with
 * differ as much.
 */
const ROUNDING = 4 * Number.EPSILON;

/** The decimal that a sum stands for, as one machine tells it. */
function decimalSum(terms: readonly number[]): number {
  const sum = new LongSum();
  for (const term of terms) sum.add(term);
  return sum.decimal;
}

/** Σ of numbers. */
function sum(values: readonly number[] | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Rounding of the few additions that make a term of the bound, relative to Σ |terms|; and from where on it is no detail. */
const OF_TERMS = 8 * Number.EPSILON, DETAIL = 1e-9;

/**
 * The bound that a sum in doubles proves. Where it meets the objective, sums in another order may differ in their last digits:
 * a bound above it by their rounding alone, or below it by no more than rounding, is the objective. One that is further below is
 * returned as it is, so that it shows.
 *
 * @param size Σ |terms|. Where prices are so large beside the bound that their rounding is no detail, it is added.
 */
function provenBound(sum: number, objective: number, size: number): number {
  const rounding = OF_TERMS * size;
  if (rounding > DETAIL * Math.abs(sum)) return Math.max(sum, objective) + rounding;
  if (Math.abs(sum - objective) <= ROUNDING * Math.abs(objective)) return objective;
  return objective - sum <= DETAIL * Math.abs(objective) ? Math.max(sum, objective) : sum;
}

/** What the groups lack, and how many of them break a rule. */
function judgeGroups(demands: readonly GroupDemand[], held: JudgedGroups) {
  const faults = { shortfall: 0, overMost: 0, underShare: 0, overMixed: 0 };
  demands.forEach(({ least, most, share, mixed }, g) => {
    const sponsored = held.sponsored[g];
    if (sponsored < least) faults.shortfall += least - sponsored;
    if (most !== null && sponsored > most) faults.overMost++;
    if (mixed !== null && held.mixed[g] > mixed) faults.overMixed++;
    const reached = share === null || reachesShare(held.sponsoredOffers[g], held.offers[g], share);
    if (!reached) faults.underShare++;
  });
  return faults;
}
