/**
 * Tells long loops when to stop.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";

/** Steps between two looks at the clock, which is slow to read. */
const STEPS = 1024;

/** Tells a loop that its time is over or its signal was given. */
export class Watch {
  /** Whether the run was cut short. */
  timedOut = false;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  /** Steps until the next look. */
  #left = 0;

  /** Starts counting now. */
  constructor({ timeout = Infinity, signal }: RunControl) {
    this.#deadline = performance.now() + 1000 * timeout;
    this.#signal = signal;
  }

  /** Makes the next question look at clock and signal: they may have changed while the event loop ran. */
  lookSoon(): void {
    this.#left = 0;
  }

  /**
   * Whether to stop, time being out or the signal given; once true, always true.
   *
   * @param steps what comes before the next question takes about as long as so many of most loops' steps
   */
  isOver(steps = 1): boolean {
    if (!this.timedOut && this.#left <= 0) {
      this.#left = STEPS;
      this.timedOut = performance.now() >= this.#deadline || this.#signal?.aborted === true;
    }
    this.#left -= steps;
    return this.timedOut;
  }
}
