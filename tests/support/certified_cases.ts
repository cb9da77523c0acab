/** Small drops of every policy and kind of limit, allocated and certified, for checkers of other hands. */
import { Drop, type LimitInput } from "../../lib/allocator/drop/drop.ts";
import type { Allocation } from "../../lib/allocator/model/allocation.ts";
import type { Certificate } from "../../lib/allocator/model/certificate.ts";
import { allocate } from "../../lib/api/allocate.ts";
import { issueCertificate } from "../../lib/api/certificate.ts";
import { limitedDrop } from "./limited_drop.ts";
import { randomCase } from "./random_case.ts";
import { randomPolicy } from "./random_policy.ts";

/** A drop with its allocation and certificate. */
export interface CertifiedCase {
  readonly name: string;
  readonly drop: Drop;
  readonly allocation: Allocation;
  readonly certificate: Certificate;
}

const LIMITS: readonly (readonly LimitInput[])[] = [
  [],
  [{ limit: "most", per: "brand_id+city", atMost: 3 }],
  [{ limit: "least", per: "contract_address", atLeast: 3 }],
  [{ limit: "priced", counts: "cost", atMost: 7.5, price: 0.05 }],
  [{ limit: "weights", per: "contract_address", counts: "weight", atMost: "budget" }],
  [{
    limit: "share",
    per: "city",
    atLeast: 0.55,
    shareOf: "offers",
    price: 0.1,
    where: { is_sponsored: true },
  }],
  [{
    limit: "hard share",
    per: "group_id",
    atMost: 0.4,
    shareOf: "offers",
    where: { kind: "new" },
  }],
  [
    { limit: "two", per: "tier", atMost: 3, atLeast: 1, where: { city: ["oslo", "rome"] } },
    { limit: "all", atMost: 12 },
  ],
];

/** `count` of them from `seed` on. */
export async function certifiedCases(count: number, seed = 1): Promise<CertifiedCase[]> {
  const cases: CertifiedCase[] = [];
  for (let i = 0; i < count; i++) {
    const s = seed + i;
    const limited = i % 2 === 1;
    const [instance, policy] = randomCase(s);
    const drop = limited
      ? limitedDrop(s, LIMITS[(i >> 1) % LIMITS.length])
      : new Drop(instance, limitedDrop(1, []).input);
    const rules = limited
      ? { ...randomPolicy(s, true), model: s % 3 === 0 ? "coverage" as const : "uniform" as const }
      : policy;
    const allocation = await allocate(drop, rules);
    const certificate = issueCertificate(drop, allocation);
    cases.push({ name: `case ${s}`, drop, allocation, certificate });
  }
  return cases;
}
