import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Noted } from "../../../../lib/allocator/optimal/flow/noted.ts";

Deno.test("numbers are noted once, in their order, and forgotten", () => {
  const noted = new Noted(4), all = () => Array.from(noted.list.subarray(0, noted.count));
  for (const i of [3, 0, 3, 2, 0]) noted.add(i);
  assertEquals(all(), [3, 0, 2]);
  noted.clear();
  assertEquals(all(), []);
  for (const i of [2, 1, 2]) noted.add(i);
  assertEquals(all(), [2, 1]);
});
