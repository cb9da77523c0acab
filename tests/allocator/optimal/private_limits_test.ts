import { checkAssignments } from "../../../lib/allocator/check/check.ts";
import { Drop, type DropInput, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { BRANCHED_PAIRS } from "../../../lib/allocator/optimal/dual/drop_sizes.ts";
import { excessOfRows, useOfPairs } from "../../../lib/allocator/model/row_use.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { allocate, type AllocateOptions } from "../../../lib/api/allocate.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { rowsOf, tableOf } from "../../support/assignment_table.ts";
import { tried } from "../../support/effort.ts";

const BRANDS: LimitInput = { limit: "brands", per: "user_id+brand_id", atMost: 1 };
const FEW: LimitInput = { limit: "few", per: "user_id", atMost: 2 };

/** 350 users with 15 of 40 contracts each, in 8 brands, who want more of the first ones. */
function dropOf(seed: number, limits: readonly LimitInput[], further: Partial<DropInput> = {}) {
  const random = seededRandom(seed), users = 350, contracts = 40;
  const pairs = Array.from({ length: users }, (_, u) => {
    const own = new Set<number>();
    while (own.size < 15) own.add(random.below(contracts));
    return [...own].map((c) => ({
      user: `u${u}`,
      contract: `c${c}`,
      score: Math.round(1000 * (random.next() + (c % 8) / 8)) / 1000,
    }));
  }).flat();
  assert(pairs.length > BRANCHED_PAIRS);
  return Drop.from({
    users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: `g${u % 4}` })),
    contracts: Array.from({ length: contracts }, (_, c) => ({
      id: `c${c}`,
      cap: 12 + c % 7,
      sponsored: c % 3 === 0,
      brand: `b${c % 8}`,
      attributes: { cost: 1 + c % 4 },
    })),
    groups: [0, 1, 2, 3].map((g) => ({ id: `g${g}`, ratio: 0.2 })),
    pairs,
    limits,
    ...further,
  });
}

const CASES: readonly (readonly [LimitInput[], AllocateOptions?, Partial<DropInput>?])[] = [
  [[BRANDS]],
  [[FEW]],
  [[{ ...BRANDS, atMost: 2 }, FEW], { model: "coverage", k: 4 }],
  [[{ limit: "budget", per: "group_id", counts: "cost", atMost: 200 }, BRANDS]],
  [[BRANDS], {}, { pins: [{ user: "u1", contract: "c7" }, { user: "u5", contract: "c3" }] }],
  [[BRANDS, FEW], { changeCost: 0.05 }, { previous: [{ user: "u1", contract: "c7" }] }],
];

/** Those that are compared with the whole model in HiGHS, which takes it seconds; the quickest of each model in a usual run. */
const COMPARED = tried([2, 4], [...CASES.keys()]);

Deno.test("limits that are rules about users' bundles: the proof holds, and nothing is better by more than the gap", async () => {
  for (const [i, [limits, options = {}, further = {}]] of CASES.entries()) {
    const { pins, previous } = further;
    const known = dropOf(i, limits).instance;
    const isPair = ({ user, contract }: { user: string; contract: string }) => {
      const u = known.users.indexOfSorted(user), c = known.contracts.indexOf(contract);
      return known.contract.subarray(known.start[u], known.start[u + 1]).includes(c);
    };
    const drop = dropOf(i, limits, {
      ...(pins && { pins: pins.filter(isPair) }),
      ...(previous && { previous }),
    });
    const { instance } = drop, what = `case ${i}`;
    const found = await allocate(drop, options);
    assertEquals(found.ownLimitsKept, true, what);
    assertEquals(found.policy.maxPerBrand, null, what);
    const { rows } = instance.limits!;
    assertEquals(excessOfRows(rows, useOfPairs(rows, found.offerPair), 1).broken, [], what);
    assert(found.gap! < 2e-5, `${what}: ${found.gap}`);
    const certificate = issueCertificate(drop, found);
    const table = tableOf(rowsOf(instance, found));
    const report = checkAssignments(instance, table, found.policy, { certificate });
    assert(report.feasible && report.certificate!.certified, what);
    if (COMPARED.includes(i)) {
      const ilp = await allocate(drop, { ...options, solver: "ilp" });
      const rounding = 1e-6 * ilp.objective;
      assert(found.bound! >= ilp.objective - rounding, what);
      assert(found.objective >= ilp.objective * (1 - 2e-5), `${what}: ${ilp.objective}`);
    }
    // Prices of an earlier run, in both forms, lead to as good a result.
    for (const startPrices of i % 3 === 0 ? [found.prices!, certificate] : []) {
      const again = await allocate(drop, { ...options, startPrices });
      assert(again.gap! < 2e-5, `${what}: ${again.gap}`);
    }
  }
});

Deno.test("limits that are rules about users' bundles: their prices are what an offer more is worth, 0 where there is room", async () => {
  const drop = dropOf(9, [BRANDS, FEW]), { instance } = drop, { rows } = instance.limits!;
  const { prices, offerPair } = await allocate(drop);
  const { used } = useOfPairs(rows, offerPair);
  const price = prices!.limit!;
  assert(price.some((own, r) => rows.family[r] === 0 && own > 0));
  assert(price.some((own, r) => rows.family[r] === 1 && own > 0));
  // A few users get another bundle than the best at these prices.
  const odd = price.filter((own, r) => own > 0 && used[r] < rows.amount[r]);
  assert(odd.length < 0.05 * price.filter((own) => own > 0).length, `${odd.length}`);
});

Deno.test("limits that are rules about users' bundles: pins that break one are refused by its name", async () => {
  const { instance } = dropOf(1, [BRANDS]);
  const of = (u: number) =>
    [...instance.contract.subarray(instance.start[u], instance.start[u + 1])]
      .map((c) => instance.contracts[c]);
  const brand = (id: string) => Number(id.slice(1)) % 8;
  const user = Array.from({ length: 350 }, (_, u) => u).find((u) =>
    of(u).some((a) => of(u).some((b) => a !== b && brand(a) === brand(b)))
  )!;
  const first = of(user).find((a) => of(user).some((b) => a !== b && brand(a) === brand(b)))!;
  const second = of(user).find((b) => b !== first && brand(b) === brand(first))!;
  const pins = [first, second].map((contract) => ({ user: instance.users.at(user), contract }));
  await assertRejects(
    () => allocate(dropOf(1, [BRANDS], { pins })),
    InputError,
    `brands (user_id=${instance.users.at(user)}, brand_id=b${brand(first)})`,
  );
});
