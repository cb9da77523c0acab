import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { defaultPolicy, shortfallPrice } from "../../../lib/allocator/model/policy.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { solvePinned } from "../../../lib/allocator/pins/solve_pinned.ts";
import { TimeoutError } from "../../../lib/base/errors.ts";
import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";

Deno.test("pins: where time ran out before all were held, that is said, and no pin is blamed", async () => {
  const { instance } = Drop.from({
    users: [{ id: "ann", group: "all" }],
    contracts: [{ id: "tea", cap: 1, sponsored: true }, { id: "cake", cap: 1, sponsored: true }],
    groups: [{ id: "all", ratio: 0 }],
    pairs: [
      { user: "ann", contract: "tea", score: 1 },
      { user: "ann", contract: "cake", score: 2 },
    ],
    pins: [{ user: "ann", contract: "tea" }],
  });
  await assertRejects(
    () =>
      solvePinned(instance, { ...defaultPolicy, k: 1 }, async (drop) => {
        const found = await solveOptimal(drop.instance, { ...defaultPolicy, k: 1 });
        return {
          ...found,
          offerStart: Uint32Array.of(0, 0),
          offerPair: Uint32Array.of(),
          timedOut: true,
        };
      }),
    TimeoutError,
    "no allocation that holds all pins was found in time",
  );
});

Deno.test("pins: the default shortfall price is that of the drop, by any solver, whatever pairs pins rule out", async () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "all" }, { id: "bob", group: "all" }],
    contracts: [{ id: "tea", cap: 2, sponsored: true }, { id: "cake", cap: 2, sponsored: false }],
    groups: [{ id: "all", ratio: 1 }],
    pairs: [
      // Beside the cake that is pinned, ann can't have the tea: a user's offers are of one type.
      { user: "ann", contract: "tea", score: 500 },
      { user: "ann", contract: "cake", score: 1 },
      { user: "bob", contract: "cake", score: 1 },
    ],
    pins: [{ user: "ann", contract: "cake" }],
  });
  const price = shortfallPrice(drop.instance, { ...defaultPolicy, k: 1 });
  for (const solver of ["optimal", "greedy", "ilp"] as const) {
    const found = await allocate(drop, { k: 1, solver });
    assertEquals([found.shortfall, found.shortfallPrice], [2, price], solver);
    assertEquals(Math.round(found.objective - 2), -2 * price, solver);
  }
});
