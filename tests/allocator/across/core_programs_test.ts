/** The exact programs that settle what the price search leaves open. */
import { usersOf } from "../../../lib/allocator/drop/instance/group_users.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import { solveIlp } from "../../../lib/allocator/ilp/ilp.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { argmaxBundles } from "../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { Holdings } from "../../../lib/allocator/optimal/recovery/holdings.ts";
import { Allowance } from "../../../lib/allocator/optimal/programs/allowance.ts";
import { boundAt } from "../../../lib/allocator/optimal/dual/bound.ts";
import {
  type LossProgram,
  solveLosses,
} from "../../../lib/allocator/optimal/programs/loss_program.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../lib/allocator/optimal/dual/dual_problem.ts";
import { exactPrices } from "../../../lib/allocator/optimal/columns/class_columns.ts";
import { Incumbent } from "../../../lib/allocator/optimal/recovery/incumbent.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { leastShortfall } from "../../../lib/allocator/limits/least_shortfall.ts";
import { cutOfFlow, liftPrices } from "../../../lib/allocator/optimal/dual/lift_prices.ts";
import { minimiseDual } from "../../../lib/allocator/optimal/search/minimise_dual.ts";
import { boundOnGrid, objectiveStep } from "../../../lib/allocator/model/objective_grid.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { pairProgram } from "../../../lib/allocator/optimal/programs/pair_program.ts";
import { prove } from "../../../lib/allocator/optimal/joint/proof.ts";
import { recover } from "../../../lib/allocator/optimal/recovery/recover.ts";
import {
  pairsOfClasses,
  singleUsers,
  userClasses,
} from "../../../lib/allocator/drop/user_classes.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { oddDrop } from "../../fuzz/odd_drop.ts";
import { bundleBound } from "../../support/bundle_lp.ts";
import { randomCase } from "../../support/random_case.ts";
import { randomInstance } from "../../support/random_instance.ts";

Deno.test("the best prices prove what the linear program over all bundles does, from any start", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const [instance, policy] = randomCase(seed);
    // A mixed bundle may hold more of a brand at prices than the linear program allows.
    if (policy.maxPerBrand !== null && policy.mixTail) continue;
    const problem = compileDualProblem(instance, policy);
    const least = await bundleBound(instance, policy);
    const classes = userClasses(instance);
    const zero = zeroPrices(problem);
    const control = { objective: -Infinity, stop: () => false };
    for (const prices of [zero, (await minimiseDual(problem)).prices]) {
      const found = { prices, bound: boundAt(problem, prices) };
      const best = await exactPrices(problem, classes, found, control);
      const room = 1e-7 * (1 + Math.abs(least));
      assertAlmostEquals(best.bound, least, room, `seed ${seed}`);
      // A price that could go on without end, as nothing is lost by it, does not keep the search from its end.
      assert(best.best, `seed ${seed}: the search ends by itself`);
      assertAlmostEquals(boundAt(problem, best.prices), best.bound, 1e-9 * (1 + Math.abs(least)));
    }
  }
});

/** Every user `times` over, side by side, with caps as many times. */
function repeated(base: Instance, times: number): Instance {
  const ids: string[] = [], group: number[] = [], start = [0], middle: number[] = [];
  const contract: number[] = [], score: number[] = [];
  for (let u = 0; u < base.group.length; u++) {
    for (let copy = 0; copy < times; copy++) {
      ids.push(`${base.users.at(u)}-${copy}`);
      group.push(base.group[u]);
      middle.push(contract.length + base.middle[u] - base.start[u]);
      contract.push(...base.contract.subarray(base.start[u], base.start[u + 1]));
      score.push(...base.score.subarray(base.start[u], base.start[u + 1]));
      start.push(contract.length);
    }
  }
  return {
    ...base,
    users: IdPool.from(ids),
    cap: base.cap.map((cap) => cap * times),
    groupSize: base.groupSize.map((size) => size * times),
    group: Uint32Array.from(group),
    start: Uint32Array.from(start),
    middle: Uint32Array.from(middle),
    contract: Uint16Array.from(contract),
    score: Float64Array.from(score),
  };
}

