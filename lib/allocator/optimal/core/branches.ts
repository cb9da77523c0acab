/**
 * A proof by cases, where prices alone leave a gap: offers are made or not made, case by case, until prices prove each
 * case to be no better than what was found (branch and bound; Land and Doig, "An automatic method of solving discrete
 * programming problems", 1960; with prices for bounds: Fisher 1981).
 *
 * That an offer is made is a limit x ≥ 1, that it is not made x ≤ 0, and both have a price: `price` more for the offer, and
 * once less for all; or `price` less. So each case is a bound like any other, which anyone recomputes.
 *
 * @module
 */
import type { BranchedProof, BranchNode, Prices } from "../../model/allocation.ts";
import { boundOnGrid, objectiveStep } from "../../model/objective_grid.ts";
import { pairCount } from "../../drop/instance.ts";
import { singleUsers } from "../../drop/user_classes.ts";
import { boundAt } from "../dual/bound.ts";
import { compileDualProblem, type DualProblem } from "../dual/dual_problem.ts";
import { prove } from "../dual/proof.ts";
import { exactPrices, type Mixture } from "./exact_prices.ts";

/** Up to so many pairs proofs by cases are looked for. */
export const BRANCHED_PAIRS = 5000;

/** Most cases of a proof: each has prices of its own in the certificate. */
const MOST_CASES = 400;

/** What two bounds of doubles may differ by, relative to their size. */
const ROUNDING = 1e-13;

/** How a proof is looked for. */
export interface BranchOptions {
  /** Pairs of the allocation that is to be proven. */
  readonly pairs: Iterable<number>;
  /** Whether a pair stands for a pinned one: its score has a bonus, and that it is given is no question. */
  readonly isPinned: (pair: number) => boolean;
  /** Whether to stop. */
  readonly stop: () => boolean;
}

/** The proof that nothing is better than `objective`; null where it takes too many cases or too long. */
export async function proveByCases(
  problem: DualProblem,
  prices: Prices,
  objective: number,
  options: BranchOptions,
): Promise<BranchedProof | null> {
  if (pairCount(problem.instance) > BRANCHED_PAIRS) return null;
  const stake = Math.max(0, boundAt(problem, prices) - objective);
  const search = new CaseSearch(problem, { ...options, objective, stake });
  const tree = await search.prove(new Map(), prices);
  return tree === null ? null : { price: search.price, tree };
}

/** One search. */
class CaseSearch {
  /** What an offer that is made or not made gets or loses: more than any user's choice is worth. */
  readonly price: number;
  readonly #problem: DualProblem;
  readonly #objective: number;
  readonly #step: number;
  readonly #stop: () => boolean;
  readonly #isPinned: (pair: number) => boolean;
  readonly #user: Uint32Array;
  /** Pairs of the allocation found, the best first. */
  readonly #found: number[];
  #cases = 0;

  constructor(
    problem: DualProblem,
    { objective, stake, pairs, isPinned, stop }: BranchOptions & {
      objective: number;
      stake: number;
    },
  ) {
    const { instance, policy, shortfallPrice } = problem;
    this.#problem = problem;
    this.#objective = objective;
    this.#stop = stop;
    this.#isPinned = isPinned;
    this.#step = objectiveStep(instance, policy, shortfallPrice);
    const { start, group, score } = instance;
    this.#found = [...pairs].sort((a, b) => score[b] - score[a] || a - b);
    this.#user = new Uint32Array(score.length);
    for (let u = 0; u < group.length; u++) this.#user.fill(u, start[u], start[u + 1]);
    let size = Math.abs(policy.sponsoredBonus) + policy.shortfallPenalty;
    score.forEach((one, pair) => {
      if (!isPinned(pair)) size = Math.max(size, Math.abs(one));
    });
    for (const weight of policy.covW) size = Math.max(size, Math.abs(weight));
    // A case that nobody can have may break a limit by a part of a unit only, and must lose all that is at stake by it.
    size = 20 * (size * Math.min(policy.k, 10) + stake);
    this.price = 10 ** Math.ceil(Math.log10(size + Number.MIN_VALUE));
  }

  /** The tree below a case; `made` has the pairs that are settled. */
  async prove(made: ReadonlyMap<number, boolean>, start: Prices): Promise<BranchNode | null> {
    if (this.#stop() || ++this.#cases > 2 * MOST_CASES) return null;
    const { instance, policy, shortfallPrice } = this.#problem;
    const score = instance.score.slice();
    let constant = 0;
    for (const [pair, isMade] of made) {
      score[pair] += isMade ? this.price : -this.price;
      if (isMade) constant += this.price;
    }
    const problem = compileDualProblem({ ...instance, score }, policy, { price: shortfallPrice });
    const aim = this.#objective + constant;
    if (this.#isVoid(made)) return { prices: start };
    const best = await exactPrices(problem, singleUsers(instance), {
      prices: start,
      bound: boundAt(problem, start),
    }, { objective: aim, stop: this.#stop });
    const proof = await prove(problem, best, this.#stop);
    if (this.#isClosed(proof.bound - constant, proof.size)) return { prices: best.prices };
    const pair = this.#pairToSettle(best.mixture, made);
    if (pair < 0) return null;
    const having = await this.prove(new Map([...made, [pair, true]]), best.prices);
    if (having === null) return null;
    const lacking = await this.prove(new Map([...made, [pair, false]]), best.prices);
    return lacking === null ? null : { pair, made: having, notMade: lacking };
  }

  #isClosed(bound: number, size: number): boolean {
    const rounding = ROUNDING * (size + Math.abs(bound));
    return boundOnGrid(bound, this.#objective, this.#step) <= this.#objective + rounding;
  }

  /** Whether nobody can have what is made: a user would have too many offers of a brand, which prices alone don't see. */
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

  /**
   * The pair that the mixture is least sure of; where it is sure of all, one that it has, then one that was found, then any, and
   * that is not settled; −1: none.
   */
  #pairToSettle(
    mixture: Mixture,
    made: ReadonlyMap<number, boolean>,
  ): number {
    const share = new Map<number, number>();
    for (const bundles of mixture) {
      for (const { column: { pairs }, times } of bundles) {
        for (const pair of pairs) share.set(pair, (share.get(pair) ?? 0) + times);
      }
    }
    let best = -1, surest = Infinity;
    for (const [pair, users] of share) {
      if (made.has(pair) || this.#isPinned(pair)) continue;
      const off = Math.abs(users - 0.5);
      if (off < surest || (off === surest && pair < best)) [best, surest] = [pair, off];
    }
    if (best >= 0) return best;
    const isSettled = (pair: number) => made.has(pair) || this.#isPinned(pair);
    const found = this.#found.find((pair) => !isSettled(pair));
    if (found !== undefined) return found;
    let any = 0;
    while (any < this.#user.length && isSettled(any)) any++;
    return any < this.#user.length ? any : -1;
  }
}
