/**
 * Typed arrays that grow, and lists in them.
 *
 * @module
 */

/** A copy of an array, of the same type, with `length` elements; the new ones are 0. */
export function grown<
  A extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array,
>(array: A, length: number): A {
  const copy = new (array.constructor as new (length: number) => A)(length);
  copy.set(array);
  return copy;
}

/** Whole numbers below 2^32, appended one by one. */
export class Uint32List {
  #values = new Uint32Array(1 << 10);
  #length = 0;

  /** Appends a value. */
  push(value: number): void {
    if (this.#length === this.#values.length) this.#values = grown(this.#values, 2 * this.#length);
    this.#values[this.#length++] = value;
  }

  /** How many values there are. */
  get length(): number {
    return this.#length;
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
    if (this.#length === this.#values.length) this.#values = grown(this.#values, 2 * this.#length);
    this.#values[this.#length++] = value;
  }

  /** How many values there are. */
  get length(): number {
    return this.#length;
  }

  /** The values so far; a view, valid until the next push. */
  array(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
