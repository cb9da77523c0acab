/**
 * What is known while an allocation is refined: the incumbent, the proof, the least bound, and how far apart they are.
 *
 * @module
 */
import { PROGRAM_PAIRS } from "../dual/drop_sizes.ts";
import { relativeGap } from "../../model/allocation.ts";
import { countsFew } from "../../limits/items.ts";
import { pairCount } from "../../drop/instance/instance.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { OnProgress } from "../../../base/progress.ts";
import type { Incumbent } from "../recovery/incumbent.ts";
import { boundOnGrid, objectiveStep } from "../../model/objective_grid.ts";
import type { Pause } from "../../../base/pause.ts";
import { Allowance } from "../programs/allowance.ts";
import type { GroupColumns } from "../columns/group_columns.ts";
import type { OwnLimits, OwnProof } from "../columns/own_limits.ts";
import type { Proof } from "../joint/proof.ts";
import type { Holdings } from "../recovery/holdings.ts";
import { pairsOfClasses, singleUsers, type UserClasses } from "../../drop/user_classes.ts";

/** A gap up to this counts as none. */
export const PROVEN = 1e-12;

/** This much of an offer's size is little. */
const LITTLE = 1;

/** Most classes of users for which the best prices are found by linear programming. */
const PROGRAM_CLASSES = 6000;

/**
 * If limits count offers or are shares of them, HiGHS can solve programs of many columns: most counted seconds for parts of the
 * core, and most counted seconds and columns for the program of pairs of the whole drop.
 */
export const COUNTING_SECONDS = 30, WHOLE_SECONDS = 100, WHOLE_COLUMNS = 80_000;

/**
 * What comes before full recovery, as it improves faster and can start from any allocation: choices for whole groups, bundles that
 * keep limits of single users, a program of few classes where users are alike, grades of scores where types tie, or the search over
 * users' types.
 */
export type First =
  | { readonly by: "groups" | "classes" | "ties" | "types" }
  | { readonly by: "own limits"; readonly limits: OwnLimits };

/** The settings of refining. */
export interface RefineOptions {
  /** The classes of users who are alike; null: the drop is too large to look for them. */
  readonly classes: UserClasses | null;
  /** Whether the exact optimum is sought, as the drop is small enough. */
  readonly exact: boolean;
  /** The gap at which a larger drop may stop. */
  readonly gap: number;
  /**
   * By how much objective and bound will be lower at the shortfall price asked for: gaps are computed relative to the figures at that
   * price.
   */
  readonly extraCost: number;
  /** Most threads, where a step can share its work. @default 1 */
  readonly workers?: number;
  /** In milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** Counted seconds that all steps may take together. @default Infinity */
  readonly work?: number;
  readonly hurry: () => boolean;
  readonly pause: Pause;
  readonly onProgress?: OnProgress;
  /** What comes first; the incumbent is then what recovery found in a hurry. Null: nothing, recovery was full. */
  readonly first: First | null;
  /** The groups whose choices come first, if they were used before. @default none */
  readonly groups?: GroupColumns;
  /** Whether recovery left improving to chains. @default false */
  readonly chainsFirst?: boolean;
  /** Full recovery, if the incumbent comes from a hurried one. */
  readonly recovery?: () => Promise<Holdings>;
}

/** The proof, the bound and the incumbent of one run, as refining goes on. */
export class RefineState {
  /** The best proof known. */
  proof: Proof;
  /** A proof in which users keep their own limits; null: none was sought. */
  ownProof: OwnProof | null = null;
  /** The least bound known. */
  bound: number;
  /** The best allocation known. */
  readonly incumbent: Incumbent;
  /** The settings. */
  readonly options: RefineOptions;
  /** Number of pairs, with users who are alike counted once. */
  readonly size: number;
  /** What all steps may do together from now on, beside what each may do by itself. */
  allowance: Allowance;
  /** All objectives are multiples of this; 0: of nothing. */
  readonly step: number;
  /** Whether bounds of HiGHS's searches are believed. */
  #isTrusted = true;

