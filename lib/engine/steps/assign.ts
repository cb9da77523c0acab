/**
 * Bundles at the final prices, and the users who are decided together because two bundles are nearly as good.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import type { Usage } from "../drop/usage.ts";
import type { UserRow } from "./gather.ts";

/** What one user holds after a move. */
export interface Move {
  /** The user's id, as it was read. */
  readonly user: string;
  /** The part that the user is on. */
  readonly part: number;
  /** Contracts that the user holds. */
  readonly held: readonly number[];
  /** How many of them are sponsored. */
  readonly sponsored: number;
}

/** Who holds what. */
export interface AssignSteps {
  /** Gives every user the best bundle at the prices. */
  assign(problem: DualProblem, prices: Prices, control: RunControl): Promise<void>;
  /**
   * What users hold, and what they add to the objective, missed minima left out; of all users, or of those whose margin is not
   * in an interval.
   */
  usage(
    problem: DualProblem,
    outside: readonly [from: number, to: number] | null,
    control: RunControl,
  ): Promise<{ usage: Usage; value: number }>;
  /**
   * For each of the margins given, how many users have a smaller one. A user's margin is how much less the next best
   * bundle is worth.
   */
  countBelow(margins: readonly number[], control: RunControl): Promise<number[]>;
  /** The users with a margin in an interval, open above, at most `most` of them. */
  undecided(
    margins: readonly [from: number, to: number],
    most: number,
    onRows: (rows: readonly UserRow[], part: number) => void,
    control: RunControl,
  ): Promise<void>;
  /** Writes the moves of a round. */
  move(moves: Iterable<Move>, round: number, control: RunControl): Promise<void>;
}
