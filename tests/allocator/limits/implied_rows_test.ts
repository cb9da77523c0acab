import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocate, explain } from "../../../mod.ts";
import type { LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { compileDualProblem } from "../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { labelOfRow } from "../../../lib/allocator/drop/instance/limits.ts";
import { limitedDrop } from "../../support/limited_drop.ts";
import { withoutImplied } from "../../../lib/allocator/limits/implied_rows.ts";

/** The rows of a drop under these limits toward which offers count. */
function counted(limits: readonly LimitInput[], seed = 3): string[] {
  const all = limitedDrop(seed, limits).instance.limits!;
  const { row } = withoutImplied(all.rows);
  return [...new Set(row)].sort((a, b) => a - b).map((r) => labelOfRow(all, r));
}

Deno.test("of hard limits on the same offers those with larger amounts count nothing, and nothing else is left out", () => {
  const two = (one: Partial<LimitInput>, other: Partial<LimitInput>) =>
    counted([{ limit: "a", ...one }, { limit: "b", ...other }]);
  assertEquals(two({ atMost: 5 }, { atMost: 7 }), ["a"]);
  assertEquals(two({ atMost: 7 }, { atMost: 5 }), ["b"]);
  assertEquals(two({ atMost: 5 }, { atMost: 5 }), ["a"]);
  // A limit that may be missed at a price is kept where a tighter one is hard; it implies none itself.
  assertEquals(two({ atMost: 5 }, { atMost: 7, price: 1 }), ["a"]);
  assertEquals(two({ atMost: 5, price: 1 }, { atMost: 7 }), ["a", "b"]);
  assertEquals(two({ atMost: 5 }, { atMost: 3, price: 1 }), ["a", "b"]);
  // Other offers, another column, another way round.
  assertEquals(two({ atMost: 5 }, { atMost: 7, where: { brand_id: "b0" } }), ["a", "b"]);
  assertEquals(two({ atMost: 5 }, { atMost: 7, counts: "cost" }), ["a", "b"]);
  assertEquals(two({ atMost: 5 }, { atLeast: 2, price: 1 }), ["a", "b"]);
  assertEquals(two({ atLeast: 2, price: 1 }, { atLeast: 3, price: 1 }), ["a", "b"]);
  // Each row for itself, by what it counts and not by how it is declared.
  assertEquals(two({ per: "group_id", atMost: 5 }, { per: "group_id", atMost: 7 }), [
    "a (group_id=north)",
    "a (group_id=south)",
  ]);
  assertEquals(two({ per: "brand_id", atMost: 5 }, { atMost: 2, where: { brand_id: "b0" } }), [
    "a (brand_id=b1)",
    "b",
  ]);
});

Deno.test("limits that imply none are the object given", () => {
  const { rows } = limitedDrop(1, [
    { limit: "a", per: "group_id", atMost: 3 },
    { limit: "b", per: "brand_id", atMost: 4 },
  ]).instance.limits!;
  assert(withoutImplied(rows) === rows);
});

Deno.test("what explain says of an option names all limits that stand against it, those that others imply too", async () => {
  const limits: LimitInput[] = [{ limit: "a", atMost: 2 }, { limit: "b", atMost: 2 }];
  const drop = limitedDrop(1, limits), allocation = await allocate(drop);
  const named = drop.instance.users.toArray().flatMap((user) =>
    explain(drop, allocation, { user }).options.map(({ limits = [] }) =>
      limits.map(({ limit }) => limit).sort().join()
    )
  );
  assert(named.includes("a,b"));
  assert(!named.includes("a") && !named.includes("b"), named.join(" "));
});

Deno.test("the search for prices has only the tightest of many limits on the same offers, and finds what that one alone leads to", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const one: LimitInput[] = [{ limit: "limit 0", per: "group_id", atMost: 3 }];
    const more = Array.from({ length: 30 }, (_, i): LimitInput => ({
      ...{ limit: `limit ${i + 1}`, per: "group_id" },
      ...(i % 3 === 2 ? { atMost: 3 + i % 5, price: 0.5 } : { atMost: 3 + i % 7 }),
    }));
    const many = limitedDrop(seed, [...one, ...more]), alone = limitedDrop(seed, one);
    const entries = ({ instance }: typeof many) =>
      compileDualProblem(instance, defaultPolicy, { leavesOutImplied: true }).items!.row.length;
    assertEquals(entries(many), entries(alone), `seed ${seed}`);
    const [a, b] = [await allocate(many), await allocate(alone)];
    assertEquals([a.objective, a.bound, a.gap], [b.objective, b.bound, b.gap], `seed ${seed}`);
  }
});
