/**
 * How the computation of a flow is watched and stopped.
 *
 * @module
 */
import type { Pause } from "../../../base/pause.ts";

/** Functions that the computation calls now and then. */
export interface FlowControl {
  /** Whether to stop. */
  readonly stop: () => boolean;
  /** Gives way to the event loop. */
  readonly pause: Pause;
  /** Called with the share that is done. */
  readonly onDone?: (done: number) => void;
}
