/**
 * How a flow is watched and stopped.
 *
 * @module
 */
import type { Pause } from "../../../base/pause.ts";

/** Asked for the time, and given the progress, now and then. */
export interface FlowControl {
  /** Whether to stop. */
  readonly stop: () => boolean;
  /** Gives others a turn. */
  readonly pause: Pause;
  /** Told the share that is done. */
  readonly onDone?: (done: number) => void;
}
