/**
 * The steps by which a good allocation and good prices are refined, each within its own size and count of work.
 *
 * @module
 */
import { SMALL_PAIRS } from "../dual/drop_sizes.ts";
import { pairCount } from "../../drop/instance/instance.ts";
import { solveDearLimits } from "../../ilp/ilp.ts";
import { ITERATION_OF_ROW } from "../../ilp/mip.ts";
import { solveAside } from "../../ilp/mip_thread.ts";
import { searchTies, searchTypes } from "../local_search/type_search.ts";
import { Allowance } from "../programs/allowance.ts";
import type { Pause } from "../../../base/pause.ts";
import { improveByChains } from "../local_search/chains.ts";
import {
  solveByFewRows,
  solveCore,
  solveGrowingCore,
  solveSampledCores,
} from "../programs/core.ts";
import { exactPrices, workOfFirst } from "../columns/class_columns.ts";
import { type BestPrices, generateColumns } from "../columns/column_generation.ts";
import { smoothColumns } from "../columns/smoothed_columns.ts";
import { ownBundleFinder, type OwnColumn, OwnColumns } from "../columns/own_columns.ts";
import { type OwnLimits, ownProof } from "../columns/own_limits.ts";
import { giveChoices, knapsackDrop } from "../knapsacks/knapsack_drop.ts";
import { searchKnapsacks } from "../knapsacks/knapsack_search.ts";
import { fastBoundAt } from "../passes/fast_bound.ts";
import { worthOfShape } from "../dual/dual_problem.ts";
import type { Prices } from "../../model/allocation.ts";
import { JointGroups } from "../columns/joint_groups.ts";
import { solveLosses } from "../programs/loss_program.ts";
import { pairProgram } from "../programs/pair_program.ts";
import { prove } from "../joint/proof.ts";
import {
  improveAlongPaths,
  makeFeasible,
  type RecoverOptions,
  relieveBySwaps,
} from "../recovery/recover.ts";
import { roundMixture } from "../columns/round_mixture.ts";
import { takeHeld, takeOffers } from "../recovery/take_offers.ts";
import { singleUsers } from "../../drop/user_classes.ts";
import {
  COUNTING_SECONDS,
  PROVEN,
  type RefineState,
  WHOLE_COLUMNS,
  WHOLE_SECONDS,
} from "./refine_state.ts";

/**
 * Most counted seconds for a program (see `allowance.ts`): of a small drop, of a drop that is to be solved exactly, and of a larger one
 * that is not within the gap yet.
 */
const SMALL_SECONDS = 1, EXACT_SECONDS = 5, LARGE_SECONDS = 15;

/**
 * Recovery from an allocation that may be far from the prices ends after this many steps, such as paths that are tried: about a second
 * on a large drop. A clock would make the allocation depend on what else the machine does.
 */
const MOST_STEPS = 2000;

/** With a time limit a step gets at most this share of the time left, as HiGHS looks at its clock only now and then. */
const OF_TIME_LEFT = 0.75;

/** Most columns of the program of pairs. */
const PAIR_COLUMNS = 12_000;

/** Only solutions better by this share of the step between possible objectives are looked for. */
const MOST_OF_STEP = 0.99;

/** Most counted seconds for chains if offers count differently toward limits: nothing else makes such gaps smaller. */
const WEIGHING_SECONDS = 40;

/** Most counted seconds for parts of the core in which a few budgets may change. */
const FEW_ROWS_SECONDS = 25;

/** Most counted seconds for cores of samples. */
const SAMPLES_SECONDS = 15;

/** Most counted seconds for bundles that keep limits of single users. */
const OWN_SECONDS = 20;

/** More of them for each user, whose bundles are sought again and again. */
const OWN_SECONDS_OF_USER = 5e-4;

/** The best prices are about so far from those of smoothed columns, as a share of an offer's size. */
const NEAR = 0.01;

/** Most counted seconds for drops of knapsacks. */
const KNAPSACK_SECONDS = 30;

/**
 * With less time left, in milliseconds per pair, choices for whole groups are not begun: they are worth nothing before they are finished,
 * a round over all groups is not stopped, and chains do more in that time.
 */
const LEAST_GROUPS_MS = 8e-4;

/** The largest size and work of a program of pairs, which is counted. */
interface PairsSize {
  readonly seconds?: number;
  readonly columns?: number;
  /** Whether a good allocation is known, so that HiGHS need only prove it or find a slightly better one. @default false */
  readonly isGood?: boolean;
}

/** The steps of refining: each tries one way to a better allocation, better prices, or a lower bound. */
export class RefineSteps {
  readonly #state: RefineState;

  /** Steps that change this state. */
  constructor(state: RefineState) {
    this.#state = state;
  }

