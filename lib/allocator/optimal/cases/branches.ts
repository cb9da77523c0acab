/**
 * Proofs by cases, for where one set of prices leaves a gap: an offer is made or not made, or of some offers, or of a group's sponsored
 * users, there are at most so many or more, case by case, until prices prove that no case has anything better than what was found
 * (branch and bound; Land and Doig, "An automatic method of solving discrete programming problems", 1960; with prices for bounds:
 * Fisher 1981). The case with the highest bound is the next to be divided, so that the bound of a proof that isn't finished is as low
 * as it can be.
 *
 * That an offer is made is a limit x ≥ 1, that it is not made x ≤ 0. Both have the price `price`: an offer that is made counts
 * `price` more, and the bound `price` less; one that is not made counts `price` less. Numbers of offers and of users are limits with
 * prices of their own (`counted_offers.ts`, `counted_users.ts`). So each case is proven by a bound like any other, which anyone can
 * recompute.
 *
 * @module
 */
import { BRANCHED_PAIRS } from "../dual/drop_sizes.ts";
import type {
  BranchedProof,
  BranchNode,
  CountedOffers,
  CountedUsers,
  Prices,
} from "../../model/allocation.ts";
import { objectiveStep } from "../../model/objective_grid.ts";
import type { Policy } from "../../model/policy.ts";
import { type Instance, pairCount } from "../../drop/instance/instance.ts";
import { singleUsers } from "../../drop/user_classes.ts";
import { boundAt } from "../dual/bound.ts";
import {
  belowDeclared,
  type CasePrices,
  compileDualProblem,
  type DualProblem,
} from "../dual/dual_problem.ts";
import { prove } from "../joint/proof.ts";
import { countedPairs, type CountLimit, KindsOfOffers, withCountLimits } from "./counted_offers.ts";
import {
  ruleOfMost,
  type UserLimit,
  userPrices,
  usersBetween,
  withUserLimits,
} from "./counted_users.ts";
import { exactPrices, type Mixture } from "../columns/class_columns.ts";

/** Most cases of a proof: each has prices of its own in the certificate. */
const MOST_CASES = 400;

/** Most work of a proof, in units of {@link BestPrices.work}, with so much for each case besides: some three seconds. */
const MOST_WORK = 1.2e7, WORK_OF_CASE = 16_000;

/** Most work where most cases are those of a proof that is at hand: it is more, as few cases are left. */
const MOST_WORK_OF_REST = 8e7;

/**
 * Once so many cases, or this share of the work, are done, a search is given up where more than this part of its cases is open and the
 * highest bound has not come this much nearer to the objective: where many users are nearly alike, each case leaves as much as all.
 * Searches that came to an end had a fifth open at most.
 */
const FIRST_CASES = 32, FIRST_WORK = 0.25, MOST_OPEN = 0.5, LEAST_WON = 0.05;

/**
 * Where users keep their own limits, cases begin above the bound that is known, as they have prices for these limits too. A search that
 * has so many cases, is not below that bound yet and has more than this part of them open is given up: searches that came to an end had
 * 0.72 of 64 open and 0.49 of 160 at most.
 */
const MOST_OPEN_BEHIND = [[64, 0.75], [160, 0.6]];

/**
 * The highest price of a number of offers is FURTHER times that of a single one, and at most MOST_PRICE, as other checkers read
 * no more.
 */
const FURTHER = 1e4, MOST_PRICE = 1e17;

/** No better prices are sought for a case whose bound is lower than the objective by this part of it. */
const ENOUGH = 1e-9;

/** How far two bounds in doubles may differ by rounding, relative to their size: at most, and as a rule. */
const ROUNDING = 1e-13, FEW_BITS = 16 * Number.EPSILON;

/** The inputs of a search for a proof. */
export interface BranchOptions {
  /** Pairs of the allocation that is to be proven. */
  readonly pairs: Iterable<number>;
  /** A bound that is proven without cases. @default Infinity */
  readonly known?: number;
  /** Whether a pair is a pinned one: its score has a bonus, and no case asks about it. */
  readonly isPinned: (pair: number) => boolean;
  /** Whether to stop. */
  readonly stop: () => boolean;
}

