import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { NO_OWN_K } from "../../../../lib/allocator/drop/instance/own_k.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { DualPass, wholeCapacities } from "../../../../lib/allocator/optimal/passes/dual_pass.ts";
import {
  compileDualProblem,
  type DualProblem,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import type { KeptBundles } from "../../../../lib/allocator/optimal/passes/kept_bundles.ts";
import { passBoard } from "../../../../lib/allocator/optimal/passes/pass_board.ts";
import { PassShare } from "../../../../lib/allocator/optimal/passes/pass_share.ts";
import { firstPoint, pricesOfPoint } from "../../../../lib/allocator/optimal/dual/price_point.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import {
  argmaxAndBound,
  argmaxBundles,
  holdingsOf,
  withinRoom,
} from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import { LAST_NOISE } from "../../../../lib/allocator/optimal/search/homotopy.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";
import { randomCase } from "../../../support/random_case.ts";

/** A pass with all shares on this thread. */
function passOf(problem: DualProblem, shares: number): DualPass {
  const board = passBoard(problem, shares);
  const all = board.shares.map((_, i) => new PassShare(problem, board, i));
  return new DualPass(problem, {
    board,
    run: (command) => all.forEach((share) => share.run(command)),
    close: () => {},
  });
}

/** The pairs of each user's bundle in order; −1 where it has none. */
function pairsOf({ k }: DualProblem, slots: Int32Array): Int32Array[] {
  return Array.from({ length: slots.length / k }, (_, u) => slots.slice(u * k, u * k + k).sort());
}

/** What is kept is what a pass of its own finds, and leads promise no more. */
function assertKept(problem: DualProblem, kept: KeptBundles, at: {
  prices: ReturnType<typeof pricesOfPoint>;
  noise: number;
  what: string;
}): void {
  const { prices, noise, what } = at;
  const own = argmaxBundles(problem, prices, noise), exact = argmaxBundles(problem, prices, 0);
  const found = holdingsOf(problem, prices, kept);
  for (const name of ["count", "sponsored", "load", "counts"] as const) {
    assertEquals<unknown>(found[name], own[name], `${what}, ${name}`);
  }
  assertEquals(pairsOf(problem, found.slots), pairsOf(problem, own.slots), what);
  const { k, unit } = problem, { lead, ahead } = found.leads!;
  lead.forEach((promised, u) => {
    const [a, b] = [found, exact].map(({ slots }) => slots.slice(u * k, u * k + k).sort());
    const isBest = a.join() === b.join();
    const room = 1e-9 * unit;
    if (isBest) {
      assert(promised <= exact.leads!.lead[u] + room, `${what}, user ${u}`);
      assert(ahead[u] <= exact.leads!.ahead[u] + room, `${what}, user ${u}`);
    } else assert(promised <= room || ahead[u] <= room, `${what}, user ${u}`);
  });
}

Deno.test("a pass keeps the bundles that a pass for them alone finds, at any prices", () => {
  let withBundles = 0;
  for (let seed = 1; seed <= 80; seed++) {
    const [plain, policy] = randomCase(seed), random = seededRandom(seed);
    const k = Int32Array.from(plain.group, (_, u) => u % 3 === 0 ? NO_OWN_K : u % 4);
    for (const instance of [plain, { ...plain, k }]) {
      const problem = compileDualProblem(instance, policy), { unit } = problem;
      const point = firstPoint(problem);
      point.row.forEach((_, r) => point.row[r] = random.next() < 0.4 ? 0 : random.next() * unit);
      point.sponsored.forEach((_, g) => point.sponsored[g] = (random.next() - 0.5) * unit);
      for (const noise of [0, 1e-5 * unit, 0.01 * unit]) {
        const pass = passOf(problem, 1 + seed % 3), what = `seed ${seed}, noise ${noise}`;
        const { found, kept } = pass.evaluateWhole(point, noise);
        assertEquals(found.value, pass.evaluate(point, wholeCapacities(problem), 0).value, what);
        if (kept === null) {
          assert(policy.maxPerBrand !== null && instance.brand !== null, what);
          continue;
        }
        withBundles++;
        assertKept(problem, kept, { prices: pricesOfPoint(problem, found.point), noise, what });
      }
    }
  }
  assert(withBundles > 200, `${withBundles} with bundles`);
});

