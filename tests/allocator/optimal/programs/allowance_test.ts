import { Allowance } from "../../../../lib/allocator/optimal/programs/allowance.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";

Deno.test("what steps do together is taken off each of them, and they stop together", () => {
  let stops = false;
  const whole = new Allowance(10, Infinity, undefined, () => stops);
  const part = new Allowance(4, Infinity, whole), other = new Allowance(20, Infinity, whole);
  part.spend(3);
  assertEquals([part.left, other.left, whole.left], [1, 7, 7]);
  part.spend(1);
  assertEquals([part.isOver, part.isLate(), other.isOver], [true, false, false]);
  stops = true;
  assertEquals([part.isLate(), other.isLate(), other.isOver, whole.isOver], Array(4).fill(true));
});

Deno.test("a step is late when its own time or that of the whole is out", () => {
  const past = performance.now() - 1, whole = new Allowance(1, past);
  assertEquals(new Allowance(1, past).isOver, true);
  assertEquals(new Allowance(1, Infinity, whole).isOver, true);
  assertEquals(new Allowance(1).isOver, false);
});
