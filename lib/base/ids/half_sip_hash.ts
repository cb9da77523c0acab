/**
 * A keyed hash: nobody who does not know the key can choose values that collide.
 *
 * @module
 */

/**
 * HalfSipHash of the bytes `[from, to)` with a key of 64 bits, as a whole number below 2^32.
 *
 * Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), in its form for 32-bit words, as the Linux
 * kernel's hash tables use it: one round a word and three at the end, for speed.
 *
 * @param rounds of each word
 * @param last rounds at the end
 */
export function halfSipHash(
  view: DataView,
  from: number,
  to: number,
  key: readonly [number, number],
  rounds = 1,
  last = 3,
): number {
  let v0 = key[0], v1 = key[1], v2 = 0x6c796765 ^ key[0], v3 = 0x74656462 ^ key[1];
  const length = to - from, whole = to - (length & 3);
  for (let i = from;; i += 4) {
    let word: number;
    if (i < whole) word = view.getInt32(i, true);
    else {
      // The end: what is left of the bytes, and how many there are.
      word = length << 24;
      for (let j = to - 1; j >= i; j--) word |= view.getUint8(j) << (8 * (j - i));
    }
    v3 ^= word;
    const isLast = i >= whole, count = isLast ? rounds + last : rounds;
    for (let round = 0; round < count; round++) {
      if (round === rounds) {
        v0 ^= word;
        v2 ^= 0xff;
      }
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    if (isLast) return (v1 ^ v3) >>> 0;
    v0 ^= word;
  }
}
