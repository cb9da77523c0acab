import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
import { argmaxBundles } from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { BundleChooser } from "../../../../lib/allocator/optimal/recovery/bundle_chooser.ts";
import { Allowance } from "../../../../lib/allocator/optimal/programs/allowance.ts";
import {
  type CoreOptions,
  solveByFewRows,
  solveCore,
  solveGrowingCore,
  solveSampledCores,
} from "../../../../lib/allocator/optimal/programs/core.ts";
import { Drop, type PairInput } from "../../../../lib/allocator/drop/drop.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { fastBoundAt } from "../../../../lib/allocator/optimal/passes/fast_bound.ts";
import { Holdings } from "../../../../lib/allocator/optimal/recovery/holdings.ts";
import { Incumbent } from "../../../../lib/allocator/optimal/recovery/incumbent.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { nearBundles } from "../../../../lib/allocator/optimal/programs/near_bundles.ts";
import { recover } from "../../../../lib/allocator/optimal/recovery/recover.ts";
import { singleUsers, userClasses } from "../../../../lib/allocator/drop/user_classes.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { randomPolicy } from "../../../support/random_policy.ts";

Deno.test("from a hasty incumbent the core proves the optimum, and in part a bound that holds", async () => {
  let improved = 0;
  for (let seed = 200; seed < 240; seed++) {
    const brands = seed % 2 === 0 ? 3 : 0;
    const instance = randomInstance({ seed, users: 25, contracts: 7, groups: 2, brands });
    const policy = randomPolicy(seed, brands > 0);
    const problem = compileDualProblem(instance, policy);
    const { prices, bound } = await minimiseDual(problem);
    const optimum = (await solveIlp(instance, policy)).objective;
    for (const columns of [60, 100_000]) {
      const options = { noise: 0, enough: Infinity, hurry: () => true };
      const assignment = await recover(problem, prices, options);
      const before = assignment.objective();
      const proven = await solveCore(new Incumbent(assignment), prices, {
        bound,
        classes: userClasses(instance),
        columns,
        allowance: new Allowance(Infinity),
      });
      const what = `seed ${seed}, ${columns} columns`;
      assert(assignment.isFeasible(), what);
      assert(proven >= optimum - 1e-7, `${what}: bound ${proven} below ${optimum}`);
      assert(proven <= bound + 1e-9, what);
      assert(assignment.objective() >= before, what);
      if (columns === 100_000) assertAlmostEquals(assignment.objective(), optimum, 1e-7, what);
      if (assignment.objective() > before + 1e-9) improved++;
    }
  }
  assert(improved > 5, `${improved} improved`);
});

Deno.test("larger parts of the core are solved as long as a gap is left, and no longer", async () => {
  let more = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const instance = randomInstance({ seed, users: 25, contracts: 7, groups: 2 });
    const problem = compileDualProblem(instance, { ...defaultPolicy, model: "coverage" });
    const { prices, bound } = await minimiseDual(problem);
    const solved = async (isOpen: () => boolean) => {
      const hasty = { noise: 0, enough: Infinity, hurry: () => true };
      const assignment = await recover(problem, prices, hasty);
      for (let u = 0; u < 3; u++) assignment.setBundle(u, new Int32Array(0), 0);
      const before = assignment.objective();
      const found = await solveGrowingCore(new Incumbent(assignment), prices, {
        bound,
        classes: userClasses(instance),
        allowance: new Allowance(Infinity),
        isOpen,
      });
      return { ...found, gained: assignment.objective() - before };
    };
    assertEquals(await solved(() => false), { bound, solved: false, gained: 0 });
    const { gained } = await solved(() => true);
    assert(gained >= 0);
    if (gained > 0) more++;
  }
  assert(more > 6, `${more} improved`);
});

