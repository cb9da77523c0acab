/** Snappy against data put together here, piece by piece. */
import { assert, assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";
import { Snappy } from "../../../lib/io/parquet/snappy.ts";

/** Packed data and what it stands for: literals and copies of every form and length. */
function randomData(random: Random, pieces: number): { packed: Uint8Array; text: number[] } {
  const body: number[] = [], text: number[] = [];
  const bytes = (value: number, count: number) => {
    for (let i = 0; i < count; i++) body.push(Math.floor(value / 2 ** (8 * i)) % 256);
  };
  for (let piece = 0; piece < pieces; piece++) {
    if (text.length === 0 || random.next() < 0.4) {
      const length = 1 +
        random.below([20, 60, 300, 70_000][random.below(random.next() < 0.1 ? 4 : 3)]);
      const size = length <= 60 ? 0 : length <= 256 ? 1 : length <= 65_536 ? 2 : 3;
      body.push((size === 0 ? length - 1 : 59 + size) << 2);
      bytes(length - 1, size);
      for (let i = 0; i < length; i++) {
        const byte = random.below(256);
        body.push(byte);
        text.push(byte);
      }
      continue;
    }
    const near = random.next() < 0.5 ? 20 : 70_000;
    const back = 1 + random.below(Math.min(text.length, near));
    const isShort = back < 2048 && random.next() < 0.5;
    const length = isShort ? 4 + random.below(8) : 1 + random.below(64);
    if (isShort) body.push(1 | (length - 4) << 2 | back >> 8 << 5, back & 255);
    else {
      const isLong = back > 65_535 || random.next() < 0.2;
      body.push((isLong ? 3 : 2) | (length - 1) << 2);
      bytes(back, isLong ? 4 : 2);
    }
    for (let i = 0; i < length; i++) text.push(text[text.length - back]);
  }
  const head: number[] = [];
  for (let rest = text.length; head.length === 0 || rest > 0; rest >>= 7) {
    head.push(rest & 127 | (rest > 127 ? 128 : 0));
  }
  return { packed: Uint8Array.from([...head, ...body]), text };
}

Deno.test("Snappy data of every form is unpacked, one after the other", () => {
  const random = seededRandom(1), snappy = new Snappy();
  for (let round = 0; round < 300; round++) {
    const { packed, text } = randomData(random, 1 + random.below(40));
    assertEquals(snappy.uncompress(packed, text.length), Uint8Array.from(text));
  }
});

Deno.test("Snappy data that is cut, or reaches behind its beginning or end, is refused", () => {
  const random = seededRandom(2), snappy = new Snappy();
  let refused = 0;
  for (let round = 0; round < 100; round++) {
    const { packed, text } = randomData(random, 1 + random.below(10));
    for (const length of [0, 1, packed.length - 1, random.below(packed.length)]) {
      assertThrows(() => snappy.uncompress(packed.subarray(0, length), text.length));
    }
    assertThrows(() => snappy.uncompress(Uint8Array.of(...packed, 0), text.length));
    assertThrows(() => snappy.uncompress(packed, text.length + 1));
    // Damaged anywhere: refused, or as many bytes as there should be.
    const damaged = packed.slice();
    damaged[random.below(damaged.length)] ^= 1 << random.below(8);
    try {
      assertEquals(snappy.uncompress(damaged, text.length).length, text.length);
    } catch {
      refused++;
    }
  }
  assert(refused > 10, `${refused} refused`);
  // Copies from before the beginning, from nowhere, and more than there is room for.
  for (const copy of [[1, 4], [1, 0], [0xfe, 1, 0]]) {
    assertThrows(() => snappy.uncompress(Uint8Array.of(8, 8, 97, 98, 99, ...copy), 8));
  }
});
