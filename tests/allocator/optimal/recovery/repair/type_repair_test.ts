import { assertEquals } from "../../../../../lib/deps/std_assert.ts";
import { BundleChooser } from "../../../../../lib/allocator/optimal/recovery/bundle_chooser.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { Drop } from "../../../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../../../lib/allocator/model/policy.ts";
import { Holdings } from "../../../../../lib/allocator/optimal/recovery/holdings.ts";
import {
  isTypeExceeded,
  repairTypes,
} from "../../../../../lib/allocator/optimal/recovery/repair/type_repair.ts";

const USERS = ["a", "b", "c", "d"];

/** Four users who get one offer, of p (sponsored) or x or y, as holdings in which each has the first or second of them. */
function holdingsOf(
  caps: { p: number; x: number; y: number },
  { ratio = 0, scoreOfP = 1, has = ["x", "x", "y", "y"] } = {},
): Holdings {
  const { instance } = Drop.from({
    users: USERS.map((id) => ({ id, group: "g" })),
    contracts: Object.entries(caps).map(([id, cap]) => ({ id, cap, sponsored: id === "p" })),
    groups: [{ id: "g", ratio }],
    pairs: USERS.flatMap((user) =>
      Object.keys(caps).map((contract) => ({
        user,
        contract,
        score: contract === "p" ? scoreOfP : 1,
      }))
    ),
  });
  const policy = { ...defaultPolicy, k: 1, covW: [], sponsoredBonus: 0 };
  const problem = compileDualProblem(instance, policy, { price: 10 });
  const holdings = new Holdings(problem);
  has.forEach((id, u) => {
    const c = instance.contracts.indexOf(id);
    for (let q = instance.start[u]; q < instance.start[u + 1]; q++) {
      if (instance.contract[q] === c) holdings.setBundle(u, Int32Array.of(q), 1);
    }
  });
  return holdings;
}

const run = (holdings: Holdings) => {
  const exceeded = isTypeExceeded(holdings);
  const chooser = new BundleChooser(holdings, zeroPrices(holdings.problem), false);
  repairTypes(holdings, chooser, () => false);
  return [exceeded, ...holdings.load];
};

Deno.test("as many users change their type as units of the other are held beyond all its caps", () => {
  // Two of the three units of x and y are beyond the cap of x alone: paths within the type move one of them.
  assertEquals(run(holdingsOf({ p: 3, x: 1, y: 2 })), [true, 1, 1, 2]);
  assertEquals(run(holdingsOf({ p: 1, x: 2, y: 2 }, { has: ["p", "p", "p", "x"] }))[1], 1);
});

Deno.test("nobody changes where the units within a type do, or the other type has no room", () => {
  assertEquals(run(holdingsOf({ p: 3, x: 1, y: 3 })), [false, 0, 2, 2]);
  assertEquals(run(holdingsOf({ p: 1, x: 1, y: 1 }, { has: ["p", "x", "x", "y"] })), [
    false,
    1,
    2,
    1,
  ]);
  // The other type is full.
  assertEquals(run(holdingsOf({ p: 1, x: 1, y: 1 }, { has: ["p", "p", "x", "x"] }))[0], false);
});

Deno.test("nobody changes at a loss, or below the minimum of its group", () => {
  assertEquals(run(holdingsOf({ p: 3, x: 1, y: 2 }, { scoreOfP: 0.9 })), [true, 0, 2, 2]);
  // Two of four are to be sponsored.
  const least = holdingsOf({ p: 1, x: 2, y: 2 }, { ratio: 0.5, has: ["p", "p", "p", "x"] });
  assertEquals(run(least).slice(0, 2), [true, 2]);
});
