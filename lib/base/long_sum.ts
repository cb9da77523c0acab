/**
 * Sums of very many numbers.
 *
 * @module
 */

/**
 * A sum of doubles whose rounding does not grow with their number: what each addition loses is kept beside it (Neumaier,
 * "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974).
 *
 * @example
 * ```ts
 * import { LongSum } from "./long_sum.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const sum = new LongSum();
 * for (const term of [1e16, 1, 1, -1e16]) sum.add(term);
 * assertEquals(sum.value, 2);
 * ```
 */
export class LongSum {
  #sum = 0;
  #lost = 0;

  /** Adds a number. */
  add(term: number): void {
    const sum = this.#sum + term;
    this.#lost += Math.abs(this.#sum) >= Math.abs(term)
      ? (this.#sum - sum) + term
      : (term - sum) + this.#sum;
    this.#sum = sum;
  }

  /** The sum so far. */
  get value(): number {
    return this.#sum + this.#lost;
  }
}
