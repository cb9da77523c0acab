/**
 * Hashes of ids as random numbers.
 *
 * @module
 */
import { halfSipHash } from "../../base/half_sip_hash.ts";
import { viewOf } from "../../base/id_table.ts";
import type { IdPool } from "../../base/ids.ts";

/** Numbers from 0 to below 1 that ids, a seed and a purpose give, and nothing else. */
export class UniformHash {
  readonly #seed: readonly [number, number];

  /** Numbers of a seed; those of different purposes have nothing to do with each other. */
  constructor(seed: number, purpose = 0) {
    this.#seed = [(seed | 0) ^ 0x686f6c64, (Math.floor(seed / 2 ** 32) | 0) ^ (purpose << 24)];
  }

  /** The number of an id of a pool, and of what stands beside it. */
  of({ bytes, offsets }: IdPool, i: number, beside = 0): number {
    const view = viewOf(bytes), [low, high] = this.#seed;
    const mixed = Math.imul(beside, 0x9e3779b1);
    // SipHash's own numbers of rounds, 2 and 4.
    const half = (which: number) =>
      halfSipHash(view, offsets[i], offsets[i + 1], [low ^ mixed, high ^ which], 2, 4) >>> 0;
    return half(0x6f757431) / 2 ** 32 + Math.floor(half(0x6f757432) / 2 ** 11) / 2 ** 53;
  }
}
