/**
 * Proofs by cases, for where one set of prices leaves a gap: an offer is made or not made, case by case, until prices prove that no
 * case has anything better than what was found (branch and bound; Land and Doig, "An automatic method of solving discrete
 * programming problems", 1960; with prices for bounds: Fisher 1981).
 *
 * That an offer is made is a limit x ≥ 1, that it is not made x ≤ 0. Both have the price `price`: an offer that is made counts
 * `price` more, and the bound `price` less; one that is not made counts `price` less. So each case is proven by a bound like
 * any other, which anyone can recompute.
 *
 * @module
 */
import type { BranchedProof, BranchNode, Prices } from "../../model/allocation.ts";
import { boundOnGrid, objectiveStep } from "../../model/objective_grid.ts";
import { pairCount } from "../../drop/instance/instance.ts";
import { singleUsers } from "../../drop/user_classes.ts";
import { boundAt } from "../dual/bound.ts";
import { compileDualProblem, type DualProblem } from "../dual/dual_problem.ts";
import { prove } from "../dual/proof.ts";
import { exactPrices, type Mixture } from "./exact_prices.ts";

/** Most pairs of a drop for which a proof by cases is sought. */
export const BRANCHED_PAIRS = 5000;

/** Most cases of a proof: each has prices of its own in the certificate. */
const MOST_CASES = 400;

/** How far two bounds in doubles may differ by rounding, relative to their size. */
const ROUNDING = 1e-13;

/** The inputs of a search for a proof. */
export interface BranchOptions {
  /** Pairs of the allocation that is to be proven. */
  readonly pairs: Iterable<number>;
  /** Whether a pair is a pinned one: its score has a bonus, and no case asks about it. */
  readonly isPinned: (pair: number) => boolean;
  /** Whether to stop. */
  readonly stop: () => boolean;
}

/** A proof that nothing is better than `objective`; null if it would take too many cases or too long. */
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

/** The search for one proof. */
class CaseSearch {
  /** The price of the limits of cases: more than any user's choice is worth. */
  readonly price: number;
  readonly #problem: DualProblem;
  readonly #objective: number;
  readonly #step: number;
  readonly #stop: () => boolean;
  readonly #isPinned: (pair: number) => boolean;
  readonly #user: Uint32Array;
  /** Pairs of the allocation found, by score, highest first. */
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
    // An impossible case may break a limit by a fraction of a unit only, and must lose the whole gap by that.
    size = 20 * (size * Math.min(policy.k, 10) + stake);
    this.price = 10 ** Math.ceil(Math.log10(size + Number.MIN_VALUE));
  }

  /** The tree of proofs below a case; null if there is none. `made`: the pairs that the case settles. */
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

  /**
   * The unsettled pair to make the next two cases of: the one whose share in the mixture is nearest to ½, else one of the allocation
   * found, else any; −1: there is none.
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
