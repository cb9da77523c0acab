import { Findings } from "../../../../lib/allocator/check/rules/findings.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";

Deno.test("findings: the first five cases by order are kept, and no other is described", () => {
  const found = new Findings("over_cap");
  const add = (order: number, name: string) => found.add(order, () => ({ name }));
  add(3, "c");
  add(1, "a");
  add(5, "e");
  add(2, "b");
  assertEquals(found.report().cases.map(({ name }) => name), ["a", "b", "c", "e"]);
  add(5, "later e");
  const late = () => {
    throw new Error("a case is described that is not kept");
  };
  found.add(5, late);
  found.add(6, late);
  add(1, "later a");
  const { rule, count, cases } = found.report();
  assertEquals([rule, count], ["over_cap", 8]);
  assertEquals(cases.map(({ name }) => name), ["a", "later a", "b", "c", "e"]);
});
