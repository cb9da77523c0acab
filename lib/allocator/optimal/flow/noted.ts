/**
 * A set of small numbers that is cheap to go through and to empty: what changed since it was last looked at.
 *
 * @module
 */

/** Numbers from 0 up to a limit, each once, in the order in which they were noted. */
export class Noted {
  /** Int32Array: the numbers are its first `count`. */
  readonly list: Int32Array;
  /** How many there are. */
  count = 0;
  readonly #isNoted: Uint8Array;

  /** An empty set of numbers below `limit`. */
  constructor(limit: number) {
    this.list = new Int32Array(limit);
    this.#isNoted = new Uint8Array(limit);
  }

  /** Notes a number. */
  add(i: number): void {
    if (this.#isNoted[i] === 1) return;
    this.#isNoted[i] = 1;
    this.list[this.count++] = i;
  }

  /** Forgets all numbers. */
  clear(): void {
    for (let n = 0; n < this.count; n++) this.#isNoted[this.list[n]] = 0;
    this.count = 0;
  }
}