Deno.test("the program of pairs finds the optimum of the ILP, users who are alike as one or not", async () => {
  let alike = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const [base, policy] = randomCase(seed);
    const instance = repeated(base, 1 + seed % 3);
    const problem = compileDualProblem(instance, policy);
    const dual = await minimiseDual(problem);
    const proof = await prove(problem, dual);
    const options = { noise: 0, enough: Infinity, hurry: () => true };
    const optimum = (await solveIlp(instance, policy)).objective;
    const sorts = policy.maxPerBrand === null
      ? [userClasses(instance), singleUsers(instance)]
      : [singleUsers(instance)];
    for (const classes of sorts) {
      if (classes.count < instance.group.length) alike++;
      const incumbent = new Incumbent(await recover(problem, proof.prices, options));
      const widest = proof.bound - incumbent.objective;
      const stake = { widest, loss: proof.loss, most: Infinity };
      const program = pairProgram(incumbent.holdings, proof.prices, classes, stake);
      if (program === null) {
        assertAlmostEquals(incumbent.objective, optimum, 1e-7, `seed ${seed}`);
        continue;
      }
      const search = { allowance: new Allowance(60), presolve: false };
      const { values, bound } = await solveLosses(program, incumbent.objective, search);
      incumbent.tryTo(() => program.give(values!));
      assertAlmostEquals(incumbent.objective, optimum, 1e-7, `seed ${seed}`);
      assert(bound >= optimum - 1e-9 * (1 + Math.abs(optimum)), `seed ${seed}: ${bound}`);
    }
  }
  assert(alike > 0);
});

/** Users of a few segments, who all have the same scores; caps that no multiple of anything. */
function segments(seed: number): Instance {
  const random = seededRandom(seed), parts = 1 + random.below(3), each = 2 + random.below(7);
  const base = randomInstance({ seed, users: parts, contracts: 4 + random.below(3), groups: 1 });
  const instance = repeated(base, each), users = parts * each;
  return { ...instance, cap: instance.cap.map(() => 1 + random.below(users)) };
}

Deno.test("users who are alike: the optimum, whatever numbers of offers and caps they come to", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const instance = segments(seed);
    const covW = [[0.0003, 0.0006, 0.001], [0.5, 0.1], [0, 0, 0.9]][seed % 3];
    const policy = { ...defaultPolicy, covW, mixTail: seed % 2 === 0 };
    const { objective, gap } = await solveOptimal(instance, policy);
    assertAlmostEquals(objective, (await solveIlp(instance, policy)).objective, 1e-7, `${seed}`);
    assert(gap! < 1e-9, `seed ${seed}: gap ${gap}`);
  }
});

Deno.test("users are alike where group, options and scores are, and only there", () => {
  const instance = randomInstance({
    seed: 3,
    users: 200,
    contracts: 3,
    groups: 2,
    density: 0.7,
    scoreStep: 0.5,
  });
  const { members, count } = userClasses(instance);
  const classOf = new Uint32Array(instance.group.length);
  for (let c = 0; c < count; c++) for (const u of usersOf(members, c)) classOf[u] = c;
  const nameOf = (u: number) => {
    const pairs = [];
    for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
      pairs.push([instance.contract[p], instance.score[p]]);
    }
    return JSON.stringify([instance.group[u], pairs]);
  };
  const names = new Map<string, number>();
  for (let u = 0; u < instance.group.length; u++) {
    const known = names.get(nameOf(u));
    if (known === undefined) names.set(nameOf(u), classOf[u]);
    else assertEquals(classOf[u], known);
  }
  assertEquals([names.size, new Set(names.values()).size], [count, count]);
  assert(count < instance.group.length);
  assertEquals(members.user.length, instance.group.length);
  assert(pairsOfClasses(instance, userClasses(instance)) < instance.score.length);
});

Deno.test("an incumbent keeps what is feasible and better, and undoes everything else", () => {
  const instance = randomInstance({ seed: 5, users: 30, contracts: 5, groups: 2, capShare: 0.2 });
  const problem = compileDualProblem(instance, { ...defaultPolicy, model: "coverage" });
  const greedyAtZero = argmaxBundles(problem, zeroPrices(problem), 0);
  assert(!greedyAtZero.isFeasible());
  const incumbent = new Incumbent(new Holdings(problem));
  const all = () => {
    for (let u = 0; u < instance.group.length; u++) {
      const own = greedyAtZero.bundleOf(u);
      incumbent.holdings.setBundle(u, own, own.length);
    }
  };
  assertEquals(incumbent.tryTo(all), false);
  assertEquals([incumbent.holdings.overload(), incumbent.objective], [0, 0]);
  assertEquals(incumbent.holdings.count.some((n) => n > 0), false);
  const best = [...instance.group.keys()].find((u) => greedyAtZero.worth(u) > 0)!;
  const own = greedyAtZero.bundleOf(best);
  assert(incumbent.tryTo(() => incumbent.holdings.setBundle(best, own, own.length)));
  assertEquals(incumbent.objective, greedyAtZero.worth(best));
});

