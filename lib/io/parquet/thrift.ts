/**
 * Reads Thrift's compact protocol, in which Parquet stores metadata. A field of an unexpected type is skipped, as Thrift's own
 * readers do, so that it counts as missing.
 *
 * Format: Apache Thrift's "Thrift Compact protocol encoding".
 *
 * @module
 */

/** Numbers of the field types. A boolean's value is part of its type. */
export const TRUE = 1, FALSE = 2, BYTE = 3, I32 = 5, I64 = 6, BINARY = 8, LIST = 9, STRUCT = 12;
const I16 = 4, DOUBLE = 7, SET = 10, MAP = 11;

/** Deepest nesting of structs and lists. */
const DEEPEST = 64;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Reads from bytes, one value after the other. */
export class ThriftReader {
  /** Where the next value begins. */
  at: number;
  readonly #bytes: Uint8Array;
  #depth = 0;

  /** A reader from `at` on. */
  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Reads a struct. `take` is called with each field's number and type; it reads the value, or returns false to skip it. */
  struct(take: (field: number, type: number) => boolean): void {
    if (++this.#depth > DEEPEST) throw new RangeError("its metadata is nested too deep");
    for (let field = 0;;) {
      const head = this.#byte(), type = head & 15;
      if (type === 0) break;
      field = head >> 4 === 0 ? this.i32() : field + (head >> 4);
      if (!take(field, type)) this.#skip(type);
    }
    this.#depth--;
  }

  /** Reads a list of values of one type, each by `take`. */
  list(type: number, take: () => void): void {
    const { size, type: found } = this.#listHead();
    if (size > 0 && found !== type) throw new RangeError("its metadata has a list of another type");
    for (let i = 0; i < size; i++) take();
  }

  /** Reads a whole number of at most 32 bits. */
  i32(): number {
    const value = this.#varint();
    return value.low >>> 1 ^ -(value.low & 1);
  }

  /** Reads a whole number of 64 bits; beyond 2^53 the double nearest to it. */
  i64(): number {
    const { low, high } = this.#varint(), sign = -(low & 1);
    const lower = ((low >>> 1 | high << 31) ^ sign) >>> 0, upper = (high >>> 1) ^ sign;
    return upper * 2 ** 32 + lower;
  }

  /** Reads text. */
  text(): string {
    const bytes = this.#binary();
    try {
      return decoder.decode(bytes);
    } catch {
      throw new RangeError("its metadata has text that is not UTF-8");
    }
  }

  /** Reads bytes as text in which each byte is one character. */
  bytes(): string {
    return Array.from(this.#binary(), (byte) => String.fromCharCode(byte)).join("");
  }

  #binary(): Uint8Array {
    const length = this.#size(), from = this.at;
    this.at += length;
    if (this.at > this.#bytes.length) throw tooEarly();
    return this.#bytes.subarray(from, this.at);
  }

  #listHead(): { size: number; type: number } {
    const head = this.#byte(), short = head >> 4, type = head & 15;
    const size = short === 15 ? this.#size() : short;
    // Of an empty list the type says nothing; fastparquet writes 0 there.
    if (size > 0) checkType(type);
    return { size, type };
  }

  /** Reads a number of bytes or values. As each takes at least a byte, no more can follow than bytes are left. */
  #size(): number {
    const { low, high } = this.#varint();
    if (high !== 0 || low < 0 || low > this.#bytes.length - this.at) throw tooEarly();
    return low;
  }

  #skip(type: number): void {
    switch (type) {
      case TRUE:
      case FALSE:
        return;
      case BYTE:
        this.#byte();
        return;
      case I16:
      case I32:
      case I64:
        this.#varint();
        return;
      case DOUBLE:
        return this.#pass(8);
      case BINARY:
        this.#binary();
        return;
      case LIST:
      case SET: {
        const { size, type } = this.#listHead();
        return this.#skipMany(size, type);
      }
      case MAP: {
        const size = this.#size();
        if (size === 0) return;
        const types = this.#byte();
        checkType(types >> 4);
        checkType(types & 15);
        for (let i = 0; i < size; i++) {
          this.#skipMany(1, types >> 4);
          this.#skipMany(1, types & 15);
        }
        return;
      }
      case STRUCT:
        return this.struct(() => false);
      default:
        checkType(type);
    }
  }

  /** Skips values in a list, set or map, where a boolean takes a byte. */
  #skipMany(count: number, type: number): void {
    if (++this.#depth > DEEPEST) throw new RangeError("its metadata is nested too deep");
    for (let i = 0; i < count; i++) this.#skip(type === TRUE || type === FALSE ? BYTE : type);
    this.#depth--;
  }

  #pass(bytes: number): void {
    this.at += bytes;
    if (this.at > this.#bytes.length) throw tooEarly();
  }

  /** Reads a whole number of a byte. */
  byte(): number {
    return this.#byte() << 24 >> 24;
  }

  #byte(): number {
    if (this.at >= this.#bytes.length) throw tooEarly();
    return this.#bytes[this.at++];
  }

  /** Reads a varint of at most 64 bits: seven bits a byte, the lowest first. */
  #varint(): { low: number; high: number } {
    let low = 0, high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte(), bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift > 25) high |= shift < 32 ? bits >>> (32 - shift) : bits << (shift - 32);
      if (byte < 0x80) return { low, high };
    }
    throw new RangeError("its metadata has a damaged number");
  }
}

function checkType(type: number): void {
  if (type < TRUE || type > STRUCT) throw new RangeError("its metadata has a field of no type");
}

function tooEarly(): RangeError {
  return new RangeError("its metadata ends too early");
}