/** Cases, and the bound that they prove. */
export interface CaseProof {
  readonly branches: BranchedProof;
  /** The largest bound of a case; the objective, if no case has anything better. */
  readonly bound: number;
}

/** Seeks a proof that nothing is better than `objective`. If that takes too many cases or too long, the proof has what was found. */
export async function proveByCases(
  problem: DualProblem,
  prices: Prices,
  objective: number,
  options: BranchOptions,
): Promise<CaseProof | null> {
  if (pairCount(problem.instance) > BRANCHED_PAIRS) return null;
  // Cases have limits as they were declared, as checkers do.
  const bound = boundAt(problem, prices) + belowDeclared(problem, prices);
  const stake = Math.max(0, bound - objective);
  return await new CaseSearch(problem, { ...options, objective, stake }).prove(prices);
}

/**
 * Proves by the cases of `tree`, which prove the same of a drop with the same choices: with its prices where these close a case, else
 * with better ones or by cases of it. `tree` is in the terms of the problem.
 */
export async function proveByCasesOf(
  problem: DualProblem,
  tree: BranchNode,
  objective: number,
  options: BranchOptions,
): Promise<CaseProof | null> {
  if (pairCount(problem.instance) > BRANCHED_PAIRS) return null;
  return await new CaseSearch(problem, { ...options, objective, stake: 0 }).follow(tree);
}

/** What a case settles. */
interface Settled {
  /** Offers: whether each is made, by pair. */
  readonly made: ReadonlyMap<number, boolean>;
  /** How many offers of a kind are made, or users of a group get a sponsored one. */
  readonly counts: readonly (CountLimit | UserLimit)[];
}

/** What a case is divided by. */
type Split =
  | { readonly pair: number }
  | { readonly of: CountedOffers; readonly counted: Uint8Array; readonly most: number }
  | { readonly of: CountedUsers; readonly most: number };

/** A case that was looked at. */
interface Case {
  readonly settled: Settled;
  /** Prices, those of its numbers of offers after those of the drop's limits. */
  readonly prices: CasePrices;
  /** What they prove; the objective, where that shows that the case has nothing better. */
  readonly bound: number;
  /** What the case is to be divided by; null: it has nothing better, or can't be divided. */
  readonly split: Split | null;
  /** The cases that it was divided into. */
  parts?: readonly [Case, Case];
}

/** The search for one proof. */
class CaseSearch {
  /** The price of the limits of cases: more than any user's choice is worth. */
  readonly #price: number;
  /** The highest price of limits on numbers of offers: they may be broken by less of a unit. */
  readonly #priceOfCounts: number;
  readonly #problem: DualProblem;
  readonly #objective: number;
  readonly #known: number;
  readonly #step: number;
  readonly #stop: () => boolean;
  readonly #isPinned: (pair: number) => boolean;
  readonly #user: Uint32Array;
  /** Pairs of the allocation found, by score, highest first. */
  readonly #found: number[];
  readonly #kinds: KindsOfOffers;
  #work = 0;

  constructor(
    problem: DualProblem,
    { objective, stake, pairs, known = Infinity, isPinned, stop }: BranchOptions & {
      objective: number;
      stake: number;
    },
  ) {
    const { instance, policy, shortfallPrice } = problem;
    this.#problem = problem;
    this.#objective = objective;
    this.#known = known;
    this.#stop = stop;
    this.#isPinned = isPinned;
    this.#step = objectiveStep(instance, policy, shortfallPrice);
    const { start, group, score } = instance;
    this.#found = [...pairs].sort((a, b) => score[b] - score[a] || a - b);
    this.#user = new Uint32Array(score.length);
    for (let u = 0; u < group.length; u++) this.#user.fill(u, start[u], start[u + 1]);
    this.#price = priceOfCases(instance, policy, isPinned, stake);
    this.#priceOfCounts = Math.min(MOST_PRICE, FURTHER * this.#price);
    this.#kinds = new KindsOfOffers(instance, isPinned);
  }

  /** {@link proveByCases}. */
  async prove(start: Prices): Promise<CaseProof | null> {
    return await this.#prove(await this.#look(NOTHING, start), MOST_WORK);
  }

  /** {@link proveByCasesOf}. */
  async follow(tree: BranchNode): Promise<CaseProof | null> {
    return await this.#prove(await this.#caseOf(tree, NOTHING), MOST_WORK_OF_REST);
  }

