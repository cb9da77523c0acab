/**
 * Times of a run.
 *
 * @module
 */

/** Seconds between laps. */
export class Laps {
  /** Seconds by the name of each lap. */
  readonly seconds: Record<string, number> = {};
  /** Value of `performance.now()` at the beginning. */
  readonly begun = performance.now();
  #last = this.begun;

  /** Ends a lap; of laps with the same name the seconds are added up. */
  lap(name: string): void {
    const now = performance.now();
    const before = this.seconds[name] ?? 0;
    this.seconds[name] = before + Math.round(now - this.#last) / 1000;
    this.#last = now;
  }
}
