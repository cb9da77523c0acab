/** Without a time limit no clock decides: a run finds the same on a machine that is slow, fast or busy. */
import { assert } from "../../../lib/deps/std_assert.ts";
import { Drop, type DropInput } from "../../../lib/allocator/drop/drop.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import type { LimitInput } from "../../../lib/allocator/drop/instance/limit_family.ts";
import type { Allocation } from "../../../lib/allocator/model/allocation.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { generateInstance } from "../../../lib/generate/generate_instance.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { ALL_TESTS } from "../../support/effort.ts";
import { atSpeed } from "../../support/hurried_clock.ts";

/** How fast clocks go. Programs of a small drop may take about a second by counted work: twenty milliseconds by the first clock. */
const SPEEDS = [50, 1 / 50];

/** Users with offers of six contracts that cost something; with few `kinds` of users many are alike. */
function costlyDrop(users: number, limits: readonly LimitInput[], kinds = users): Instance {
  const random = seededRandom(users), wide = 14;
  const brandOf = (c: number) => `b${c % 3}`;
  const contracts = Array.from({ length: wide }, (_, c) => ({
    id: `c${c}`,
    cap: Math.ceil((1 + c % 3) * users / wide),
    sponsored: c < wide / 2,
    attributes: { cost: Math.round(100 * (1 + 4 * random.next())) / 100, brand: brandOf(c) },
  }));
  const score = Array.from(
    { length: kinds * wide },
    () => Math.round(1e4 * random.next()) / 1e4,
  );
  const input: DropInput = {
    users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: `g${u % 2}` })),
    contracts,
    groups: [{ id: "g0", ratio: 0.3 }, { id: "g1", ratio: 0.5 }],
    pairs: Array.from({ length: users * wide }, (_, p) => {
      const u = Math.floor(p / wide), c = p % wide;
      return { user: `u${u}`, contract: `c${c}`, score: score[(u % kinds) * wide + c] };
    }),
    limits,
  };
  return Drop.from(input).instance;
}

const budgets = (users: number): LimitInput => ({
  limit: "budgets",
  per: "brand",
  counts: "cost",
  atMost: 1.7 * users + 0.3,
});
const inGroups: LimitInput = { limit: "in groups", per: "brand+group_id", atMost: 60 };

/** By the steps that they come to: drops and rules. */
const DROPS: Readonly<Record<string, () => [Instance, Partial<Policy>]>> = {
  "a small drop with budgets, which weigh": () => [costlyDrop(45, [budgets(45)]), {}],
  "a small drop with limits that count": () => [costlyDrop(400, [inGroups]), {}],
  "users who are alike": () => [costlyDrop(4000, [], 90), { enforceAssignmentRatio: true }],
  "ties": () => [generateInstance({ users: 900, ties: true }), {}],
  "ratios, in a drop that is no small one": () => [
    generateInstance({ users: 900 }),
    { enforceAssignmentRatio: true },
  ],
  "types that tie": () => [
    generateInstance({ users: 1200, ties: true }),
    { enforceAssignmentRatio: true },
  ],
  ...(ALL_TESTS && {
    "budgets, in a drop that is no small one": () => [costlyDrop(1500, [budgets(1500)]), {}],
  }),
};

/** All that a run tells but its time. */
function told(allocation: Allocation): string {
  const plain = (_: string, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
  return JSON.stringify(allocation, plain);
}

for (const [name, make] of Object.entries(DROPS)) {
  Deno.test(`a clock that is fast and one that is slow: the same allocation and certificate, ${name}`, async () => {
    const [instance, own] = make(), policy = { ...defaultPolicy, ...own };
    const found: string[] = [];
    for (const speed of SPEEDS) {
      found.push(told(await atSpeed(speed, () => solveOptimal(instance, policy))));
    }
    // Not the texts themselves: their difference would fill the screen.
    assert(found[0] === found[1]);
  });
}