  /** Chooses whole grades where types tie. */
  async searchTies(): Promise<void> {
    const state = this.#state;
    const { holdings } = state;
    const options = { stop: state.hurry, pause: state.options.pause };
    await state.try(() => searchTies(holdings, state.proof, options));
  }

  /** Finds better prices and choices for whole groups. Returns whether nothing better is likely to be found. */
  async groups(): Promise<boolean> {
    const state = this.#state;
    const { gap, groups, workers, pause, deadline } = state.options;
    const { holdings, objective } = state.incumbent;
    const left = deadline - performance.now();
    if (left < LEAST_GROUPS_MS * pairCount(state.problem.instance)) return false;
    const options = { objective, gap, groups, workers, stop: state.hurry, pause };
    const search = new JointGroups(holdings, state.proof, options);
    try {
      return await this.#groupsBy(search);
    } finally {
      search.close();
    }
  }

  async #groupsBy(search: JointGroups): Promise<boolean> {
    const state = this.#state, { holdings } = state, { gap } = state.options;
    const tryChoices = (choose: () => Promise<void>) =>
      state.try(async () => {
        await choose();
        await relieveBySwaps(holdings, search.proof.prices, this.#recovery());
        if (holdings.objective() >= search.near && holdings.isFeasible()) return;
        // Groups have their choices: moving whole groups for the few offers beyond caps would lose more than giving them up.
        const options = { ...this.#recovery(), shape: undefined, enough: search.near };
        await makeFeasible(holdings, search.proof.prices, options);
      });
    await tryChoices(() => search.choose(holdings));
    state.proof = search.proof;
    state.take(state.proof.bound);
    const isNear = () => state.incumbent.objective >= search.near;
    const isEnough = state.distance() <= gap || state.isLittleLeft() || isNear();
    if (!state.hurry() && !isEnough) {
      await tryChoices(() => search.chooseAgain(holdings));
    }
    return isNear();
  }

  /** Runs full recovery, if the incumbent comes from a hurried one. */
  async recoverInFull(): Promise<void> {
    const state = this.#state;
    const found = await state.options.recovery?.();
    if (found === undefined) return;
    if (state.incumbent.tryTo(() => takeHeld(state.holdings, found))) {
      state.take(state.bound);
    }
  }

  /** Searches over the types of users. */
  async searchTypes(): Promise<void> {
    const state = this.#state;
    const { holdings } = state;
    const options = { stop: state.hurry, pause: state.options.pause };
    await state.try(() => searchTypes(holdings, state.proof.prices, options));
  }

  /** Improves the incumbent by chains of changes. That makes later programs smaller. */
  async chains(gap = this.#state.enough, distinct = true): Promise<void> {
    const state = this.#state;
    const { holdings, objective } = state.incumbent, { prices, bound, loss } = state.proof;
    const weighs = holdings.problem.items?.weighs === true;
    const allowance = this.#allowance(weighs ? WEIGHING_SECONDS : undefined);
    const { extraCost, pause, hurry: stop, chainsFirst: widens } = state.options;
    const widest = loss.reduce((sum, lost) => sum + lost, bound - objective);
    const enough = widest - (bound - objective) + gap * Math.abs(bound - extraCost);
    await state.try(() =>
      improveByChains(holdings, prices, {
        ...{ widest, enough, widens, distinct, allowance, stop, pause },
      })
    );
  }

  /** Improves the incumbent along paths of changes, as far as the gap asked for. */
  async paths(): Promise<void> {
    const state = this.#state;
    const { holdings } = state.incumbent, { prices, shape } = state.proof;
    const { pause, hurry } = state.options;
    await state.try(() =>
      improveAlongPaths(holdings, prices, {
        noise: 0,
        enough: state.target,
        shape,
        hurry,
        pause,
      })
    );
  }

  /** Whether the work that a larger drop's step gets is enough for more than the first of the programs that find the best prices. */
  get reachesBestPrices(): boolean {
    const { problem, classes } = this.#state;
    return workOfFirst(problem, classes) * ITERATION_OF_ROW < this.#allowance().left;
  }

  /** Finds the best prices by linear programming, and tries an allocation near the program's mixture. */
  async bestPrices(seconds?: number): Promise<void> {
    const state = this.#state;
    const { holdings, objective } = state.incumbent;
    const { problem } = holdings;
    const classes = state.classes;
    const dual = state.proof.loss.reduce((sum, lost) => sum + lost, state.proof.bound);
    const found = { prices: state.proof.prices, bound: dual };
    const allowance = this.#allowance(seconds);
    const stop = () => allowance.isOver || state.hurry();
    const mostWork = allowance.left / ITERATION_OF_ROW;
    const best = await exactPrices(problem, classes, found, { objective, stop, mostWork });
    allowance.spend(best.work * ITERATION_OF_ROW);
    if (best.bound < dual) await this.#proveBy(best);
    // Near a mixture that is worth less than the incumbent nothing better is found, and moving its offers takes long.
    if (state.distance() <= PROVEN || best.worthOfMixture < state.incumbent.objective) return;
    await state.try(async () => {
      roundMixture(holdings, classes, best.mixture);
      await makeFeasible(holdings, state.proof.prices, this.#recovery());
    });
  }

  /**
   * Settles a drop with limits of single users: finds the best prices of what users share, and solves larger and larger parts of the
   * core, both over bundles that keep their users' own limits.
   */
  async ownLimits(own: OwnLimits): Promise<void> {
    const state = this.#state;
    const { holdings } = state.incumbent;
    const users = holdings.count.length, single = singleUsers(state.problem.instance);
    const allowance = this.#allowance(OWN_SECONDS + OWN_SECONDS_OF_USER * users);
    const { pause, hurry } = state.options;
    const stop = () => allowance.isOver || hurry();
    const given = { allowance, stop, pause };
    const columns = new OwnColumns(holdings, own, state.proof.prices, given);
    const best = await this.#ownPrices(columns, given);
    state.take(best.bound);
    state.ownProof = ownProof(own, best, columns.bundles.price);
    const all = state.ownProof.prices;
    await this.#proveBy({ prices: all, bound: fastBoundAt(state.problem, all) });
    if (best.mixture.length === 0) return;
    await state.try(async () => {
      roundMixture(holdings, single, best.mixture);
      await makeFeasible(holdings, state.proof.prices, this.#recovery());
    });
    if (hurry()) return;
    columns.usePrices(best.prices);
    const { bound } = await solveGrowingCore(state.incumbent, best.prices, {
      isOpen: (bound) => state.isOpenAt(bound),
      bound: best.bound,
      classes: single,
      get target() {
        return state.target;
      },
      bundles: ownBundleFinder(columns, holdings),
      allowance: new Allowance(OWN_SECONDS, Infinity, allowance),
    });
    state.take(bound);
  }

  /** Takes prices of all limits for the proof, if they prove more. */
  async #proveBy(found: { prices: Prices; bound: number }): Promise<void> {
    const state = this.#state, { hurry, pause } = state.options;
    const proof = await prove(state.problem, found, hurry, pause);
    if (proof.bound >= state.proof.bound) return;
    state.proof = proof;
    state.take(proof.bound);
  }

  /** The best prices of what users share: nearly, and in a drop of the size of programs outright. */
  async #ownPrices(
    columns: OwnColumns,
    { allowance, stop, pause }: { allowance: Allowance; stop: () => boolean; pause: Pause },
  ): Promise<Pick<BestPrices<OwnColumn>, "prices" | "bound" | "mixture">> {
    const state = this.#state;
    const spend = (seconds: number) => allowance.spend(seconds);
    const near = await smoothColumns(columns, columns.prices, { stop, spend, pause });
    if (!state.isProgramSized() || stop()) return near;
    const best = await generateColumns(columns, near, {
      objective: state.incumbent.objective,
      firstBox: NEAR * state.problem.unit,
      mostWork: allowance.left / ITERATION_OF_ROW,
      stop,
      pause,
    });
    spend(best.work * ITERATION_OF_ROW);
    return best.bound < near.bound ? best : near;
  }

  /** Finds the best allocation where each offer takes from one limit, and proves that it is. */
  async knapsacks(): Promise<void> {
    const state = this.#state;
    const { problem, step, hurry: stop } = state, { objective } = state.incumbent;
    const drop = knapsackDrop(problem, step);
    if (drop === null) return;
    const none = drop.users * worthOfShape(problem, 0, 0),
      known = Math.round((objective - none) / step);
    const allowance = this.#allowance(KNAPSACK_SECONDS), { pause } = state.options;
    const { chosen, bound } = await searchKnapsacks(drop, known, { allowance, stop, pause });
    if (chosen !== null) {
      state.incumbent.tryTo(() => giveChoices(state.holdings, drop, chosen));
    }
    state.take(Math.max(objective + (bound - known) * step, state.incumbent.objective));
  }

  /** Solves the core; with `parts` a part of it if it is too large. */
  async core(parts: boolean, columns?: number): Promise<void> {
    const state = this.#state;
    const bound = await solveCore(state.incumbent, state.proof.prices, {
      bound: state.proof.bound,
      loss: state.proof.loss,
      columns,
      classes: state.classes,
      target: state.target,
      allowance: this.#allowance(),
      parts,
    });
    state.take(bound);
  }

  /** Improves the incumbent by the cores of samples of the users. */
  sampledCores(): Promise<void> {
    return this.#byParts(solveSampledCores, SAMPLES_SECONDS);
  }

  /** Improves the incumbent by parts of the core in which a few budgets may change at a time. */
  fewRows(): Promise<void> {
    return this.#byParts(solveByFewRows, FEW_ROWS_SECONDS);
  }

  /** Improves the incumbent by parts of the core that prove nothing. */
  async #byParts(solve: typeof solveByFewRows, seconds: number): Promise<void> {
    const state = this.#state;
    const { bound, loss, prices } = state.proof;
    await solve(state.incumbent, prices, {
      isOpen: () => state.isOpen(),
      bound,
      loss,
      classes: state.classes,
      target: state.target,
      allowance: this.#allowance(seconds),
    });
    state.take(state.bound);
  }

