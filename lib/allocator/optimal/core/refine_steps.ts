/**
 * The steps by which a good allocation and good prices are refined, each within its own size and count of work.
 *
 * @module
 */
import { solveGreedy } from "../../greedy/greedy.ts";
import { pairCount } from "../../drop/instance/instance.ts";
import { ITERATION_OF_ROW } from "../../ilp/mip.ts";
import { searchTies, searchTypes } from "./type_search.ts";
import { Allowance } from "./allowance.ts";
import { improveByChains } from "./chains.ts";
import { solveCore, solveGrowingCore, solveLosses } from "./core.ts";
import { exactPrices } from "./exact_prices.ts";
import { generateColumns } from "./column_generation.ts";
import { giveMost, ownBundleFinder, OwnColumns } from "./own_columns.ts";
import type { OwnLimits } from "./own_limits.ts";
import { JointGroups } from "./joint_groups.ts";
import { pairProgram } from "./pair_program.ts";
import { prove } from "../dual/proof.ts";
import { improveAlongPaths, makeFeasible, type RecoverOptions } from "../recovery/recover.ts";
import { roundMixture } from "./round_mixture.ts";
import { takeHeld, takeOffers } from "../recovery/take_offers.ts";
import { singleUsers } from "../../drop/user_classes.ts";
import {
  COUNTING_SECONDS,
  PROVEN,
  type RefineState,
  SMALL_PAIRS,
  WHOLE_COLUMNS,
  WHOLE_SECONDS,
} from "./refine_state.ts";

/**
 * Most counted seconds for a program (see `allowance.ts`): of a small drop, of a drop that is to be solved exactly, and of a larger one
 * that is not within the gap yet.
 */
const SMALL_SECONDS = 1, EXACT_SECONDS = 5, LARGE_SECONDS = 15;

/**
 * After so many steps, such as paths that are tried, recovery from an allocation that may be far from the prices ends: about a second on
 * a large drop. A clock would make the allocation depend on what else the machine does.
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

/** Most counted seconds for bundles that keep limits of single users. */
const OWN_SECONDS = 20;

/** Milliseconds per pair that the greedy solver may take. */
const GREEDY_MS = 1e-3;

/** The largest size and work of a program of pairs, which is counted. */
interface PairsSize {
  readonly seconds?: number;
  readonly columns?: number;
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
    const { assignment } = this.#state.incumbent;
    const options = { stop: this.#state.hurry, pause: this.#state.options.pause };
    await this.#state.try(() => searchTies(assignment, this.#state.proof, options));
  }

