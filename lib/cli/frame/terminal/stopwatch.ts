/**
 * Measures the parts of a run.
 *
 * @module
 */
import type { Timings } from "../../../report/facts/summary.ts";

/** A part of a run. */
type Lap = "read_s" | "solve_s" | "write_s";

/** Measures the parts of a run, from its construction on. */
export class Stopwatch {
  readonly #started = performance.now();
  #lapped = this.#started;
  readonly #laps = { read_s: 0, solve_s: 0, write_s: 0 };

  /** Ends a part: the time since the last one ended. */
  lap(name: Lap): void {
    const now = performance.now();
    this.#laps[name] = seconds(now - this.#lapped);
    this.#lapped = now;
  }

  /** All laps, and the time from the start to now. */
  timings(): Timings {
    return { ...this.#laps, total_s: seconds(performance.now() - this.#started) };
  }
}

/** Milliseconds as seconds, to the millisecond. */
function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
