import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { compareIds, IdPool } from "../../../lib/base/ids/ids.ts";
import { halfSipHash } from "../../../lib/base/ids/half_sip_hash.ts";
import { IdTable } from "../../../lib/base/ids/id_table.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";
import { reorderPool, sortedOrder } from "../../../lib/base/ids/sort_ids.ts";

/** Ids of every length, many alike: shared prefixes, one letter apart, wide characters. */
function someIds(count: number, random: Random): string[] {
  const letters = ["a", "b", "0", "é", "日", "🙂", "\uffee"];
  return Array.from({ length: count }, () => {
    const prefix = ["", "0x", "a rather long prefix that many ids share "][random.below(3)];
    const length = random.below(7);
    return prefix + Array.from({ length }, () => letters[random.below(letters.length)]).join("");
  });
}

Deno.test("an id table numbers ids as a Map does", () => {
  const random = seededRandom(4);
  const table = new IdTable(), map = new Map<string, number>();
  for (const id of someIds(20_000, random)) {
    if (!map.has(id)) map.set(id, map.size);
    assertEquals(table.internString(id), map.get(id));
  }
  assert(map.size > 5000);
  assertEquals(table.pool.toArray(), [...map.keys()]);
  const copy = new IdTable(table.parts);
  for (const [id, number] of map) assertEquals(copy.findString(id), number);
  assertEquals(table.findString("nobody"), -1);
  assertEquals(IdTable.fromPool(table.pool).length, map.size);
});

Deno.test("an id table of sorted ids, at first or all along, finds and numbers them as any other", () => {
  const random = seededRandom(5);
  for (let round = 0; round < 60; round++) {
    const ids = [...new Set(someIds(1 + random.below(400), random))].sort(compareIds);
    // Sorted up to here; behind it repeats and others, sorted no more.
    const sorted = round % 3 === 0 ? ids.length : random.below(ids.length + 1);
    const given = [
      ...ids.slice(0, sorted).flatMap((id) => random.next() < 0.2 ? [id, id] : [id]),
      ...someIds(round % 3 === 0 ? 0 : 50, random),
    ];
    const table = new IdTable(), map = new Map<string, number>();
    // Sought in between: a few times by halving, more often by hash.
    const often = random.next() < 0.5 ? 0.02 : 0.9;
    for (const id of given) {
      if (!map.has(id)) map.set(id, map.size);
      assertEquals(table.internString(id), map.get(id));
      if (random.next() < often) {
        const other = someIds(1, random)[0];
        assertEquals(table.findString(other), map.get(other) ?? -1);
      }
    }
    assertEquals(table.pool.toArray(), [...map.keys()]);
    const copy = new IdTable(table.parts);
    for (const id of [...map.keys(), ...someIds(100, random)]) {
      assertEquals(copy.findString(id), map.get(id) ?? -1);
      assertEquals(table.findString(id), map.get(id) ?? -1);
    }
  }
});

Deno.test("ids are sorted by their bytes, which is the order of code points", () => {
  const random = seededRandom(6);
  for (const count of [0, 1, 2, 30, 5000]) {
    const ids = someIds(count, random), pool = IdPool.from(ids);
    const sorted = [...ids].sort(compareIds);
    const order = sortedOrder(pool);
    assertEquals([...order].map((i) => ids[i]), sorted);
    assertEquals(reorderPool(pool, order).toArray(), sorted);
    // Equal ids keep their order.
    for (let i = 1; i < count; i++) assert(sorted[i] !== sorted[i - 1] || order[i] > order[i - 1]);
    assertEquals([...sortedOrder(IdPool.from(sorted))], sorted.map((_, i) => i));
  }
});

Deno.test("HalfSipHash has the values of the reference implementation", () => {
  // vectors.h of https://github.com/veorq/SipHash: key 00 … 07, message 00, 01, 02, …
  const bytes = Uint8Array.from({ length: 8 }, (_, i) => i), view = new DataView(bytes.buffer);
  const key = [view.getUint32(0, true), view.getUint32(4, true)] as const;
  const hashes = [0, 1, 2, 3].map((length) => halfSipHash(view, 0, length, key, 2, 4));
  assertEquals(hashes, [0x5b9f35a9, 0xb85a4727, 0x03a662fa, 0x04e7fe8a]);
});

/**
 * Ids that the quick hash mostly takes for the same, whatever its seed: a difference in a word's bit 30 comes out of the
 * multiplication as it went in, every other time, and the next word takes it back.
 */
function collidingIds(count: number): string[] {
  const piece = (isOther: number) => isOther === 1 ? "0000111q0000113q" : "0000111100001111";
  return Array.from({ length: count }, (_, n) => {
    const bits = Math.imul(n, 0x9e3779b1) >>> 0;
    return Array.from({ length: 20 }, (_, p) => piece((bits >>> p) & 1)).join("") + "0000";
  });
}

/** One of the seeds for which they do. */
const SEED = 1;

Deno.test("ids made to collide for any seed are numbered as others", () => {
  const ids = [...new Set(collidingIds(30_000))];
  assert(ids.length > 20_000, `${ids.length} ids`);
  const table = new IdTable({ ...new IdTable().parts, seed: SEED });
  ids.forEach((id, i) => assertEquals(table.internString(id), i));
  assert(table.parts.key !== null, "the quick hash holds against these");
  const copy = new IdTable(table.parts);
  ids.forEach((id, i) => assertEquals(copy.findString(id), i));
  assertEquals(table.findString(`${ids[0]}x`), -1);
  const plain = new IdTable();
  for (const id of someIds(50_000, seededRandom(8))) plain.internString(id);
  assertEquals(plain.parts.key, null);
});

Deno.test("such ids are numbered as others where they come sorted, too", () => {
  const ids = [...new Set(collidingIds(30_000))].sort(compareIds);
  const table = new IdTable({ ...new IdTable().parts, seed: SEED });
  ids.forEach((id, i) => assertEquals(table.internString(id), i));
  assertEquals(table.parts.isSorted, true);
  ids.toReversed().forEach((id, i) => assertEquals(table.findString(id), ids.length - 1 - i));
  assertEquals(table.parts.isSorted, false);
  assert(table.parts.key !== null, "the quick hash holds against these");
  assertEquals(table.findString(`${ids[0]}x`), -1);
});