  /** Finds better prices and choices for whole groups. Returns whether nothing better is likely to be found. */
  async groups(): Promise<boolean> {
    const { gap, pause } = this.#state.options, { assignment, objective } = this.#state.incumbent;
    const options = { objective, gap, stop: this.#state.hurry, pause };
    const search = new JointGroups(assignment, this.#state.proof, options);
    const tryChoices = (choose: () => Promise<void>) =>
      this.#state.try(async () => {
        await choose();
        if (search.isNear(assignment.objective()) && assignment.isFeasible()) return;
        // Groups have their choices: moving whole groups for the few offers beyond caps would lose more than giving them up.
        const options = { ...this.#recovery(), shape: undefined };
        await makeFeasible(assignment, search.proof.prices, options);
      });
    await tryChoices(() => search.choose(assignment));
    this.#state.proof = search.proof;
    this.#state.take(this.#state.proof.bound);
    const isNear = () => search.isNear(this.#state.incumbent.objective);
    const isEnough = this.#state.distance() <= gap || this.#state.isLittleLeft() || isNear();
    if (!this.#state.hurry() && !isEnough) {
      await tryChoices(() => search.chooseAgain(assignment));
    }
    return isNear();
  }

  /** Runs full recovery, if the incumbent comes from a hurried one. */
  async recoverInFull(): Promise<void> {
    const found = await this.#state.options.recovery?.();
    if (found === undefined) return;
    if (this.#state.incumbent.tryTo(() => takeHeld(this.#state.incumbent.assignment, found))) {
      this.#state.take(this.#state.bound);
    }
  }

  /** Takes the greedy solver's allocation if it is better, and improves it. */
  async compareWithGreedy(): Promise<void> {
    const { problem } = this.#state.incumbent.assignment;
    const left = this.#state.options.deadline - performance.now();
    if (left < GREEDY_MS * pairCount(problem.instance)) return;
    const greedy = solveGreedy(problem.instance, problem.policy);
    if (!this.#state.incumbent.tryTo(() => takeOffers(this.#state.incumbent.assignment, greedy))) {
      return;
    }
    await this.#state.try(() =>
      improveAlongPaths(
        this.#state.incumbent.assignment,
        this.#state.proof.prices,
        this.#recovery(),
      )
    );
  }

  /** Searches over the types of users. */
  async searchTypes(): Promise<void> {
    const { assignment } = this.#state.incumbent;
    const options = { stop: this.#state.hurry, pause: this.#state.options.pause };
    await this.#state.try(() => searchTypes(assignment, this.#state.proof.prices, options));
  }

  /** Improves the incumbent by chains of changes. That makes later programs smaller. */
  async chains(gap = this.#state.enough): Promise<void> {
    const { assignment, objective } = this.#state.incumbent,
      { prices, bound, loss } = this.#state.proof;
    const weighs = assignment.problem.items?.weighs === true;
    const allowance = this.#allowance(weighs ? WEIGHING_SECONDS : undefined);
    const { extraCost, pause, hurry: stop } = this.#state.options;
    const widest = loss.reduce((sum, lost) => sum + lost, bound - objective);
    const enough = widest - (bound - objective) + gap * Math.abs(bound - extraCost);
    await this.#state.try(() =>
      improveByChains(assignment, prices, { widest, enough, allowance, stop, pause })
    );
  }

  /** Improves the incumbent along paths of changes, as far as the gap asked for. */
  async paths(): Promise<void> {
    const { assignment } = this.#state.incumbent, { prices, shape } = this.#state.proof;
    const { extraCost, pause, hurry } = this.#state.options;
    const enough = this.#state.bound - this.#state.enough * Math.abs(this.#state.bound - extraCost);
    await this.#state.try(() =>
      improveAlongPaths(assignment, prices, { noise: 0, enough, shape, hurry, pause })
    );
  }

  /** Finds the best prices by linear programming, and tries an allocation near the program's mixture. */
  async bestPrices(seconds?: number): Promise<void> {
    const { hurry, pause } = this.#state.options;
    const { assignment, objective } = this.#state.incumbent;
    const { problem } = assignment;
    const classes = this.#state.classes;
    const dual = this.#state.proof.loss.reduce((sum, lost) => sum + lost, this.#state.proof.bound);
    const found = { prices: this.#state.proof.prices, bound: dual };
    const allowance = this.#allowance(seconds);
    const stop = () => allowance.isOver || this.#state.hurry();
    const mostWork = allowance.left / ITERATION_OF_ROW;
    const best = await exactPrices(problem, classes, found, { objective, stop, mostWork });
    allowance.spend(best.work * ITERATION_OF_ROW);
    if (best.bound < dual) {
      const proof = await prove(problem, best, hurry, pause);
      if (proof.bound < this.#state.proof.bound) {
        this.#state.proof = proof;
        this.#state.take(proof.bound);
      }
    }
    if (this.#state.distance() <= PROVEN || best.mixture.length === 0) return;
    await this.#state.try(async () => {
      roundMixture(assignment, classes, best.mixture);
      await makeFeasible(assignment, this.#state.proof.prices, this.#recovery());
    });
  }

  /**
   * Settles a drop with limits of single users: finds the best prices of what users share, and solves larger and larger parts of the
   * core, both over bundles that keep their users' own limits.
   */
  async ownLimits(own: OwnLimits): Promise<void> {
    const { assignment, objective } = this.#state.incumbent, { pause } = this.#state.options;
    const allowance = this.#allowance(OWN_SECONDS);
    const columns = new OwnColumns(assignment, own, this.#state.proof.prices, allowance);
    const first = columns.price(columns.prices);
    const stop = () => allowance.isOver || this.#state.hurry();
    const mostWork = allowance.left / ITERATION_OF_ROW;
    const best = await generateColumns(columns, first, { objective, stop, mostWork, pause });
    allowance.spend(best.work * ITERATION_OF_ROW);
    this.#state.take(best.bound);
    await this.#state.try(async () => {
      giveMost(assignment, best.mixture);
      await makeFeasible(assignment, this.#state.proof.prices, this.#recovery());
    });
    columns.usePrices(best.prices);
    const { bound } = await solveGrowingCore(this.#state.incumbent, best.prices, {
      isOpen: () => this.#state.isOpen(),
      bound: best.bound,
      classes: singleUsers(assignment.problem.instance),
      bundles: ownBundleFinder(columns, assignment),
      allowance,
    });
    this.#state.take(bound);
  }

