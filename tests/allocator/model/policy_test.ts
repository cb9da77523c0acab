import { fc } from "../../../lib/deps/fast_check.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { demandsOf } from "../../../lib/allocator/check/rules/demands.ts";
import { solveGreedy } from "../../../lib/allocator/greedy/greedy.ts";
import { emptyState } from "../../../lib/allocator/greedy/state.ts";
import { solveIlp } from "../../../lib/allocator/ilp/ilp.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { compileDualProblem } from "../../../lib/allocator/optimal/dual/dual_problem.ts";
import { ceilShare, floorShare } from "../../../lib/base/numbers/share.ts";
import { groupRules } from "../../../lib/allocator/limits/kinds/group_rules.ts";
import {
  bundleShapes,
  coverageValue,
  defaultPolicy,
  mostOffers,
} from "../../../lib/allocator/model/policy.ts";
import { check } from "../../../lib/api/check.ts";
import { Drop, type InputReport } from "../../../lib/allocator/drop/drop.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { randomPolicy } from "../../support/random_policy.ts";

Deno.test("ceilings and floors tolerate the rounding of share × users", () => {
  assertEquals(ceilShare(0.07, 100), 7);
  assertEquals(ceilShare(0.071, 100), 8);
  assertEquals(floorShare(0.29, 100), 29);
  assertEquals(floorShare(0.289, 100), 28);
});

Deno.test("bundle shapes: pure under uniform, all under coverage, the tail under mixing", () => {
  const text = (shapes: ReturnType<typeof bundleShapes>) =>
    shapes.map((s) => `${s.sponsored}${s.unsponsored}`).join(" ");
  assertEquals(text(bundleShapes(defaultPolicy)), "00 01 02 03 10 20 30");
  assertEquals(
    text(bundleShapes({ ...defaultPolicy, model: "coverage", k: 2 })),
    "00 01 02 10 11 20",
  );
  assertEquals(text(bundleShapes({ ...defaultPolicy, mixTail: true })), "00 01 02 03 10 20 21 30");
  const free = { ...defaultPolicy, mixTail: true, thirdSlotOnlyMixing: false };
  assertEquals(
    text(bundleShapes({ ...free, sponsoredFirstRounds: 1 })),
    "00 01 02 03 10 11 12 20 21 30",
  );
});

Deno.test("required users are exact, in the decimal that a ratio prints as", () => {
  const cases: [number, number, number][] = [
    // ratio, users, ⌈ratio · users⌉
    [1e-12, 5, 1],
    [5e-324, 1, 1],
    [1e-9, 1e9, 1],
    [1.1e-9, 1e9, 2],
    [0.07, 100, 7],
    [0.1, 1e7, 1e6],
    [0.1000000001, 1e7, 1_000_001],
    [0.0500000000000001, 20, 2],
    [5 / 6, 6, 5],
    [2 / 3, 3, 2],
    [0.1 + 0.2, 10, 3],
    [7 / 9, 900_000, 700_000],
    [1, 4_000_000_000, 4_000_000_000],
    [0, 12, 0],
    [0.5, 0, 0],
    // 0.07 as float32, not taken for 0.07 here: its readers give the decimal that was meant.
    [Math.fround(0.07), 100, 8],
  ];
  for (const [ratio, users, required] of cases) {
    assertEquals(ceilShare(ratio, users), required, `${ratio} of ${users}`);
    const instance = { groups: ["g"], groupSize: Uint32Array.of(users), ratio: [ratio] };
    // The checker counts anew.
    if (users < 2 ** 32) {
      const [{ least }] = demandsOf(instance as unknown as Instance, defaultPolicy);
      assertEquals(least, required, `checker: ${ratio} of ${users}`);
    }
  }
  assertEquals(floorShare(1 - 1e-12, 5), 4);
  assertEquals(floorShare(5 / 6, 6), 5);
  assertEquals(floorShare(1e-12, 5), 0);
});

