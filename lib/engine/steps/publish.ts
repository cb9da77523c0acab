/**
 * The result in its place.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import type { EngineAlternates } from "../drop/task.ts";

/** Alternates in figures. */
export interface AlternatesMade {
  /** Alternates in all. */
  readonly alternates: number;
  /** Users with one or more. */
  readonly users: number;
  /** How many users have a first alternate of each contract, by its id. */
  readonly firstOf: ReadonlyMap<string, number>;
  /** How many offers each contract has, by its id. */
  readonly given: ReadonlyMap<string, number>;
}

/** How the assignments were published, in the engine's words. */
export type Published = string;

/** Where the result goes, and the end of a run. */
export interface PublishSteps {
  /**
   * Writes each user's next best offers at the prices to a file, folder or table of the engine's, which appears whole or not at
   * all.
   */
  alternates(
    problem: DualProblem,
    prices: Prices,
    asked: EngineAlternates,
    control: RunControl,
  ): Promise<AlternatesMade>;
  /** Puts the assignments in their place, whole; `rows` is how many must be there, those of users held out among them. */
  publish(rows: number, control: RunControl): Promise<Published>;
  /** Ends the run and removes its tables, unless `keep`. */
  end(keep: boolean): Promise<void>;
}