  /** Solves larger and larger parts of the core, and then perhaps the whole drop. */
  async growingCore(): Promise<void> {
    const state = this.#state;
    const { bound, solved } = await solveGrowingCore(
      state.incumbent,
      state.proof.prices,
      {
        isOpen: (bound) => state.isOpenAt(bound),
        bound: state.proof.bound,
        loss: state.proof.loss,
        classes: state.classes,
        get target() {
          return state.target;
        },
        allowance: this.#allowance(COUNTING_SECONDS),
      },
    );
    state.take(bound);
    const { exact, gap } = state.options;
    if (!exact || !solved || state.distance() <= gap || !state.isOpen()) return;
    await this.solvePairs({ seconds: WHOLE_SECONDS, columns: WHOLE_COLUMNS });
  }

  /** Solves the program of pairs and shapes. */
  async solvePairs({ seconds, columns, isGood = false }: PairsSize = {}): Promise<void> {
    const state = this.#state;
    const { instance, policy } = state.problem;
    // Counts of pairs over a class can't express the brand limit of each user.
    const classes = policy.maxPerBrand === null ? state.classes : singleUsers(instance);
    const { holdings, objective } = state.incumbent;
    const { items } = holdings.problem;
    const program = pairProgram(holdings, state.proof.prices, classes, {
      widest: state.proof.bound - objective,
      loss: state.proof.loss,
      most: columns ?? PAIR_COLUMNS,
      fractions: isGood,
    });
    if (program === null) return;
    // Without presolve HiGHS has returned the second best solution of a knapsack as optimal, so it is on if offers count differently.
    const { exact, gap } = state.options;
    // Objectives are multiples of the step, so a gain below it is rounding. HiGHS can't know: its own objective, the losses against the
    // prices, are no such multiples. Where a gap is allowed, it may stop there.
    const least = items === null ? 0 : state.step;
    const search = {
      step: MOST_OF_STEP * (exact ? least : Math.max(least, gap * Math.abs(state.bound))),
      target: state.target,
      allowance: this.#allowance(seconds),
      presolve: items?.weighs === true || columns !== undefined || isGood,
      heuristics: !isGood,
    };
    const { values, bound } = await solveLosses(program, objective, search);
    if (values !== null) state.incumbent.tryTo(() => program.give(values));
    state.take(Math.max(bound, state.incumbent.objective));
  }

