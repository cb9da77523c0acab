import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { SparseSet } from "../../../lib/base/arrays/sparse_set.ts";

Deno.test("a sparse set has each number once, in the order of adding, until it is cleared", () => {
  const set = new SparseSet(4), all = () => Array.from(set.list.subarray(0, set.count));
  for (const i of [3, 0, 3, 2, 0]) set.add(i);
  assertEquals(all(), [3, 0, 2]);
  set.clear();
  assertEquals(all(), []);
  for (const i of [2, 1, 2]) set.add(i);
  assertEquals(all(), [2, 1]);
});
