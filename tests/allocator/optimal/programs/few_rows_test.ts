import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { itemsOf } from "../../../../lib/allocator/limits/items.ts";
import { FewRows } from "../../../../lib/allocator/optimal/programs/few_rows.ts";
import type { BundleChoice } from "../../../../lib/allocator/optimal/programs/bundle_program.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";

const LIMITS: readonly LimitInput[] = [
  { limit: "weights", per: "contract_address", counts: "weight", atMost: 7 },
  { limit: "costs", per: "brand_id+city", counts: "cost", atMost: 8 },
  { limit: "offers", per: "city", atMost: 9 },
];

Deno.test("in a part of a core no more rows of weights change than are open, and all that leave the others alone are in it", () => {
  const { instance } = limitedDrop(3, LIMITS, { users: 14, contracts: 5 });
  const items = itemsOf(instance.limits!.rows, 10), { start } = instance;
  const rows = items.amount.length, weighs = (r: number) => items.counts[r] === 0;
  const limit = Float64Array.from(items.amount, (_, r) => r % 4 === 3 ? 0 : 0.5);
  const few = new FewRows(items, { limit });
  const priced = [...items.amount.keys()].filter((r) => weighs(r) && limit[r] > 0);
  assertEquals(few.count, priced.length);
  assert(few.count > 4 && priced.length < [...items.amount.keys()].filter(weighs).length);
  const choices = Array.from(instance.group, (_, u) => {
    const pairs = Array.from({ length: start[u + 1] - start[u] }, (_, i) => start[u] + i);
    const bundles = [[], ...pairs.map((p) => [p]), ...pairs.slice(1).map((p) => [p - 1, p])]
      .map((own) => ({ pairs: Int32Array.from(own), regret: 0 }));
    return { users: [u], bundles, held: bundles.map((_, i) => i === 1 ? 1 : 0) };
  });
  const useOf = (pairs: Int32Array) => {
    const use = new Float64Array(rows);
    for (const p of pairs) {
      for (let e = items.start[items.item[p]]; e < items.start[items.item[p] + 1]; e++) {
        use[items.row[e]] += items.coefficient[e];
      }
    }
    return use;
  };
  assertEquals(few.part(choices, few.count, 0), choices);
  const drawn = new Set<number>();
  for (let n = 0; n < 30; n++) {
    for (const open of [1, 2, 4]) {
      const part = few.part(choices, open, n), changed = new Set<number>();
      for (const { bundles, held } of part) {
        const own = useOf(bundles[held.indexOf(1)].pairs);
        for (const { pairs } of bundles) {
          const use = useOf(pairs);
          for (const r of priced) if (use[r] !== own[r]) changed.add(r);
        }
      }
      assert(changed.size <= open, `${changed.size} rows of ${open}`);
      const stays = ({ bundles, held }: BundleChoice) => {
        const own = useOf(bundles[held.indexOf(1)].pairs);
        return bundles.filter(({ pairs }) => {
          const use = useOf(pairs);
          return priced.every((r) => use[r] === own[r] || changed.has(r));
        });
      };
      const expected = choices.map((choice) => ({ users: choice.users, bundles: stays(choice) }))
        .filter(({ bundles }) => bundles.length > 1);
      assertEquals(part.map(({ users, bundles }) => ({ users, bundles })), expected);
      for (const r of changed) drawn.add(r);
    }
  }
  assertEquals([...drawn].sort((a, b) => a - b), priced);
});

Deno.test("users who are alike are in no part", () => {
  const { instance } = limitedDrop(3, LIMITS, { users: 14, contracts: 5 });
  const items = itemsOf(instance.limits!.rows, 10);
  const limit = new Float64Array(items.amount.length).fill(1);
  const bundles = [[], [0]].map((own) => ({ pairs: Int32Array.from(own), regret: 0 }));
  const few = new FewRows(items, { limit });
  assertEquals(few.part([{ users: [0, 1], bundles, held: [1, 1] }], few.count, 0), []);
});
