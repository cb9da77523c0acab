/**
 * The checker's own sums of what offers are worth.
 *
 * @module
 */

/** A sum of many doubles; what each addition rounds off is added up beside it (Knuth, "The Art of Computer Programming", 4.2.2). */
export class WorthSum {
  #sum = 0;
  #roundedOff = 0;

  /** Adds a term. */
  add(term: number): void {
    const before = this.#sum, after = before + term, added = after - before;
    this.#roundedOff += (before - (after - added)) + (term - added);
    this.#sum = after;
  }

  /** The sum of all terms. */
  get value(): number {
    return this.#sum + this.#roundedOff;
  }
}