Deno.test("prices lifted to a higher shortfall price prove a bound that is lower by what must be missing", async () => {
  let missing = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const [instance, policy] = randomCase(seed);
    if (policy.model === "coverage") continue;
    const low = compileDualProblem(instance, policy, { price: 20 });
    const high = compileDualProblem(instance, policy, { price: 1e6 });
    const { prices, bound } = await minimiseDual(low);
    const least = leastShortfall(instance, low.rules);
    missing += least.total;
    const lifted = liftPrices(high, prices, 20, cutOfFlow(least));
    const expected = bound - (1e6 - 20) * least.total;
    assert(boundAt(high, lifted) <= expected + 1e-9 * (1 + Math.abs(expected)), `seed ${seed}`);
  }
  assert(missing > 0);
});

Deno.test("objectives lie on the grid of scores and weights, where these are decimals of few digits", () => {
  const scores = (values: number[]) =>
    ({ score: Float64Array.from(values) }) as Parameters<typeof objectiveStep>[0];
  const policy = { ...defaultPolicy, covW: [0.25], sponsoredBonus: 0 };
  assertEquals(objectiveStep(scores([1, 20, 3]), { ...policy, covW: [] }, 10), 1);
  assertEquals(objectiveStep(scores([1, 0.5]), policy, 10), 0.01);
  assertEquals(objectiveStep(scores([7 * 0.001]), policy, 10), 0.001);
  assertEquals(objectiveStep(scores([1 / 3]), policy, 10), 0);
  assertEquals(boundOnGrid(10.4, 10, 1), 10);
  assertEquals(boundOnGrid(11, 10, 1), 11);
  // A step within the rounding of the sums is none.
  assertEquals(boundOnGrid(1e16 + 2, 1e16, 1e-3), 1e16 + 2);
});

/** Upper bounds of a program's columns of slack that more than twice exceed what their row can sum to, numbers that HiGHS errs by. */
function boundsOutOfReach({ mip, units }: LossProgram): number[] {
  const reach = new Float64Array(mip.rowLower.length);
  const eachEntry = (visit: (column: number, row: number, size: number) => void) => {
    for (let column = 0; column < mip.columns; column++) {
      for (let e = mip.starts[column]; e < mip.starts[column + 1]; e++) {
        visit(column, mip.indices[e], Math.abs(mip.values[e]));
      }
    }
  };
  eachEntry((column, row, size) => {
    if (mip.whole[column] === 1) reach[row] += size * Math.min(mip.upper[column], units);
  });
  const found: number[] = [];
  eachEntry((column, row) => {
    const most = 2 * (reach[row] + Math.abs(mip.rowUpper[row]));
    if (mip.whole[column] === 0 && mip.upper[column] < Infinity && mip.upper[column] > most) {
      found.push(mip.upper[column]);
    }
  });
  return found;
}

Deno.test("no column of slack has a bound that its row can't come near", async () => {
  let programs = 0;
  for (const seed of [50_000_468, ...Array.from({ length: 12 }, (_, i) => 100 + i)]) {
    const { drop, policy } = oddDrop(seed, "small", true);
    const { instance } = Drop.from(drop);
    const problem = compileDualProblem(instance, { ...defaultPolicy, ...policy });
    const proof = await prove(problem, await minimiseDual(problem));
    const recovery = { noise: 0, enough: Infinity, hurry: () => true };
    const holdings = await recover(problem, proof.prices, recovery);
    const widest = proof.bound - holdings.objective();
    const stake = { widest, loss: proof.loss, most: Infinity };
    const program = pairProgram(holdings, proof.prices, singleUsers(instance), stake);
    if (program === null) continue;
    programs++;
    assertEquals(boundsOutOfReach(program), [], `seed ${seed}`);
  }
  assert(programs > 5, `${programs}`);
});
