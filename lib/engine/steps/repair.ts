/**
 * Rounds of moves, until all limits are kept and nothing is gained any more.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import type { Room } from "../drop/room.ts";

/** A round of moves. */
export interface Round {
  /** What must be kept. */
  readonly problem: DualProblem;
  /** Prices that moves are weighed by. */
  readonly prices: Prices;
  /** What has room, and what is lacking. */
  readonly room: Room;
  /** Its number, from 1. */
  readonly round: number;
  /** A move that loses more gives up a pin, so it is not made; Infinity: there are none. */
  readonly mostRegret: number;
  /** Only users with a smaller margin move, where a round only gains; undefined: all may. */
  readonly below?: number;
}

/** What a round of moves came to. */
export interface Moved {
  /** Users who moved. */
  readonly moves: number;
  /** What they lost by it at the round's prices. */
  readonly regret: number;
}

/** A round of repair. */
export interface RepairSteps {
  /** A round of moves that must be: those who lose least move, and no more than there is room for. */
  mend(at: Round, control: RunControl): Promise<Moved>;
  /** A round of moves that gain at the prices, as far as there is room. */
  improve(at: Round, control: RunControl): Promise<Moved>;
  /** Deletes the moves of all rounds after `last`. */
  undoAfter(last: number, control: RunControl): Promise<void>;
}
