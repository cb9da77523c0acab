/**
 * Prices: those of a sample, and what all users do at them.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import type { Usage } from "../drop/usage.ts";
import type { UserRow } from "./gather.ts";

/** D and what users use at some prices. */
export interface PassResult extends Usage {
  /** D: an upper bound on every feasible objective. */
  readonly bound: number;
}

/**
 * The margins of a group (what its users lose by being sponsored) at the ranks that decide the price of sponsored
 * users.
 */
export interface GroupMargins {
  /** The group. */
  readonly group: number;
  /** Margin at its least number of sponsored users, and the next one. */
  readonly least: readonly [at: number, after: number];
  /** Margin at its largest number of sponsored users, and the next one. */
  readonly most: readonly [at: number, after: number];
  /** Its users. */
  readonly users: number;
  /** Its users who are sponsored at t = 0. */
  readonly willing: number;
}

/** What prices are found by: a sample of the users, and passes over all of them. */
export interface PriceSteps {
  /** About `wanted` of `users` users, chosen by a hash of their ids; rows are given as they come, with their part. */
  sample(
    wanted: number,
    users: number,
    onRows: (rows: readonly UserRow[], part: number) => void,
    control: RunControl,
  ): Promise<void>;
  /** The margins of every group at the prices. */
  settle(problem: DualProblem, prices: Prices, control: RunControl): Promise<GroupMargins[]>;
  /** D and what users use at the prices: one pass. */
  evaluate(problem: DualProblem, prices: Prices, control: RunControl): Promise<PassResult>;
}
