import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { solvePinned } from "../../../lib/allocator/pins/solve_pinned.ts";
import { TimeoutError } from "../../../lib/base/errors.ts";
import { assertRejects } from "../../../lib/deps/std_assert.ts";

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