Deno.test("solver and checker agree on the users of any ratio", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 9 }))
        .map(([n, e]) => Number(`${n}e-${e + 3}`)),
      fc.tuple(fc.nat(50), fc.integer({ min: 50, max: 100 })).map(([a, b]) => a / b),
    ),
    fc.integer({ min: 1, max: 5_000_000 }),
    (ratio, users) => {
      const instance = {
        groups: ["g"],
        groupSize: Uint32Array.of(users),
        ratio: [ratio],
      } as unknown as Instance;
      const policy = { ...defaultPolicy, maxSponsoredRatio: ratio };
      const [{ least, most }] = demandsOf(instance, policy);
      const { sponsored } = groupRules(instance, policy);
      assertEquals([sponsored.least[0], sponsored.most[0]], [least, most!]);
      // Within rounding of the product, and never less than one user for a positive ratio.
      assert(Math.abs(least - ratio * users) < 1 + 1e-6 && (ratio === 0 || least >= 1));
    },
  ));
});

Deno.test("a maximum of 0 sponsored users means none, for every solver and the checker", async () => {
  const drop = Drop.from({
    users: [{ id: "a", group: "g" }, { id: "b", group: "g" }],
    contracts: [{ id: "s", cap: 2, sponsored: true }, { id: "t", cap: 2, sponsored: false }],
    groups: [{ id: "g", ratio: 0.5 }],
    pairs: ["a", "b"].flatMap((user) => [
      { user, contract: "s", score: 0.9 },
      { user, contract: "t", score: 0.1 },
    ]),
  });
  for (const solver of ["optimal", "ilp", "greedy"] as const) {
    const sponsoredUsers = async (maxSponsoredRatio: number) => {
      const allocation = await allocate(drop, { solver, maxSponsoredRatio });
      const report = check(drop, allocation);
      assert(report.feasible, solver);
      return report.sponsored_users;
    };
    assertEquals([await sponsoredUsers(0), await sponsoredUsers(0.01)], [0, 1], solver);
  }
  const { warnings } = await allocate(drop, { maxSponsoredRatio: 0 });
  for (const line of warnings) assert(!/[:,;]\s*$/.test(line), line);
});

Deno.test("a k that nobody can use changes no answer and makes no array longer", async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const instance = randomInstance({ seed, users: 6, contracts: 4, groups: 2 });
    const policy = { ...randomPolicy(seed), covW: [0.05, 0.02, 0.01, 0.005], shortfallPrice: 10 };
    const k = 65_535;
    // The last of k slots is one that nobody reaches: what it allows differs.
    const wide = { ...policy, thirdSlotOnlyMixing: false, covMode: "z", k } as const;
    const same = { ...wide, k: 6 };
    const problem = compileDualProblem(instance, wide);
    assert(problem.k <= 4 && problem.shapeWorth.length <= 25, `${problem.k}`);
    assertEquals(problem.policy.k, k);
    assert(emptyState(instance, wide).shapes[0].length <= 25);
    const [large, small] = [await solveOptimal(instance, wide), await solveOptimal(instance, same)];
    assertEquals([large.objective, large.policy.k], [small.objective, k]);
    assertEquals(
      (await solveIlp(instance, wide)).objective,
      (await solveIlp(instance, same)).objective,
    );
    assertEquals(solveGreedy(instance, wide).objective, solveGreedy(instance, same).objective);
    const drop = new Drop(instance, {} as InputReport);
    const facts = reportFacts(drop, large);
    assert(facts.users.offers_per_user.length <= 5 && facts.feasibility.options.length <= 5);
    assert(check(drop, large).feasible);
  }
  const one = randomInstance({ seed: 1, users: 6, contracts: 4, groups: 2 });
  const tail = { ...defaultPolicy, mixTail: true, k: 65_535 };
  // (k − 1, 1) is out of reach, so nobody is mixed; lacking offers are counted up to the k asked for.
  assertEquals(compileDualProblem(one, tail).shapeSponsored.length, 2 * mostOffers(one, tail) + 1);
  const lacking = { ...tail, covMode: "shortfall", shortfallPenalty: 1 } as const;
  assertEquals(coverageValue(lacking, 1), Float64Array.of(-65_535, -65_534));
});
