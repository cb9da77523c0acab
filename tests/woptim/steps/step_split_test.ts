/** Whole steps from any price: the price decides how fast the split is found, not which. */
import { fc } from "../../../lib/deps/fast_check.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { People } from "../../../lib/woptim/price/people.ts";
import { resolveOptions } from "../../../lib/woptim/problem/options.ts";
import { Steps } from "../../../lib/woptim/steps/steps.ts";
import { splitInSteps } from "../../../lib/woptim/steps/step_split.ts";
import { runs } from "../../support/arbitrary_split.ts";

const person = fc.record({
  least: fc.integer({ min: 0, max: 300 }),
  more: fc.integer({ min: 0, max: 2000 }),
  target: fc.integer({ min: 0, max: 2000 }),
  weight: fc.constantFrom(1, 1, 0.5, 3),
});

Deno.test("a split in steps is the same from every price, moved in strides or one by one", () => {
  fc.assert(
    fc.property(
      fc.array(person, { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(-1e9, -3, 0, 0.4, 7, 1e9),
      (all, share, price) => {
        const least = Float64Array.from(all, (p) => p.least);
        const most = Float64Array.from(all, (p) => p.least + p.more);
        const low = least.reduce((a, b) => a + b), high = most.reduce((a, b) => a + b);
        const total = low + Math.round(share * (high - low));
        const target = Float64Array.from(all, (p) => p.target);
        const weight = Float64Array.from(all, (p) => p.weight);
        const columns = { total, lower: least, upper: most, target, weight };
        const options = resolveOptions({ step: 1 });
        const people = new People(columns, { floor: least, ceiling: most }, options);
        const of = (start: number) => {
          const from = { tier: 1, passed: false, price: start, units: target.slice() };
          return splitInSteps(people, new Steps(1), { least, most }, total, from).counts;
        };
        const counts = of(price);
        // One by one, from where everybody has the least: who gains most by the next step has it.
        const costs = (i: number, k: number) => {
          const w = weight[i] * 0.2 / Math.max(0.5, target[i]);
          return w * ((k + 1 - target[i]) ** 2 - (k - target[i]) ** 2);
        };
        const sum = counts.reduce((a, b) => a + b);
        assertEquals(sum, total);
        for (let i = 0; i < all.length; i++) {
          for (let j = 0; j < all.length; j++) {
            if (counts[i] >= most[i] || counts[j] <= least[j] || i === j) continue;
            const gain = costs(j, counts[j] - 1) - costs(i, counts[i]);
            if (gain > 1e-9) throw new Error(`a step of ${j} is better given to ${i}: ${gain}`);
          }
        }
        assertEquals([...counts], [...of(0.01 * price)]);
      },
    ),
    runs(300),
  );
});