Deno.test("what a part of the core proves is known before the next part is begun", async () => {
  const instance = randomInstance({ seed: 1, users: 600, contracts: 30, groups: 6 });
  const problem = compileDualProblem(instance, defaultPolicy);
  const { prices, bound } = await minimiseDual(problem, { tolerance: 1e-3 });
  const hasty = { noise: 0, enough: Infinity, hurry: () => true };
  const assignment = await recover(problem, prices, hasty);
  const bounds: number[] = [];
  await solveGrowingCore(new Incumbent(assignment), prices, {
    bound,
    classes: singleUsers(instance),
    allowance: new Allowance(Infinity),
    isOpen: (proven) => bounds.push(proven) < 2,
  });
  assertEquals(bounds.length, 2);
  assertEquals(bounds[0], bound);
  assert(bounds[1] < bound && bounds[1] >= assignment.objective(), `${bounds}`);
});

Deno.test("where ties alone fill a part no larger one is solved, and no work is done", async () => {
  for (const [users, isSolved] of [[20, true], [250, false]] as const) {
    const kinds = { groups: 1, sponsoredShare: 0, density: 1 };
    const made = randomInstance({ seed: 1, users, contracts: 7, ...kinds });
    // Everybody has the same score for all contracts, and prices are 0, so all bundles of three tie.
    const instance = { ...made, score: new Float64Array(made.score.length).fill(0.5) };
    const problem = compileDualProblem(instance, { ...defaultPolicy, model: "coverage" });
    const prices = zeroPrices(problem), allowance = new Allowance(30);
    const assignment = new Holdings(problem), before = assignment.objective();
    const found = await solveGrowingCore(new Incumbent(assignment), prices, {
      bound: fastBoundAt(problem, prices),
      classes: singleUsers(instance),
      allowance,
    });
    assertEquals(found.solved, isSolved);
    assertEquals(assignment.objective() > before, isSolved);
    assertEquals(allowance.left < 30, isSolved);
  }
});

Deno.test("with a target a core comes at least so far, or to the optimum, and what it proves holds", async () => {
  let early = 0;
  for (let seed = 300; seed < 312; seed++) {
    const instance = randomInstance({ seed, users: 25, contracts: 7, groups: 2 });
    const policy = randomPolicy(seed, false);
    const problem = compileDualProblem(instance, policy);
    const { prices, bound } = await minimiseDual(problem);
    const optimum = (await solveIlp(instance, policy)).objective;
    for (const share of [0, 0.5, 1]) {
      const options = { noise: 0, enough: Infinity, hurry: () => true };
      const assignment = await recover(problem, prices, options);
      const before = assignment.objective();
      const target = before + share * (optimum - before) - 1e-7;
      const proven = await solveCore(new Incumbent(assignment), prices, {
        bound,
        classes: userClasses(instance),
        columns: 100_000,
        allowance: new Allowance(Infinity),
        target,
      });
      const what = `seed ${seed}, ${share}`;
      assert(assignment.isFeasible(), what);
      assert(proven >= optimum - 1e-7, `${what}: bound ${proven} below ${optimum}`);
      assert(assignment.objective() >= target - 1e-7, what);
      if (assignment.objective() < optimum - 1e-6) early++;
    }
  }
  assert(early > 0, "no search ended before the optimum");
});

Deno.test("parts in which a few budgets may change keep all rules, never lose, and come nearer to the optimum", async () => {
  const limits = [
    { limit: "weights", per: "contract_address", counts: "weight", atMost: 7 },
    { limit: "costs", per: "brand_id+city", counts: "cost", atMost: 8 },
  ];
  let improved = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const { instance } = limitedDrop(seed, limits, { users: 16, contracts: 6 });
    const problem = compileDualProblem(instance, defaultPolicy);
    const { prices, bound } = await minimiseDual(problem);
    const optimum = (await solveIlp(instance, defaultPolicy)).objective;
    const search = async (allowance: Allowance, isOpen = () => true) => {
      const hasty = { noise: 0, enough: Infinity, hurry: () => true };
      const assignment = await recover(problem, prices, hasty), before = assignment.objective();
      const setting = { bound, classes: userClasses(instance), allowance, isOpen };
      await solveByFewRows(new Incumbent(assignment), prices, setting);
      assert(assignment.isFeasible(), `seed ${seed}`);
      return { before, after: assignment.objective() };
    };
    const { before, after } = await search(new Allowance(1));
    assert(after >= before && after <= optimum + 1e-9, `seed ${seed}: ${before} to ${after}`);
    if (after > before + 1e-9) improved++;
    const without = await search(new Allowance(0));
    assertEquals(without.after, without.before);
    const closed = await search(new Allowance(9), () => false);
    assertEquals(closed.after, closed.before);
  }
  assert(improved > 2, `${improved} improved`);
});