  /** Divides the case with the highest bound, again and again, until none has anything better or too many were looked at. */
  async #prove(whole: Case, mostWork: number): Promise<CaseProof | null> {
    const all = endsOf(whole), open = all.filter(({ split }) => split !== null);
    // The highest bound of cases that can't be divided: others make no difference below it.
    let stuck = this.#objective;
    for (const { split, bound } of all) if (split === null) stuck = Math.max(stuck, bound);
    for (let ends = all.length; ends < MOST_CASES && open.length > 0; ends++) {
      const highest = open.reduce((a, b) => b.bound > a.bound ? b : a);
      if (highest.bound <= stuck) break;
      const isTold = ends >= FIRST_CASES || this.#work > FIRST_WORK * mostWork;
      if (isTold && open.length > MOST_OPEN * ends && this.#isIdle(whole, highest)) break;
      if (this.#isBehind(highest, open.length, ends)) break;
      open.splice(open.indexOf(highest), 1);
      const parts = await this.#partsOf(highest);
      if (this.#stop() || this.#work > mostWork) break;
      highest.parts = parts;
      for (const part of parts) {
        if (part.split !== null) open.push(part);
        else stuck = Math.max(stuck, part.bound);
      }
    }
    // Better prices of the whole are a case too.
    if (whole.parts === undefined && whole.bound > this.#objective) return null;
    const branches = { price: this.#price, tree: this.#nodeOf(whole) };
    return { branches, bound: this.#boundOf(whole) };
  }

  /** Whether dividing the whole left its highest case about as far from the objective. */
  #isIdle(whole: Case, highest: Case): boolean {
    const left = highest.bound - this.#objective;
    return left > (1 - LEAST_WON) * (whole.bound - this.#objective);
  }

  /** Whether the highest case still proves no more than is known without cases, and too many are open to get there. */
  #isBehind(highest: Case, open: number, ends: number): boolean {
    const left = highest.bound - this.#objective;
    return left > (1 - LEAST_WON) * (this.#known - this.#objective) &&
      MOST_OPEN_BEHIND.some(([from, share]) => ends >= from && open > share * ends);
  }

  async #partsOf({ settled, split, prices }: Case): Promise<[Case, Case]> {
    const [one, other] = settledParts(settled, split!);
    return [await this.#look(one, prices), await this.#look(other, prices)];
  }

  /** The case that a node stands for, with those below it. */
  async #caseOf(node: BranchNode, settled: Settled): Promise<Case> {
    if ("prices" in node) {
      return await this.#look(settled, casePrices(this.#problem, node, settled.counts), true);
    }
    const split = this.#splitAt(node), [one, other] = settledParts(settled, split);
    const [first, second] = "pair" in node
      ? [node.made, node.notMade]
      : [node.atMost, node.atLeast];
    const parts = [await this.#caseOf(first, one), await this.#caseOf(second, other)] as const;
    return { settled, split, parts, prices: parts[0].prices, bound: Infinity };
  }

  /** What a node divides its case by. */
  #splitAt(node: Exclude<BranchNode, { prices: Prices }>): Split {
    if ("pair" in node) return { pair: node.pair };
    const { of, most } = node;
    if ("sponsoredUsersOf" in of) return { of, most };
    return { of, most, counted: countedPairs(this.#problem.instance, of, this.#isPinned) };
  }

  /** Finds prices for a case, beginning with those of the case that it is a part of; those given will do if they close it and `isProof`. */
  async #look(settled: Settled, start: Prices, isProof = false): Promise<Case> {
    const { made, counts } = settled, { policy, shortfallPrice } = this.#problem;
    const ofOffers = counts.filter(isOfOffers), ofUsers = counts.filter(isOfUsers);
    const instance = withCountLimits(this.#problem.instance, ofOffers, this.#priceOfCounts);
    const first = this.#withPrices(start, ofOffers.length);
    if (this.#isVoid(made)) return { settled, prices: first, bound: -Infinity, split: null };
    const score = instance.score.slice();
    let constant = 0;
    for (const [pair, isMade] of made) {
      score[pair] += isMade ? this.#price : -this.#price;
      if (isMade) constant += this.#price;
    }
    const aim = this.#objective + constant;
    const problem = withUserLimits(
      compileDualProblem({ ...instance, score }, policy, {
        price: shortfallPrice,
        leavesOutImplied: true,
      }),
      ofUsers,
    );
    // Only what is far below the objective: other prices may prove the last digits too.
    const isEnough = (bound: number) => bound - aim < -ENOUGH * Math.abs(bound);
    const given = { prices: first, bound: boundAt(problem, first) };
    if (isProof) {
      const { bound, size } = await prove(problem, given, this.#stop);
      if (this.#isClosed(bound - constant, size)) {
        return { settled, prices: first, bound: this.#objective, split: null };
      }
    }
    const search = { objective: aim, stop: this.#stop, isEnough };
    const best = await exactPrices(problem, singleUsers(instance), given, search);
    this.#work += best.work + WORK_OF_CASE;
    const proof = await prove(problem, best, this.#stop), bound = proof.bound - constant;
    const found = { settled, prices: best.prices };
    if (this.#isClosed(bound, proof.size)) {
      return { ...found, bound: Math.min(bound, this.#objective), split: null };
    }
    return { ...found, bound, split: this.#splitOf(problem, best.mixture, made) };
  }

  /** Whether exact figures will find that a bound of doubles leaves nothing better. `size`: Σ of the sizes of its terms. */
  #isClosed(bound: number, size: number): boolean {
    const sizes = size + Math.abs(bound), few = FEW_BITS * sizes;
    // No objective lies between two steps. Where rounding may be more than a step, that is all that is let pass.
    const room = this.#step > 0 ? Math.max(this.#step - few, few) : ROUNDING * sizes;
    return bound < this.#objective + room;
  }

  /** Whether a case is impossible by the brand limit, which prices don't know: a user would have too many offers of a brand. */
  #isVoid(made: ReadonlyMap<number, boolean>): boolean {
    const { instance: { brand, contract }, policy: { maxPerBrand } } = this.#problem;
    if (maxPerBrand === null || brand === null) return false;
    const count = new Map<string, number>();
    for (const [pair, isMade] of made) {
      if (!isMade) continue;
      const key = `${this.#user[pair]} ${brand[contract[pair]]}`;
      count.set(key, (count.get(key) ?? 0) + 1);
      if (count.get(key)! > maxPerBrand) return true;
    }
    return false;
  }

  /** The prices of a case with 0 for a limit that is new in one of its parts. */
  #withPrices(prices: Prices, counts: number): Prices {
    if (counts === 0) return prices;
    const limit = new Float64Array((this.#problem.items?.amount.length ?? 0) + counts);
    limit.set(prices.limit ?? []);
    return { ...prices, limit };
  }

  /**
   * What to divide a case by: a number of users, or else of offers, between which and one more the mixture lies; else an offer;
   * null: there is none.
   */
  #splitOf(
    problem: DualProblem,
    mixture: Mixture,
    made: ReadonlyMap<number, boolean>,
  ): Split | null {
    const lacking = usersBetween(problem, mixture);
    if (lacking !== null) return lacking;
    const share = new Map<number, number>();
    for (const bundles of mixture) {
      for (const { column: { pairs }, times } of bundles) {
        for (const pair of pairs) share.set(pair, (share.get(pair) ?? 0) + times);
      }
    }
    // At a price below that of a case a number of offers decides nothing, and each part would be divided by it once more.
    const between = this.#priceOfCounts < this.#price ? null : this.#kinds.between(share);
    if (between !== null) return between;
    const pair = this.#pairToSettle(share, made);
    return pair < 0 ? null : { pair };
  }

  /** The unsettled pair whose share in the mixture is nearest to ½, else one of the allocation found, else any; −1: there is none. */
  #pairToSettle(
    share: ReadonlyMap<number, number>,
    made: ReadonlyMap<number, boolean>,
  ): number {
    const isSettled = (pair: number) => made.has(pair) || this.#isPinned(pair);
    let best = -1, surest = Infinity;
    for (const [pair, users] of share) {
      if (isSettled(pair)) continue;
      const off = Math.abs(users - 0.5);
      if (off < surest || (off === surest && pair < best)) [best, surest] = [pair, off];
    }
    if (best >= 0) return best;
    const found = this.#found.find((pair) => !isSettled(pair));
    if (found !== undefined) return found;
    let any = 0;
    while (any < this.#user.length && isSettled(any)) any++;
    return any < this.#user.length ? any : -1;
  }

  #boundOf({ bound, parts }: Case): number {
    if (parts !== undefined) return Math.max(this.#boundOf(parts[0]), this.#boundOf(parts[1]));
    return Math.max(bound, this.#objective);
  }

  #nodeOf({ settled, prices, split, parts }: Case): BranchNode {
    if (parts === undefined) return this.#end(prices, settled.counts);
    const [one, other] = parts.map((part) => this.#nodeOf(part));
    return "pair" in split!
      ? { pair: split.pair, made: one, notMade: other }
      : { of: split!.of, most: split!.most, atMost: one, atLeast: other };
  }

  /** Prices at an end of the tree, those of counts apart. */
  #end(found: CasePrices, counts: Settled["counts"]): BranchNode {
    if (counts.length === 0) return { prices: found };
    const users = counts.filter(isOfUsers);
    const { prices: { limit, ...others }, ofLimits } = userPrices(this.#problem, users, found);
    const own = (limit?.length ?? 0) - (counts.length - users.length);
    const ofOffers = [...limit?.slice(own) ?? []], ofUsers = ofLimits.values();
    return {
      prices: { ...others, ...(own > 0 && { limit: limit!.slice(0, own) }) },
      counts: counts.map((one) => isOfOffers(one) ? ofOffers.shift()! : ofUsers.next().value!),
    };
  }
}

/** The case that all others are parts of. */
const NOTHING: Settled = { made: new Map(), counts: [] };

/** What the two cases settle into which a case is divided. */
function settledParts({ made, counts }: Settled, split: Split): [Settled, Settled] {
  if ("pair" in split) {
    const also = (isMade: boolean) => ({ made: new Map([...made, [split.pair, isMade]]), counts });
    return [also(true), also(false)];
  }
  const { most, ...counted } = split;
  const also = (side: CountLimit["side"], amount: number) => ({
    made,
    counts: [...counts, { ...counted, side, amount }],
  });
  return [also("at_most", most), also("at_least", most + 1)];
}

/** The cases that aren't divided. */
function endsOf(one: Case): Case[] {
  return one.parts === undefined ? [one] : one.parts.flatMap(endsOf);
}

/** The prices of an end, with those of its counts where {@link CaseSearch} has them: after those of the limits, and by group. */
function casePrices(
  problem: DualProblem,
  { prices, counts: ofCounts = [] }: Extract<BranchNode, { prices: Prices }>,
  counts: Settled["counts"],
): CasePrices {
  const { name } = ruleOfMost(problem);
  const limit = [...prices.limit ?? []], most = prices[name].slice();
  const leastOfCase = new Float64Array(most.length);
  counts.forEach((one, i) => {
    if (isOfOffers(one)) limit.push(ofCounts[i]);
    else {
      const column = one.side === "at_most" ? most : leastOfCase;
      column[one.of.sponsoredUsersOf] += ofCounts[i];
    }
  });
  return {
    ...prices,
    [name]: most,
    ...(limit.length > 0 && { limit: Float64Array.from(limit) }),
    ...(counts.some(isOfUsers) && { leastOfCase }),
  };
}

function isOfOffers(limit: CountLimit | UserLimit): limit is CountLimit {
  return "counted" in limit;
}

function isOfUsers(limit: CountLimit | UserLimit): limit is UserLimit {
  return !isOfOffers(limit);
}

/** A price that is more than any user's choice is worth, and decides by a fraction of a unit what `stake` is about. */
function priceOfCases(
  { score }: Instance,
  policy: Policy,
  isPinned: (pair: number) => boolean,
  stake: number,
): number {
  let size = Math.abs(policy.sponsoredBonus) + policy.shortfallPenalty;
  score.forEach((one, pair) => {
    if (!isPinned(pair)) size = Math.max(size, Math.abs(one));
  });
  for (const weight of policy.covW) size = Math.max(size, Math.abs(weight));
  // An impossible case may break a limit by a fraction of a unit only, and must lose the whole gap by that.
  size = 20 * (size * Math.min(policy.k, 10) + stake);
  return 10 ** Math.ceil(Math.log10(size + Number.MIN_VALUE));
}
