/**
 * Hashes of ids as pseudo-random numbers, for choices that depend on ids and a seed alone.
 *
 * @module
 */
import { spread } from "../../base/numbers/spread.ts";
import { halfSipHash } from "../../base/ids/half_sip_hash.ts";
import { viewOf } from "../../base/ids/id_table.ts";
import type { IdPool } from "../../base/ids/ids.ts";

/** Gives each id a number in [0, 1), uniform, that depends on the id, the seed and the purpose alone. */
export class UniformHash {
  readonly #seed: readonly [number, number];

  /** `purpose` separates uses of one seed: their numbers are independent. */
  constructor(seed: number, purpose = 0) {
    this.#seed = [(seed | 0) ^ 0x686f6c64, (Math.floor(seed / 2 ** 32) | 0) ^ (purpose << 24)];
  }

  /** The number of id `i` of a pool. `beside`: a further number that is hashed with it, such as a contract. */
  of({ bytes, offsets }: IdPool, i: number, beside = 0): number {
    const view = viewOf(bytes), [low, high] = this.#seed;
    const mixed = spread(beside);
    // HalfSipHash-2-4: the rounds that its authors recommend.
    const half = (which: number) =>
      halfSipHash(view, offsets[i], offsets[i + 1], [low ^ mixed, high ^ which], 2, 4) >>> 0;
    return half(0x6f757431) / 2 ** 32 + Math.floor(half(0x6f757432) / 2 ** 11) / 2 ** 53;
  }
}
