/**
 * Finds better prices and a better allocation by choices for whole groups, for limits (such as an assignment ratio) that tie the
 * users of a group together.
 *
 * @module
 */
import { pairCount } from "../../drop/instance/instance.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { Proof } from "../joint/proof.ts";
import type { Holdings } from "../recovery/holdings.ts";
import { generateColumns, type Priced } from "./column_generation.ts";
import { GroupColumns } from "./group_columns.ts";
import { dive } from "./group_dive.ts";
import type { Pause } from "../../../base/pause.ts";
import { PASS_PAIRS, SMALL_PAIRS } from "../dual/drop_sizes.ts";

/**
 * Prices are good enough if their bound is within OF_GAP of the gap asked for, or within OF_LOSS of what groups lose at the first prices
 * by keeping their limits over whole users. The latter is also how far prices may move at first.
 */
const OF_GAP = 0.5, OF_LOSS = 5e-4;

/**
 * The same for the end of the search for columns. What groups lose by good choices that are not proven to be the best is not counted
 * there, so less is left.
 */
const OF_GAP_OF_COLUMNS = 0.3;

/** Whether any group has a joint choice at the prices: a limit with a price ties its users together. */
export function hasJointGroups({ shape }: Pick<Proof, "shape">): boolean {
  return shape !== undefined;
}

/**
 * Whether there are many groups: more than rows with a price, as at most that many are mixtures of choices. With few groups a choice
 * for a whole group is too coarse, and it is better to move single users.
 */
export function hasManyGroups(
  { instance: { groups } }: DualProblem,
  { prices }: Pick<Proof, "prices">,
): boolean {
  const isPriced = (price: number) => price > 0;
  const rows = prices.contract.filter(isPriced).length +
    (prices.limit?.filter(isPriced).length ?? 0);
  return groups.length > rows;
}

/** The tolerance of the search for prices, and its share of what groups lose, relative to D, if each has this loss by as many users. */
const TOLERANCE = 1e-7, OF_GROUPS = 6e-4;

/**
 * The tolerance for the search for D's best prices, relative to D. In small drops all programs are tried, and they need good prices.
 * Where limits count offers, many groups each lose some hundredths of
 * an offer by keeping them over whole users; prices that are best for whole groups are further from the best ones for single users than
 * that, and {@link JointGroups} looks for them.
 */
export function toleranceForGroups({ countsOffers, instance }: DualProblem): number {
  const { groups, group, cap } = instance;
  const isByGroups = countsOffers && groups.length > cap.length &&
    pairCount(instance) > SMALL_PAIRS;
  return isByGroups ? Math.max(TOLERANCE, OF_GROUPS * groups.length / group.length) : TOLERANCE;
}

/** The settings of the search. */
export interface JointGroupsOptions {
  /** A feasible objective. */
  readonly objective: number;
  /** The gap asked for. */
  readonly gap: number;
  /** The groups, as they were used for the proof before, if they were. */
  readonly groups?: GroupColumns;
  /** Most threads that price groups. @default 1 */
  readonly workers?: number;
  readonly stop: () => boolean;
  readonly pause: Pause;
}

/** The search for choices of whole groups at one proof's prices. */
export class JointGroups {
  /** The best proof known. */
  proof: Proof;
  readonly #groups: GroupColumns;
  readonly #options: JointGroupsOptions;
  readonly #enough: number;
  readonly #box: number;
  /** The best prices found, from which dives start. */
  #best: Priced | null = null;
  /** What the best mixture of the groups' choices is worth. */
  #ofMixture = Infinity;

  /** Starts from the prices of `proof`, with what users hold as first columns. */
  constructor(holdings: Holdings, proof: Proof, options: JointGroupsOptions) {
    this.proof = proof;
    this.#options = options;
    this.#groups = options.groups ??
      new GroupColumns(holdings.problem, proof.prices, options.workers);
    this.#groups.hold(holdings);
    this.#box = OF_LOSS * proof.loss.reduce((sum, lost) => sum + lost, 0);
    this.#enough = Math.max(OF_GAP * options.gap * Math.abs(proof.bound), this.#box);
  }

  /** Ends the threads. */
  close(): void {
    this.#groups.close();
  }

  /** Finds better prices, then gives each group of `holdings` a choice. Some offers may exceed caps. */
  async choose(holdings: Holdings): Promise<void> {
    const { objective, stop, pause } = this.#options, { problem } = holdings;
    const best = await generateColumns(this.#groups, this.proof, {
      objective,
      stop,
      enough: Math.max(
        OF_GAP_OF_COLUMNS * this.#options.gap * Math.abs(this.proof.bound),
        this.#box,
      ),
      firstBox: this.#box,
      pause,
      // Where a round over all groups takes long, fewer rounds count for more than columns that differ.
      halfWay: pairCount(problem.instance) >= PASS_PAIRS,
    });
    const { prices } = best;
    if (prices !== this.proof.prices && !stop()) {
      const found = await this.#groups.prove({ prices });
      if (found.bound < this.proof.bound) this.proof = found;
    }
    this.#best = best;
    await this.#dive(holdings);
  }

  /**
   * Gives each group of `holdings` another choice, once {@link choose} has found prices: what a dive ends with is chance to some degree.
   */
  async chooseAgain(holdings: Holdings): Promise<void> {
    await this.#dive(holdings);
  }

  /**
   * From this objective on an allocation is nearly as good as the best mixture of the choices that are known. Then what is left between it
   * and the bound is mostly what whole users lose, as the bound leaves it out for groups whose best choice can't be found.
   */
  get near(): number {
    const { gap } = this.#options;
    return this.#ofMixture - OF_GAP * gap * Math.abs(this.proof.bound);
  }

  async #dive(holdings: Holdings): Promise<void> {
    const { stop } = this.#options, start = this.#best!;
    const lost = await dive(holdings, this.#groups, start, { enough: this.#enough, stop });
    this.#ofMixture = Math.min(this.#ofMixture, start.bound - lost);
  }
}
