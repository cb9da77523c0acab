import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { CheapestPaths } from "../../../../lib/allocator/optimal/flow/cheapest_paths.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { setType, typedNetwork } from "../../../../lib/allocator/optimal/flow/typed_network.ts";

Deno.test("units that are left are those beyond caps and those that a priced contract has room for, and none in the end", async () => {
  const instance = randomInstance({ seed: 3, users: 30, contracts: 12, groups: 2 });
  const problem = compileDualProblem(instance, defaultPolicy);
  const network = typedNetwork(
    problem,
    zeroPrices(problem),
    new Uint8Array(instance.group.length),
    8,
  );
  const nothing = {
    arc: new Int32Array(network.users * network.k),
    count: new Uint16Array(network.users),
  };
  const control = { stop: () => false, pause: () => undefined };
  // At prices of 0 contracts are asked for too often, at high ones not at all: all their room is left.
  for (const price of [0, 1e3]) {
    const prices = new Float64Array(network.cap.length).fill(price);
    const paths = new CheapestPaths(network, prices, nothing), { load } = paths.holdings;
    const wanted = network.cap.reduce(
      (sum, cap, c) => sum + (price > 0 ? Math.abs(cap - load[c]) : Math.max(0, load[c] - cap)),
      0,
    );
    assert(wanted > 0);
    assertEquals(paths.unitsLeft(), wanted);
    assertEquals(await paths.run(control), true);
    assertEquals(paths.unitsLeft(), 0);
  }
});

Deno.test("a copy of what changed is a copy of everything, in both directions", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const instance = randomInstance({ seed, users: 30, contracts: 12, groups: 2 });
    const problem = compileDualProblem(instance, defaultPolicy), random = seededRandom(seed);
    const types = Uint8Array.from(instance.group, () => random.below(2));
    const network = typedNetwork(problem, zeroPrices(problem), types, 8);
    const nothing = {
      arc: new Int32Array(network.users * network.k),
      count: new Uint16Array(network.users),
    };
    const empty = () => new CheapestPaths(network, new Float64Array(network.cap.length), nothing);
    const kept = empty(), tried = empty();
    tried.settle(Infinity);
    kept.copyFrom(tried);
    const all = ({ price, holdings: { arc, count, load, first, next } }: CheapestPaths) => {
      // A slot that holds nothing may be anywhere.
      const isHeld = (slot: number) => slot % network.k < count[Math.floor(slot / network.k)];
      const ofHeld = (column: Int32Array) => column.map((own, slot) => isHeld(slot) ? own : -2);
      return structuredClone({ price, count, load, first, arc: ofHeld(arc), next: ofHeld(next) });
    };
    for (let change = 0; change < 60; change++) {
      const u = random.below(network.users), before = all(kept), most = random.next() * 0.3;
      setType(network, u, 1 - network.type[u]);
      tried.chooseAgain(u);
      if (tried.settle(most) <= most) {
        const after = all(tried);
        kept.copyFrom(tried);
        assertEquals(all(kept), after);
      } else {
        setType(network, u, 1 - network.type[u]);
        tried.copyFrom(kept);
        assertEquals(all(tried), before);
      }
    }
    // A third object has nothing in common with them yet.
    const third = empty();
    third.copyFrom(kept);
    assertEquals(all(third), all(kept));
  }
});
