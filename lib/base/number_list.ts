/**
 * Typed arrays that grow.
 *
 * @module
 */

/** Whole numbers below 2^32, appended one by one. */
export class Uint32List {
  #values = new Uint32Array(1 << 10);
  #length = 0;

  /** Appends a value. */
  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Uint32Array(2 * this.#length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** The values so far; a view, valid until the next push. */
  array(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** Numbers, appended one by one. */
export class Float64List {
  #values = new Float64Array(1 << 10);
  #length = 0;

  /** Appends a value. */
  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(2 * this.#length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** The values so far; a view, valid until the next push. */
  array(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
