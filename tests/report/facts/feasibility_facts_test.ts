import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../../lib/deps/std_assert.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { preview, report } from "../../../lib/api/report.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { feasibilityInWords } from "../../../lib/report/facts/preview/feasibility_words.ts";
import { previewFacts } from "../../../lib/report/facts/preview/preview_facts.ts";
import { Drop, type DropInput } from "../../../lib/allocator/drop/drop.ts";
import { bruteForce } from "../../support/brute_force.ts";
import { cleanInput, smallDrop, smallPolicy } from "../../support/report_drop.ts";
import { randomInstance } from "../../support/random_instance.ts";

Deno.test("feasibility: the small drop, by hand", () => {
  const { feasibility: f } = previewFacts(smallDrop(), smallPolicy);
  // g1 lacks one for s1's single unit, g2 one as only cy has a sponsored option; ann, cy with one offer each,
  // the others with at most 2, 2 and 1 of t1's and t2's units.
  assertEquals([f.required_sponsored_users, f.least_shortfall, f.unreachable_shortfall], [4, 2, 1]);
  assertEquals(f.scarce_contracts, ["s1"]);
  assertEquals(f.most_offers, 6);
  assert(f.capacity.every((c) => c.assigned === undefined));
  assertMatch(
    feasibilityInWords(f, smallPolicy.k)[0],
    /at least 2 will be missing; 1 group has .* \(1 missing\); sponsored contracts .* 1: s1\.$/,
  );
});

Deno.test("feasibility: no fewer users can be missing, and no more offers made, found by trying", () => {
  let narrow = 0, tight = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const instance = randomInstance({
      seed,
      users: 7,
      contracts: 4,
      groups: 2,
      density: 0.6,
      ratios: [0.4, 0.8],
      capShare: 0.3,
    });
    // Offers worth more than any score, missing users dearer than all offers: the optimum misses as few minima as
    // possible, then makes as many offers as possible.
    const policy: Policy = {
      ...defaultPolicy,
      k: 2,
      covW: [100, 100],
      shortfallPrice: 1e6,
      mixTail: seed % 5 === 0,
    };
    const { feasibility: f } = previewFacts(new Drop(instance, cleanInput(instance)), policy);
    const { objective, offers } = bruteForce(instance, policy);
    const made = offers.reduce((sum, pairs) => sum + pairs.length, 0);
    const missing = Math.round((made * 100 - objective) / 1e6);
    assertEquals(f.least_shortfall, missing, `seed ${seed}`);
    assert(made <= f.most_offers, `seed ${seed}: ${made} offers of at most ${f.most_offers}`);
    if (missing > f.unreachable_shortfall) narrow++;
    if (made === f.most_offers) tight++;
  }
  assert(narrow > 3 && tight > 10, `${narrow} narrow, ${tight} tight`);
});

Deno.test("feasibility: what limits and pins keep from minima is not said to be met", async () => {
  const input = (more: Partial<DropInput>) =>
    Drop.from({
      users: [{ id: "ann", group: "north" }],
      contracts: [{ id: "tea", cap: 1, sponsored: true }, { id: "bun", cap: 1, sponsored: false }],
      groups: [{ id: "north", ratio: 1 }],
      pairs: ["tea", "bun"].map((contract) => ({ user: "ann", contract, score: 0.9 })),
      ...more,
    });
  const policy = { ...defaultPolicy, k: 1 };
  const minima = (more: Partial<DropInput>) => preview(input(more), policy).facts.headline.minima;
  const met = "All minima can be met: 1 user must be sponsored, and sponsored contracts have " +
    "1 unit that eligible users can take.";
  assertEquals(minima({}), met);
  const limits = [{ limit: "none", atMost: 0, where: { is_sponsored: ["true"] } }];
  const pins = [{ user: "ann", contract: "bun" }];
  const perhaps = met.replace("All minima can be met", "Options and caps let all minima be met");
  assertEquals(
    minima({ limits }),
    `${perhaps} Whether limits do too is known when it is solved.`,
  );
  assertEquals(
    minima({ limits, pins }),
    `${perhaps} Whether limits and pins do too is known when it is solved.`,
  );
  assertStringIncludes(
    await preview(input({ pins }), policy).html(),
    "Options and caps let all minima be met. Whether pins do too is known when it is solved.",
  );
  // An allocation that meets them shows that they can be met.
  const free = input({ limits: [{ ...limits[0], atMost: 1 }] });
  const { facts } = report(free, await allocate(free, { k: 1 }));
  assertEquals(facts.feasibility.not_counted, undefined);
});

Deno.test("feasibility: sentences where nothing is wrong, and one user or contract", () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "north" }],
    contracts: [{ id: "tea", cap: 1, sponsored: true }],
    groups: [{ id: "north", ratio: 1 }],
    pairs: [{ user: "ann", contract: "tea", score: 0.9 }],
  });
  const { feasibility } = previewFacts(drop, { ...defaultPolicy, k: 1 });
  assertEquals(feasibilityInWords(feasibility, 1), [
    "All minima can be met: 1 user must be sponsored, and sponsored contracts have 1 unit that eligible users can take.",
    "Nothing that is known of options and caps keeps the 1 slot from being filled.",
    "Every user has an option.",
    "1 user has no unsponsored option.",
  ]);
});
