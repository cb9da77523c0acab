import { checkAssignments } from "../../../lib/allocator/check/check.ts";
import { fractionOfText, textOfUnits } from "../../../lib/allocator/check/exact/decimal.ts";
import { boundOfCertificate } from "../../../lib/allocator/check/exact/exact.ts";
import type { Drop, LimitInput } from "../../../lib/allocator/drop/drop.ts";
import type { Allocation } from "../../../lib/allocator/model/allocation.ts";
import type { Certificate } from "../../../lib/allocator/model/certificate.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { rowsOf, tableOf } from "../../support/assignment_table.ts";
import { limitedDrop } from "../../support/limited_drop.ts";

/** Limits of single users of every kind, some of them together. */
const KINDS: readonly (readonly LimitInput[])[] = [
  [{ limit: "budget", per: "user_id", counts: "weight", atMost: 4 }],
  [{ limit: "little more", per: "user_id", counts: "weight", atMost: 3.5, price: 0.2 }],
  [{ limit: "one of a brand", per: "user_id+brand_id", atMost: 1 }],
  [{ limit: "two", per: "user_id", atLeast: 2 }],
  [{ limit: "some", per: "user_id", counts: "weight", atLeast: 5, price: 0.15 }],
  [{ limit: "news", per: "user_id", atMost: 0.5, shareOf: "offers", where: { kind: "new" } }],
  [
    {
      limit: "olds",
      per: "user_id",
      atLeast: 0.6,
      shareOf: "offers",
      price: 0.4,
      where: { kind: "old" },
    },
    { limit: "budget", per: "user_id", counts: "weight", atMost: 5 },
  ],
  [
    { limit: "budget", per: "user_id", counts: "cost", atMost: 3 },
    { limit: "brand", per: "brand_id", atMost: 4 },
  ],
];

const POLICIES: readonly Partial<Policy>[] = [
  { model: "coverage" },
  {},
  { mixTail: true },
  { model: "coverage", maxPerBrand: 1, covMode: "shortfall", shortfallPenalty: 0.1 },
];

/** Three users want four contracts, of which there are few. */
function dropOf(seed: number, kind: number): { drop: Drop; policy: Policy } {
  const pins = seed % 7 === 0 ? [{ user: "u1", contract: "c1" }] : [];
  const drop = limitedDrop(seed, KINDS[kind], {
    users: 3,
    contracts: 4,
    further: {
      contracts: [0, 1, 2, 3].map((c) => ({
        id: `c${c}`,
        cap: c === seed % 4 ? 2 : 1,
        sponsored: c < 2,
        brand: `b${c % 2}`,
        attributes: { cost: 1 + (c * seed) % 3 },
      })),
      groups: [{ id: "north", ratio: 0.3 }, { id: "south", ratio: 0 }],
      ...(pins.length > 0 && { pins }),
    },
  });
  const own = POLICIES[seed % POLICIES.length];
  return { drop, policy: { ...defaultPolicy, shortfallPrice: 5, ...own } };
}

/** The best objective of all allocations that keep all rules but minima and leasts, as the checker judges assignments. */
function optimum({ instance }: Drop, policy: Policy): number {
  const { start, contract, cap, score, users, contracts, group } = instance;
  const owner = Array.from(
    score,
    (_, p) => group.findIndex((_, u) => start[u] <= p && p < start[u + 1]),
  );
  let best = -Infinity;
  const choose = (p: number, left: readonly number[], pairs: readonly number[]): void => {
    if (p === score.length) {
      const rows = pairs.map((p): [string, string, number] => [
        users.at(owner[p]),
        contracts[contract[p]],
        score[p],
      ]);
      const report = checkAssignments(instance, tableOf(rows), policy);
      if (report.feasible) best = Math.max(best, report.objective);
      return;
    }
    choose(p + 1, left, pairs);
    const c = contract[p], held = pairs.filter((other) => owner[other] === owner[p]).length;
    if (left[c] === 0 || held === policy.k) return;
    choose(p + 1, left.map((units, other) => other === c ? units - 1 : units), [...pairs, p]);
  };
  choose(0, Array.from(cap), []);
  return best;
}

/** Whether the checker certifies the allocation with this certificate. */
function isCertified(
  { instance }: Drop,
  allocation: Allocation,
  certificate: Certificate,
): boolean {
  const table = tableOf(rowsOf(instance, allocation));
  const { policy } = allocation;
  return checkAssignments(instance, table, policy, { certificate }).certificate!.certified;
}

/** A decimal less or more by one unit. */
function oneUnit(text: string, decimals: number, by: 1n | -1n): string {
  const { top, bottom } = fractionOfText(text), units = top * 10n ** BigInt(decimals) / bottom;
  return textOfUnits(units + by, decimals);
}

Deno.test("limits of single users, all kinds and policies: no bound is below the optimum, and no bound is accepted that is less than proven", async () => {
  let kept = 0;
  for (let seed = 1; seed <= 24; seed++) {
    const kind = seed % KINDS.length, { drop, policy } = dropOf(seed, kind);
    const what = `seed ${seed}, ${KINDS[kind][0].limit}`;
    const allocation = await allocate(drop, policy);
    const certificate = issueCertificate(drop, allocation);
    const best = optimum(drop, policy), rounding = 1e-9;
    assertAlmostEquals(allocation.objective, best, rounding, what);
    assert(certificate.bound >= best - rounding, what);
    assert(isCertified(drop, allocation, certificate), what);
    // Whatever a certificate says, users who keep their limits are worth no more than at prices, and no less than the optimum.
    const bounds = [true, false].map((own_limits_kept) =>
      boundOfCertificate(drop.instance, { ...certificate, own_limits_kept })!
    );
    assert(bounds[0] <= bounds[1] && bounds[0] >= best - rounding, what);
    const { exact } = certificate;
    const less = oneUnit(exact!.bound, exact!.decimals, -1n);
    const doubles = { bound: Number(less), gap: certificate.gap };
    const lower = { ...certificate, ...doubles, exact: { ...exact!, bound: less } };
    assert(!isCertified(drop, allocation, lower), what);
    if (certificate.own_limits_kept !== true) continue;
    kept++;
    const { own_limits_kept: _, ...priced } = certificate;
    assertEquals(isCertified(drop, allocation, priced), bounds[1] <= certificate.bound, what);
  }
  assert(kept > 6, `${kept}`);
});