  /**
   * Solves the whole model where limits have prices far above what a bundle is worth. Programs of losses have these prices from the
   * start; here they are moderate ones first, with which HiGHS can reckon.
   */
  async dearLimits(seconds: number): Promise<void> {
    const state = this.#state, { holdings } = state;
    const { instance, policy, shortfallPrice } = state.problem;
    const allowance = this.#allowance(seconds);
    const found = await solveDearLimits(instance, policy, shortfallPrice, async (mip, options) => {
      const { left: work, isLate } = allowance;
      const result = await solveAside(mip, { ...options, work, isLate });
      allowance.spend(result.work);
      return result;
    });
    if (found === null) return;
    state.incumbent.tryTo(() => takeOffers(holdings, found.offers));
    state.take(Math.max(found.bound, state.incumbent.objective));
  }

  /** Options for recovery from an allocation that may be far from the prices: a little of it, by a count of its steps. */
  #recovery(): RecoverOptions {
    const state = this.#state;
    const { pause } = state.options;
    let steps = 0;
    const hurry = () => steps++ >= MOST_STEPS || state.options.hurry();
    const { hurry: late } = state.options;
    return {
      noise: 0,
      enough: state.bound,
      shape: state.proof.shape,
      hurry,
      late,
      pause,
    };
  }

  /** What a step that begins now may do. */
  #allowance(seconds?: number): Allowance {
    const state = this.#state;
    seconds ??= state.size <= SMALL_PAIRS
      ? SMALL_SECONDS
      : state.options.exact
      ? EXACT_SECONDS
      : LARGE_SECONDS;
    const now = performance.now();
    const share = now + OF_TIME_LEFT * (state.options.deadline - now);
    return new Allowance(seconds, share, state.allowance);
  }
}
