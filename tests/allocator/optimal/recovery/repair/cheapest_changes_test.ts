import { assert, assertEquals } from "../../../../../lib/deps/std_assert.ts";
import type { BundleChooser } from "../../../../../lib/allocator/optimal/recovery/bundle_chooser.ts";
import {
  type Change,
  changeCheapest,
} from "../../../../../lib/allocator/optimal/recovery/repair/cheapest_changes.ts";
import { seededRandom } from "../../../../../lib/base/numbers/random.ts";

/** Changes `needed` of the users whose changes have these costs. Returns who changed, in order, and how many were looked at first. */
function changed(cost: readonly number[], needed: number, more: Partial<Change>) {
  const given: number[] = [], seen = new Set<number>();
  let chosen = -1;
  const chooser = {
    get value() {
      return -cost[chosen];
    },
    valueHeld: () => 0,
    give: (u: number) => given.push(u),
  } as unknown as BundleChooser;
  changeCheapest(cost.keys(), chooser, {
    needed: () => given.length < needed,
    choose: (u) => {
      chosen = u;
      seen.add(u);
      return cost[u] < Infinity;
    },
    ...more,
  });
  return { given, seen: seen.size };
}

Deno.test("the same users change whatever is known of their costs, and few are looked at where that is much", () => {
  const random = seededRandom(1);
  for (let round = 0; round < 50; round++) {
    // Ties and users without another bundle are among them.
    const cost = Array.from({ length: 2000 }, () => {
      const drawn = random.next();
      return drawn < 0.1 ? Infinity : Math.round(200 * drawn) / 10;
    });
    const needed = 1 + Math.floor(40 * random.next()), most = round % 3 === 0 ? 1.5 : Infinity;
    const { given } = changed(cost, needed, { most });
    const known = changed(cost, needed, {
      most,
      enough: needed,
      leastCost: (u) => u % 7 === 0 ? -Infinity : cost[u] - 0.05,
    });
    assertEquals(known.given, given);
    assert(known.seen < 1500, `${known.seen} looked at`);
  }
});

Deno.test("users who come in the order of what is expected: the same change, and few are looked at", () => {
  const random = seededRandom(2);
  for (let round = 0; round < 50; round++) {
    const expected = Array.from({ length: 2000 }, () => 20 * random.next())
      .sort((a, b) => a - b);
    const cost = expected.map((least) =>
      random.next() < 0.1 ? Infinity : least + 0.5 * random.next()
    );
    const needed = 1 + Math.floor(40 * random.next());
    const { given } = changed(cost, needed, {});
    const known = changed(cost, needed, {
      expected: { costOf: (u) => expected[u], units: needed },
    });
    assertEquals(known.given, given);
    assert(known.seen < 300, `${known.seen} looked at`);
  }
});