  /** Solves the core; with `parts` a part of it if it is too large. */
  async core(parts: boolean, columns?: number): Promise<void> {
    const bound = await solveCore(this.#state.incumbent, this.#state.proof.prices, {
      bound: this.#state.proof.bound,
      loss: this.#state.proof.loss,
      columns,
      classes: this.#state.classes,
      allowance: this.#allowance(),
      parts,
    });
    this.#state.take(bound);
  }

  /** Solves larger and larger parts of the core, and then perhaps the whole drop. */
  async growingCore(): Promise<void> {
    const { bound, solved } = await solveGrowingCore(
      this.#state.incumbent,
      this.#state.proof.prices,
      {
        isOpen: () => this.#state.isOpen(),
        bound: this.#state.proof.bound,
        loss: this.#state.proof.loss,
        classes: this.#state.classes,
        allowance: this.#allowance(COUNTING_SECONDS),
      },
    );
    this.#state.take(bound);
    const { exact, gap } = this.#state.options;
    if (!exact || !solved || this.#state.distance() <= gap || !this.#state.isOpen()) return;
    await this.solvePairs({ seconds: WHOLE_SECONDS, columns: WHOLE_COLUMNS });
  }

  /** Solves the program of pairs and shapes. */
  async solvePairs({ seconds, columns }: PairsSize = {}): Promise<void> {
    const { instance, policy } = this.#state.incumbent.assignment.problem;
    // Counts of pairs over a class can't express the brand limit of each user.
    const classes = policy.maxPerBrand === null ? this.#state.classes : singleUsers(instance);
    const { assignment, objective } = this.#state.incumbent;
    const { items } = assignment.problem;
    const program = pairProgram(assignment, this.#state.proof.prices, classes, {
      widest: this.#state.proof.bound - objective,
      loss: this.#state.proof.loss,
      most: columns ?? PAIR_COLUMNS,
    });
    if (program === null) return;
    // Without presolve HiGHS has returned the second best solution of a knapsack as optimal, so it is on if offers count differently.
    const { exact, gap } = this.#state.options;
    // Objectives are multiples of the step, so a gain below it is rounding. HiGHS can't know: its own objective, the losses against the
    // prices, are no such multiples. Where a gap is allowed, it may stop there.
    const least = items === null ? 0 : this.#state.step;
    const search = {
      step: MOST_OF_STEP * (exact ? least : Math.max(least, gap * Math.abs(this.#state.bound))),
      allowance: this.#allowance(seconds),
      presolve: items?.weighs === true || columns !== undefined,
    };
    const { values, bound } = await solveLosses(program, objective, search);
    if (values !== null) this.#state.incumbent.tryTo(() => program.give(values));
    this.#state.take(Math.max(bound, this.#state.incumbent.objective));
  }

  /** Options for recovery from an allocation that may be far from the prices: a little of it, by a count of its steps. */
  #recovery(): RecoverOptions {
    const { pause } = this.#state.options;
    let steps = 0;
    const hurry = () => steps++ >= MOST_STEPS || this.#state.options.hurry();
    const { hurry: late } = this.#state.options;
    return {
      noise: 0,
      enough: this.#state.bound,
      shape: this.#state.proof.shape,
      hurry,
      late,
      pause,
    };
  }

  /** What a step that begins now may do. */
  #allowance(seconds?: number): Allowance {
    seconds ??= this.#state.size <= SMALL_PAIRS
      ? SMALL_SECONDS
      : this.#state.options.exact
      ? EXACT_SECONDS
      : LARGE_SECONDS;
    const now = performance.now();
    const share = now + OF_TIME_LEFT * (this.#state.options.deadline - now);
    return new Allowance(seconds, share, this.#state.allowance);
  }
}
