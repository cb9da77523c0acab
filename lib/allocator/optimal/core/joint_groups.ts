/**
 * Choices for whole groups: better prices and a better allocation where rules such as an assignment ratio tie the users of a
 * group together.
 *
 * @module
 */
import { boundAt } from "../dual/bound.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { type Proof, prove } from "../dual/proof.ts";
import type { Assignment } from "../recovery/assignment.ts";
import { generateColumns } from "./column_generation.ts";
import { GroupColumns } from "./group_columns.ts";
import { dive } from "./group_dive.ts";
import type { Pause } from "../../../base/pause.ts";

/**
 * Prices are good enough when they prove to within this share of the gap asked for, or of what groups lose at the first prices
 * by keeping their rules over whole users; prices move by so much at first, too.
 */
const OF_GAP = 0.5, OF_LOSS = 5e-4;

/** Whether rules tie the users of any group together, and its joint choice at the prices is known. */
export function hasJointGroups({ shape }: Pick<Proof, "shape">): boolean {
  return shape.some((s) => s >= 0);
}

/**
 * Whether there are so many groups that few are mixtures of choices: no more of them are than rows have a price. With few
 * groups a choice for a whole one is too coarse, and single users are better moved.
 */
export function hasManyGroups({ instance: { groups } }: DualProblem, { prices }: Proof): boolean {
  const isPriced = (price: number) => price > 0;
  const rows = prices.contract.filter(isPriced).length +
    (prices.limit?.filter(isPriced).length ?? 0);
  return groups.length > rows;
}

/** How far choices for groups are sought. */
export interface JointGroupsOptions {
  /** A feasible objective. */
  readonly objective: number;
  /** The gap asked for. */
  readonly gap: number;
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

  /** Begins with what the prices make best, and with what an assignment has. */
  constructor(assignment: Assignment, proof: Proof, options: JointGroupsOptions) {
    this.proof = proof;
    this.#options = options;
    this.#groups = new GroupColumns(assignment.problem, proof.prices);
    this.#groups.hold(assignment);
    this.#box = OF_LOSS * proof.loss.reduce((sum, lost) => sum + lost, 0);
    this.#enough = Math.max(OF_GAP * options.gap * Math.abs(proof.bound), this.#box);
  }

  /** Finds better prices, then gives the groups of `assignment` choices of theirs; caps may be exceeded by some offers. */
  async choose(assignment: Assignment): Promise<void> {
    const { objective, stop, pause } = this.#options, { problem } = assignment;
    const best = await generateColumns(this.#groups, this.proof, {
      objective,
      stop,
      enough: this.#enough,
      firstBox: this.#box,
      pause,
    });
    const { prices } = best;
    const found = await prove(problem, { prices, bound: boundAt(problem, prices) }, stop, pause);
    if (found.bound < this.proof.bound) this.proof = found;
    await dive(assignment, this.#groups, best, { enough: this.#enough, stop });
  }
}