Deno.test("where a first view is enough its users are, and what is kept is the same for any shares", () => {
  let viewed = 0, smaller = 0, left = 0;
  for (let seed = 1; seed <= 120; seed++) {
    const random = seededRandom(seed), [small, policy] = randomCase(seed);
    const model = seed % 2 === 0 ? "uniform" : "coverage";
    const [instance, own] = seed % 3 === 0 ? [small, policy] : [
      generateInstance({ users: 300, contracts: 12, groups: 4, pairs: 9, seed }),
      { ...defaultPolicy, model, mixTail: seed % 4 === 0 } as const,
    ];
    const problem = compileDualProblem(instance, own), { unit } = problem;
    const centre = firstPoint(problem), reach = (0.02 + 0.1 * random.next()) * unit;
    centre.row.forEach((_, r) => centre.row[r] = random.next() < 0.4 ? 0 : random.next() * unit);
    const near = firstPoint(problem);
    const far = seed % 10 === 0 ? 3 : 1;
    near.row.forEach((_, r) =>
      near.row[r] = Math.max(0, centre.row[r] + (2 * random.next() - 1) * far * reach)
    );
    for (const noise of [0, 1e-5 * unit]) {
      const what = `seed ${seed}, noise ${noise}`;
      const results = [1, 2, 3].map((shares) => {
        const pass = passOf(problem, shares);
        pass.screen(centre, reach, 0.002 * unit);
        const settled = pass.evaluate(near, wholeCapacities(problem), 0).point;
        const isViewed = pass.isFirstViewEnough(settled), before = pass.pairsSeen;
        const { found, kept } = pass.evaluateWhole(settled, noise);
        return { found, kept: structuredClone(kept), isViewed, seen: pass.pairsSeen - before };
      });
      const [{ found, kept, isViewed, seen }] = results;
      for (const other of results.slice(1)) {
        assertEquals(other.found, found, what);
        assertEquals({ ...other.kept, isKept: null, isFrozen: null }, {
          ...kept,
          isKept: null,
          isFrozen: null,
        }, what);
      }
      const whole = passOf(problem, 1).evaluateWhole(found.point, noise);
      assertAlmostEquals(found.value, whole.found.value, 1e-12 * Math.abs(found.value), what);
      if (kept === null) continue;
      assertKept(problem, kept, { prices: pricesOfPoint(problem, found.point), noise, what });
      if (isViewed) viewed++;
      else left++;
      if (seen < 0.8 * instance.score.length) smaller++;
    }
  }
  assert(
    viewed > 100 && smaller > 50 && left > 10,
    `${viewed} viewed, ${smaller} smaller, ${left} left`,
  );
});

Deno.test("a pass keeps them under limits too, whether offers share items or each has its own", () => {
  let own = 0, shared = 0, changed = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = seededRandom(seed);
    const weighed = { limit: "w", per: "contract_address", counts: "weight", atMost: 3 };
    const counted = { limit: "n", per: "contract_address+city", atMost: 2, atLeast: 1 };
    const limits = seed % 2 === 0 ? [counted] : [counted, weighed];
    const groups = [{ id: "north", ratio: 0.3 }, { id: "south", ratio: 0.8 }];
    const size = { users: 40, contracts: 6 };
    const { instance } = limitedDrop(seed, limits, { ...size, further: { groups } });
    const problem = compileDualProblem(instance, defaultPolicy), { unit } = problem;
    if (problem.items!.byPair) own++;
    else shared++;
    const point = firstPoint(problem);
    point.row.forEach((_, r) => point.row[r] = random.next() < 0.4 ? 0 : random.next() * unit);
    point.sponsored.forEach((_, g) => point.sponsored[g] = (random.next() - 0.5) * unit);
    const far = { ...point, sponsored: point.sponsored.map((price) => -price) };
    for (const noise of [0, 0.01 * unit]) {
      const pass = passOf(problem, 1 + seed % 3), what = `seed ${seed}, noise ${noise}`;
      const { found, kept } = pass.evaluateWhole(far, noise);
      if (found.point.sponsored.some((price, g) => price !== far.sponsored[g])) changed++;
      assertKept(problem, kept!, { prices: pricesOfPoint(problem, found.point), noise, what });
    }
  }
  assert(own > 10 && shared > 10, `${own} with items of their own, ${shared} without`);
  assert(changed > 10, `${changed} settled`);
});

Deno.test("in a hurry: the bound of the very prices, and bundles that fit one after the other", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const [instance, policy] = randomCase(seed), random = seededRandom(seed);
    const problem = compileDualProblem(instance, policy), { unit } = problem;
    const point = firstPoint(problem);
    point.row.forEach((_, r) => point.row[r] = random.next() < 0.4 ? 0 : random.next() * unit);
    point.others.forEach((price, i) => {
      const { amount } = problem.rules.others[i];
      amount.forEach((most, g) => price[g] = Math.abs(most) < Infinity ? random.next() : 0);
    });
    const prices = pricesOfPoint(problem, point), what = `seed ${seed}`;
    const { found, kept } = passOf(problem, 1 + seed % 3).evaluateAtOnce(point);
    assertAlmostEquals(found.value, boundAt(problem, prices), 1e-9, what);
    if (kept === null) continue;
    const { holdings } = argmaxAndBound(problem, prices), own = withinRoom(problem, kept);
    assertEquals([own.slots, own.count], [holdings.slots, holdings.count], what);
    assertEquals(own.overload(), 0, what);
  }
});

Deno.test("a search keeps them for any number of workers, where scores tie too", async () => {
  for (const ties of [false, true]) {
    const instance = generateInstance({ users: 6000, seed: 4, ties });
    const problem = compileDualProblem(instance, defaultPolicy);
    const noise = LAST_NOISE * problem.unit;
    for (const workers of [1, 2]) {
      const { prices, kept } = await minimiseDual(problem, { workers, bundles: true });
      assertKept(problem, kept!, { prices, noise, what: `${workers} workers, ties ${ties}` });
    }
    assertEquals((await minimiseDual(problem)).kept, undefined);
  }
});
