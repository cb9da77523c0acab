import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Drop, type DropInput } from "../../../../lib/allocator/drop/drop.ts";
import {
  compileDualProblem,
  wholeProblem,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { knapsackDrop } from "../../../../lib/allocator/optimal/knapsacks/knapsack_drop.ts";
import { allocate } from "../../../../lib/api/allocate.ts";
import { check } from "../../../../lib/api/check.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

/** One offer each; sponsored ones have a bonus, and having an offer is worth something. */
const ONE = { k: 1, covW: [0.5], sponsoredBonus: 0.25 };

/** Jobs for two machines, and a third that takes any. `w` is what a job takes of a machine. */
const loads = (limits: DropInput["limits"]) => ({
  users: ["a", "b", "c"].map((id) => ({ id, group: "all" })),
  contracts: ["m1", "m2", "other"].map((id, c) => ({ id, cap: 3, sponsored: c === 0 })),
  groups: [{ id: "all", ratio: 0 }],
  pairs: ["a", "b", "c"].flatMap((user, u) =>
    ["m1", "m2", "other"].map((contract, c) => ({
      user,
      contract,
      score: u + (c === 2 ? -0.25 : 1.25),
      attributes: { w: c === 2 ? 0 : 0.6 * (u + 1) },
    }))
  ),
  limits,
});
const PER_MACHINE: DropInput["limits"] = [
  { limit: "load", per: "contract_address", counts: "w", atMost: 2.5 },
];
const found = (input: DropInput, policy: Partial<Policy> = {}, step = 0.25) => {
  const { instance } = Drop.from(input);
  const problem = compileDualProblem(instance, { ...defaultPolicy, ...ONE, ...policy });
  return knapsackDrop(wholeProblem(problem), step);
};

Deno.test("jobs and machines in whole numbers: worth in steps, loads in their greatest common divisor, offers that take nothing in the last row", () => {
  const drop = found(loads(PER_MACHINE))!;
  assertEquals(drop.users, 3);
  assertEquals([...drop.user], [0, 0, 0, 1, 1, 1, 2, 2, 2]);
  assertEquals([...drop.pair], [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  // Scores 1.25, 1.25 and −0.25, and one more for each user; 0.5 for having an offer, 0.25 for a sponsored one.
  assertEquals([...drop.worth], [8, 7, 1, 12, 11, 5, 16, 15, 9]);
  assertEquals([...drop.row], [0, 1, 2, 0, 1, 2, 0, 1, 2]);
  assertEquals([...drop.takes], [1, 1, 0, 2, 2, 0, 3, 3, 0]);
  assertEquals([...drop.room], [4, 4, 0]);
});

Deno.test("offers that are worth nothing are no choices, and a cap that binds is a knapsack of offers", () => {
  const { contracts, ...input } = loads([
    { limit: "load", counts: "w", atMost: 2.5, where: { contract_address: "m2" } },
  ]);
  const drop = found({
    ...input,
    contracts: contracts.map((own) => own.id === "m1" ? { ...own, cap: 2 } : own),
  }, { covW: [0.25] })!;
  assertEquals([...drop.pair], [0, 1, 3, 4, 5, 6, 7, 8]);
  assertEquals([...drop.takes], [1, 1, 1, 2, 0, 1, 3, 0]);
  assertEquals([...drop.room], [2, 4, 0]);
});

Deno.test("other kinds of drops are none of knapsacks", () => {
  const input = loads(PER_MACHINE), [load] = PER_MACHINE!;
  assert(found(input) !== null);
  assertEquals(found(input, { k: 2 }), null);
  assertEquals(found(input, {}, 0), null);
  assertEquals(found(input, {}, 0.1), null, "scores are no multiples of this step");
  assertEquals(found(input, { maxSponsoredRatio: 0.5 }), null);
  assertEquals(found({ ...input, groups: [{ id: "all", ratio: 0.5 }] }), null);
  const limited = (limits: DropInput["limits"]) => found(loads(limits));
  assertEquals(limited([]), null);
  assertEquals(limited([{ limit: "few", per: "contract_address", atMost: 2 }]), null);
  assertEquals(limited([{ ...load, price: 1 }]), null, "a limit that may be exceeded");
  assertEquals(limited([load, { ...load, limit: "least", atMost: undefined, atLeast: 1 }]), null);
  assertEquals(limited([{ limit: "all", counts: "w", atMost: 5 }]), null, "two choices in a row");
  const both = { limit: "users", per: "contract_address", atMost: 1 };
  assertEquals(limited([load, both]), null, "two rows that bind");
  // A row that can't bind is none.
  assert(limited([load, { ...both, atMost: 3 }]) !== null);
  assertEquals(limited([{ ...load, atMost: 1 / 3 + 2 }])!.room[0], 3);
  const odd = input.pairs.map((own, p) => p === 0 ? { ...own, attributes: { w: Math.PI } } : own);
  assertEquals(found({ ...input, pairs: odd }), null, "a weight that is no decimal");
  const fine = input.pairs.map((own, p) => p === 0 ? { ...own, attributes: { w: 0.00007 } } : own);
  assertEquals(found({ ...input, pairs: fine }), null, "too many units");
});

Deno.test("random drops of knapsacks: the allocation of the price solver is the best of all, and proven", async () => {
  const random = seededRandom(5), users = [..."abcdef"];
  for (let n = 0; n < 6; n++) {
    const drop = Drop.from({
      users: users.map((id) => ({ id, group: "all" })),
      contracts: ["m1", "m2", "m3"].map((id) => ({ id, cap: 6, sponsored: random.next() < 0.5 })),
      groups: [{ id: "all", ratio: 0 }],
      pairs: users.flatMap((user) =>
        ["m1", "m2", "m3"].map((contract) => ({
          user,
          contract,
          score: random.below(400) / 100 - 0.5,
          attributes: { w: (1 + random.below(30)) / 10 },
        }))
      ),
      limits: [{ limit: "load", per: "contract_address", counts: "w", atMost: 1 + n / 2 }],
    });
    const optimal = await allocate(drop, ONE),
      ilp = await allocate(drop, { ...ONE, solver: "ilp" });
    assertEquals(optimal.gap, 0);
    assert(Math.abs(optimal.objective - ilp.objective) < 1e-9);
    assert(check(drop, optimal).ok);
  }
});
