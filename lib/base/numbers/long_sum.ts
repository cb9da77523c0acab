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
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * const sum = new LongSum();
 * for (const term of [1e16, 1, 1, -1e16]) sum.add(term);
 * assertEquals(sum.value, 2);
 * ```
 */
export class LongSum {
  #sum = 0;
  #lost = 0;
  #size = 0;

  /** Adds a number. */
  add(term: number): void {
    const sum = this.#sum + term;
    this.#lost += Math.abs(this.#sum) >= Math.abs(term)
      ? (this.#sum - sum) + term
      : (term - sum) + this.#sum;
    this.#sum = sum;
    this.#size += Math.abs(term);
  }

  /** Adds the numbers of a column at the places `at[from … to)`, one after the other. */
  addAt(column: Float64Array, at: Uint32Array, from: number, to: number): void {
    let sum = this.#sum, lost = this.#lost, size = this.#size;
    for (let i = from; i < to; i++) {
      const term = column[at[i]], next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
      sum = next;
      size += Math.abs(term);
    }
    this.#sum = sum;
    this.#lost = lost;
    this.#size = size;
  }

  /** The sum so far. */
  get value(): number {
    return this.#sum + this.#lost;
  }

  /**
   * The sum as the decimal of 15 digits that it stands for, where doubles can't tell the two apart: each term may be off the
   * decimal that it was written as by half a unit in its last place. Else the sum.
   *
   * @example
   * ```ts
   * import { LongSum } from "./long_sum.ts";
   * import { assertEquals } from "../../deps/std_assert.ts";
   *
   * const sum = new LongSum();
   * for (let i = 0; i < 3; i++) sum.add(1.1);
   * assertEquals([sum.value, sum.decimal], [3.3000000000000003, 3.3]);
   * ```
   */
  get decimal(): number {
    const { value } = this, decimal = Number(value.toPrecision(15));
    return Math.abs(decimal - value) <= Number.EPSILON * this.#size ? decimal : value;
  }
}
