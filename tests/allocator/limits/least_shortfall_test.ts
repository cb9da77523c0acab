import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { solveIlp } from "../../../lib/allocator/ilp/ilp.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { leastShortfall } from "../../../lib/allocator/limits/least_shortfall.ts";
import { groupRules } from "../../../lib/allocator/limits/kinds/group_rules.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { randomInstance } from "../../support/random_instance.ts";

Deno.test("the least shortfall is the optimum where nothing but missing users counts", async () => {
  let short = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const instance = randomInstance({
      seed,
      users: 10 + seed,
      contracts: 7,
      groups: 4,
      density: 0.15 + 0.1 * (seed % 4),
      capShare: 0.05 + 0.1 * (seed % 5),
    });
    const policy = {
      ...defaultPolicy,
      covW: [],
      sponsoredBonus: 0,
      shortfallPrice: 1,
      maxSponsoredRatio: seed % 3 === 0 ? 0.5 : null,
    };
    const { total } = leastShortfall(instance, groupRules(instance, policy));
    const worthless = { ...instance, score: new Float64Array(instance.score.length) };
    const exact = await solveIlp(worthless, policy);
    assertAlmostEquals(total, -exact.objective, 1e-6, `seed ${seed}`);
    if (total > 0) short++;
  }
  assert(short > 30);
});

Deno.test("each missed minimum is explained: options, the maximum, capacity", async () => {
  const base = randomInstance({ seed: 2, users: 60, contracts: 8, groups: 3, capShare: 0.2 });
  // Group 0 wants everybody; its first users have unsponsored pairs only.
  const ratio = base.ratio.slice().fill(0);
  ratio[0] = 1;
  const instance = { ...base, ratio };
  const found = await solveOptimal(instance, defaultPolicy);
  const [reason] = found.shortfallReasons!;
  const users = [...instance.group.keys()].filter((u) => instance.group[u] === 0);
  const without = users.filter((u) => instance.middle[u] === instance.start[u]).length;
  assertEquals(found.shortfallReasons!.length, 1);
  assertEquals(reason.group, 0);
  assertEquals(reason.missing, found.shortfall);
  assertEquals(reason.withoutOption, without);
  assertEquals(reason.beyondMaximum, 0);
  assertEquals(reason.contracts.length > 0, reason.missing > without);
  for (const c of reason.contracts) assert(c < instance.sponsoredContracts);

  const half = await solveOptimal(instance, { ...defaultPolicy, maxSponsoredRatio: 0.5 });
  const capped = half.shortfallReasons![0];
  assert(capped.beyondMaximum > 0);
  assert(capped.missing >= capped.withoutOption + capped.beyondMaximum);
  // One line in all, one for the group, both naming the count.
  assertEquals(half.warnings.length, 2);
  assert(half.warnings[1].includes(`${capped.missing} of`));
});
