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

/** Numbers, appended one by one. */
class NumberList<Numbers extends Uint32Array | Float64Array> {
  #values: Numbers;
  #length = 0;

  /** @param values room for the first */
  constructor(values: Numbers) {
    this.#values = values;
  }

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
  array(): Numbers {
    return this.#values.subarray(0, this.#length) as Numbers;
  }
}

/** How many numbers a list has room for at first. */
const FIRST_ROOM = 1 << 10;

/** Whole numbers below 2^32, appended one by one. */
export class Uint32List extends NumberList<Uint32Array> {
  /** An empty list. */
  constructor() {
    super(new Uint32Array(FIRST_ROOM));
  }
}

/** Numbers, appended one by one. */
export class Float64List extends NumberList<Float64Array> {
  /** An empty list. */
  constructor() {
    super(new Float64Array(FIRST_ROOM));
  }
}
