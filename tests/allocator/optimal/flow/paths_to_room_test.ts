import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { BestArcs } from "../../../../lib/allocator/optimal/flow/best_arcs.ts";
import { CheapestPaths } from "../../../../lib/allocator/optimal/flow/cheapest_paths.ts";
import type { FlowNetwork } from "../../../../lib/allocator/optimal/flow/flow_network.ts";
import { solveFlow } from "../../../../lib/allocator/optimal/flow/solve_flow.ts";
import { typedNetwork } from "../../../../lib/allocator/optimal/flow/typed_network.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { randomInstance } from "../../../support/random_instance.ts";

/** A network in which users may use arcs of one type each, and prices of which most are too high. */
function networkOf(seed: number, scoreStep: number): { network: FlowNetwork; price: Float64Array } {
  const instance = randomInstance({
    seed,
    users: 40,
    contracts: 14,
    groups: 2,
    ratios: [0, 0],
    density: 0.5,
    capShare: 0.8,
    scoreStep,
    zeroShare: 0.1,
  });
  const problem = compileDualProblem(instance, { ...defaultPolicy, covW: [0.3, 0.2, 0.1] });
  const random = seededRandom(seed);
  const type = Uint8Array.from(instance.group, () => random.below(2));
  const network = typedNetwork(problem, zeroPrices(problem), type, 16);
  const price = Float64Array.from(instance.cap, () => Math.round(4 * random.next()) / 2);
  return { network, price };
}

function nothingHeld({ users, k }: FlowNetwork) {
  return { arc: new Int32Array(users * k), count: new Uint16Array(users) };
}

/** D at prices: what all units cost, and each user's best bundle. */
function dualOf(network: FlowNetwork, price: Float64Array): number {
  const { users, cap, k, step, kind } = network, best = new BestArcs(network, k);
  let value = 0;
  for (let c = 0; c < cap.length; c++) value += price[c] * cap[c];
  for (let u = 0; u < users; u++) {
    best.find(u, price);
    for (let n = 0; n < best.length; n++) {
      value += Math.max(0, best.net[n] + step[kind[u] * (k + 2) + n + 1]);
    }
  }
  return value;
}

/** What users' arcs are worth; caps must be kept. */
function worthOf(
  network: FlowNetwork,
  { arc, count }: { arc: Int32Array; count: Uint16Array },
): number {
  const { users, cap, k, step, kind, value, contract, first, end } = network;
  const load = new Int32Array(cap.length);
  let worth = 0;
  for (let u = 0; u < users; u++) {
    const own = arc.subarray(u * k, u * k + count[u]);
    assertEquals(new Set(own).size, own.length, "an arc twice");
    own.forEach((p, n) => {
      assert(p >= first[u] && p < end[u], "an arc of the other type");
      load[contract[p]]++;
      worth += value[p] + step[kind[u] * (k + 2) + n + 1];
    });
  }
  load.forEach((held, c) => assert(held <= cap[c], `contract ${c} is over its cap`));
  return worth;
}

Deno.test("paths to room: from any prices to the best ones, and D falls by what is returned", async () => {
  for (const scoreStep of [0.001, 0.5, Math.PI / 1000]) {
    for (let seed = 1; seed <= 40; seed++) {
      const what = `seed ${seed}, step ${scoreStep}`;
      const { network, price } = networkOf(seed, scoreStep), before = dualOf(network, price);
      const paths = new CheapestPaths(network, price, nothingHeld(network));
      const fell = paths.settle(Infinity), worth = worthOf(network, paths.holdings);
      const after = dualOf(network, paths.price);
      assertAlmostEquals(after, worth, 1e-9, what);
      assertAlmostEquals(before - after, fell, 1e-9, what);
      const other = await solveFlow(network, { stop: () => false, pause: () => undefined });
      assertAlmostEquals(worthOf(network, other), worth, 1e-9, what);
    }
  }
});

Deno.test("paths to room: settling ends early if and only if D falls by more than asked", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { network, price } = networkOf(seed, 0.001);
    const fell = new CheapestPaths(network, price.slice(), nothingHeld(network)).settle(Infinity);
    const settle = (most: number) =>
      new CheapestPaths(network, price.slice(), nothingHeld(network)).settle(most);
    assert(settle(fell * 0.9) > fell * 0.9, `seed ${seed}`);
    assertAlmostEquals(settle(fell * 1.1 + 1), fell, 1e-9, `seed ${seed}`);
  }
});