  /** Starts from an allocation and a proof. */
  constructor(incumbent: Incumbent, proof: Proof, options: RefineOptions) {
    this.proof = proof;
    this.bound = proof.bound;
    this.incumbent = incumbent;
    this.options = options;
    this.allowance = new Allowance(options.work ?? Infinity, Infinity, undefined, options.hurry);
    const { instance, policy, shortfallPrice } = this.problem;
    this.size = options.classes === null
      ? pairCount(instance)
      : pairsOfClasses(instance, options.classes);
    this.step = options.exact ? objectiveStep(instance, policy, shortfallPrice) : 0;
  }

  /** The incumbent's holdings. */
  get holdings(): Holdings {
    return this.incumbent.holdings;
  }

  /** The drop's problem. */
  get problem(): DualProblem {
    return this.holdings.problem;
  }

  /** Whether choices for whole groups come first. */
  get byGroups(): boolean {
    return this.options.first?.by === "groups";
  }

  /** Whether to stop: the time of the run, or what a small drop's programs may do together, is over. */
  readonly hurry = (): boolean => this.allowance.left <= 0 || this.options.hurry();

  /** Whether the gap of the prices' own bound is above `tight`, and work may be done. */
  isLoose(tight: number): boolean {
    return this.#gapOf(this.proof.bound) > tight && !this.hurry();
  }

  /** The gap at which to stop. */
  get enough(): number {
    const { exact, gap } = this.options;
    return exact ? PROVEN : Math.max(PROVEN, gap);
  }

  /** The objective at which to stop. */
  get target(): number {
    return this.bound - this.enough * Math.abs(this.bound - this.options.extraCost);
  }

  /** The classes of users who are alike. */
  get classes(): UserClasses {
    return this.options.classes ?? singleUsers(this.problem.instance);
  }

  /** Whether there is a gap, and work may be done. */
  isOpen(): boolean {
    return this.distance() > this.enough && !this.hurry();
  }

  /** {@link isOpen} once an upper bound is taken. */
  isOpenAt(bound: number): boolean {
    this.take(bound);
    return this.isOpen();
  }

  /** Whether no more than an offer or so is left to win. */
  isLittleLeft(): boolean {
    return this.offersLeft() <= LITTLE;
  }

  /** How many offers' worth is left to win at most. */
  offersLeft(): number {
    return (this.bound - this.incumbent.objective) / this.problem.unit;
  }

  /** Number of users. */
  get users(): number {
    return this.problem.instance.group.length;
  }

  /** Whether there are limits, and they count offers or are shares of them: then HiGHS can solve programs of many columns. */
  countsOnly(): boolean {
    const { items } = this.problem;
    return items !== null && (!items.weighs || countsFew(items));
  }

  /** The relative gap between the least bound and the incumbent. */
  distance(): number {
    return this.#gapOf(this.bound);
  }

  /** The relative gap between a bound and the incumbent. */
  #gapOf(bound: number): number {
    const { extraCost } = this.options;
    return relativeGap(bound - extraCost, this.incumbent.objective - extraCost);
  }

  /** Whether the drop is small enough for programs over all its pairs. */
  isProgramSized(): boolean {
    return this.options.classes !== null && this.size <= PROGRAM_PAIRS &&
      this.classes.count <= PROGRAM_CLASSES;
  }

  /** Takes a bound if it is lower; lowers it to the objective if no other objective lies between. */
  take(bound: number): void {
    const { objective } = this.incumbent;
    if (this.#isContradicted) this.#isTrusted = false;
    const known = this.#isTrusted ? Math.min(this.bound, bound) : this.proof.bound;
    this.bound = boundOnGrid(known, objective, this.step);
  }

  /** Whether an allocation is better than a search's bound. HiGHS errs now and then; then only bounds of prices are believed. */
  get #isContradicted(): boolean {
    const { objective } = this.incumbent;
    const rounding = PROVEN * (Math.abs(objective) + this.proof.size);
    return this.bound < this.proof.bound && this.bound < objective - rounding;
  }

  /** Keeps a change if it makes the incumbent better. */
  async try(change: () => Promise<void>): Promise<void> {
    if (await this.incumbent.tryToAsync(change)) this.take(this.bound);
  }
}