Deno.test("where many users tie cores of samples give out nearly all that recovery left of full rows, as long as a gap is left", async () => {
  const instance = tiedDrop(7000, 20);
  const problem = compileDualProblem(instance, defaultPolicy);
  const { prices, bound } = await minimiseDual(problem);
  const lostAfter = async (solve: (incumbent: Incumbent, options: CoreOptions) => unknown) => {
    const holdings = await recover(problem, prices, {
      noise: 0,
      enough: Infinity,
      hurry: () => true,
    });
    const incumbent = new Incumbent(holdings);
    const allowance = new Allowance(10);
    await solve(incumbent, { bound, classes: singleUsers(instance), allowance });
    assert(holdings.isFeasible());
    return bound - incumbent.objective;
  };
  const before = await lostAfter(() => {});
  const samples = await lostAfter((incumbent, options) =>
    solveSampledCores(incumbent, prices, { ...options, isOpen: () => true })
  );
  const closed = await lostAfter((incumbent, options) =>
    solveSampledCores(incumbent, prices, { ...options, isOpen: () => false })
  );
  assertEquals(closed, before);
  assert(samples < 0.02 * before, `${before} → ${samples}`);
});

/** Users of eight segments, each with half of the contracts, whose scores are its segment's; offers take what they cost from a budget. */
function tiedDrop(users: number, contracts: number): Instance {
  const random = seededRandom(1), pairs: PairInput[] = [];
  const score = Array.from({ length: 8 * contracts }, () => random.below(100) / 100);
  for (let u = 0; u < users; u++) {
    const own = new Set<number>(), segment = random.below(8);
    while (own.size < contracts / 2) own.add(random.below(contracts));
    for (const c of own) {
      const cost = 1 + random.below(5);
      const attributes = { cost };
      pairs.push({
        user: `${u}`,
        contract: `${c}`,
        score: score[segment * contracts + c],
        attributes,
      });
    }
  }
  return Drop.from({
    users: Array.from({ length: users }, (_, u) => ({ id: `${u}`, group: `${u % 20}` })),
    contracts: Array.from({ length: contracts }, (_, c) => ({
      id: `${c}`,
      cap: users / 25,
      sponsored: c < contracts / 2,
    })),
    groups: Array.from({ length: 20 }, (_, g) => ({ id: `${g}`, ratio: 0.3 })),
    pairs,
    limits: [{
      limit: "budget",
      per: "contract_address",
      counts: "cost",
      atMost: 0.08 * users,
    }],
  }).instance;
}

Deno.test("near bundles are all those of enough value, each once", async () => {
  const instance = randomInstance({ seed: 4, users: 12, contracts: 7, groups: 2, brands: 3 });
  for (let seed = 1; seed <= 20; seed++) {
    const problem = compileDualProblem(instance, randomPolicy(seed, true));
    const { prices } = await minimiseDual(problem);
    const assignment = argmaxBundles(problem, prices, 0);
    const chooser = new BundleChooser(assignment, prices, false);
    for (let u = 0; u < instance.group.length; u++) {
      const best = chooser.bestValue(u);
      const all = nearBundles(assignment, chooser, u, -Infinity, Infinity);
      assertEquals(new Set(all.map(({ pairs }) => pairs.join())).size, all.length);
      for (const { pairs, value } of all) {
        assert(value <= best + 1e-12, `seed ${seed}: a bundle above the best`);
        assignment.setBundle(u, pairs, pairs.length);
        assertAlmostEquals(chooser.valueHeld(u), value, 1e-12);
      }
      const near = nearBundles(assignment, chooser, u, best - 0.1, Infinity);
      assertEquals(near.length, all.filter(({ value }) => value >= best - 0.1).length);
    }
  }
});
