/**
 * Tells long loops when to stop.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";

/** Questions between two looks at the clock, which is slow to read. */
const STEPS = 1024;

/** Tells a loop that its time is over or its signal was given. */
export class Watch {
  /** Whether the run was cut short. */
  timedOut = false;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  #step = 0;

  /** Starts counting now. */
  constructor({ timeout = Infinity, signal }: RunControl) {
    this.#deadline = performance.now() + 1000 * timeout;
    this.#signal = signal;
  }

  /** Makes the next question look at clock and signal: they may have changed while the event loop ran. */
  lookSoon(): void {
    this.#step = 0;
  }

  /** Whether to stop, time being out or the signal given; once true, always true. */
  isOver(): boolean {
    if (!this.timedOut && this.#step++ % STEPS === 0) {
      this.timedOut = performance.now() >= this.#deadline || this.#signal?.aborted === true;
    }
    return this.timedOut;
  }
}
