import { solveDearLimits } from "../../../../lib/allocator/ilp/ilp.ts";
import { solveMip } from "../../../../lib/allocator/ilp/mip.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { groupRules } from "../../../../lib/allocator/limits/kinds/group_rules.ts";
import { valueOfOffers } from "../../../../lib/allocator/model/offers.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { assert } from "../../../../lib/deps/std_assert.ts";

Deno.test("limits priced far above what offers are worth: optimal is no worse than the whole model in HiGHS", async () => {
  const random = seededRandom(3), n = 30;
  const ids = Array.from({ length: n }, (_, i) => i);
  const drop = Drop.from({
    users: ids.map((u) => ({ id: `u${u}`, group: "g" })),
    contracts: ids.map((c) => ({ id: `c${c}`, cap: 1, sponsored: c % 2 === 0 })),
    groups: [{ id: "g", ratio: 0.1 }],
    pairs: ids.flatMap((u) =>
      ids.map((c) => ({
        user: `u${u}`,
        contract: `c${c}`,
        score: random.below(11) / 2 - 2.5,
        attributes: { w: random.next() },
      }))
    ),
    // A sum of so many fractions is exactly that in no allocation, and a millionth off costs as much as an offer is worth.
    limits: [{ limit: "exactly", counts: "w", atLeast: 9.87, atMost: 9.87, price: 1e6 }],
  });
  const policy = { ...defaultPolicy, k: 2, enforceAssignmentRatio: true };
  const { objective, shortfallPrice } = await solveOptimal(drop.instance, policy, { work: 12 });
  const found = await solveDearLimits(
    drop.instance,
    policy,
    shortfallPrice,
    (mip, options) => solveMip(mip, { ...options, work: 8 }),
  );
  const { sponsored: { least } } = groupRules(drop.instance, policy);
  const whole = valueOfOffers(drop.instance, policy, found!.offers, least, shortfallPrice);
  assert(objective >= whole.objective, `${objective}, HiGHS ${whole.objective}`);
});
