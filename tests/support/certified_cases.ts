/** Small drops of every policy and kind of limit, allocated and certified, for checkers of other hands. */
import {
  Drop,
  type DropInput,
  type DropOptions,
  type LimitInput,
} from "../../lib/allocator/drop/drop.ts";
import type { Allocation } from "../../lib/allocator/model/allocation.ts";
import type { Certificate } from "../../lib/allocator/model/certificate.ts";
import { allocate } from "../../lib/api/allocate.ts";
import { issueCertificate } from "../../lib/api/certificate.ts";
import { serveHoldout } from "../../lib/api/holdout.ts";
import { defaultPolicy, type Policy } from "../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { limitedDrop } from "./limited_drop.ts";
import { randomCase } from "./random_case.ts";
import { randomPolicy } from "./random_policy.ts";

/** A drop with its allocation and certificate. */
export interface CertifiedCase {
  readonly name: string;
  /** The drop as it was read: users held out are not served yet. */
  readonly read: Drop;
  readonly drop: Drop;
  readonly allocation: Allocation;
  readonly certificate: Certificate;
}

/** Limits of every kind, for a drop of `limitedDrop`; none at first. */
export const CERTIFIED_LIMITS: readonly (readonly LimitInput[])[] = [
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

/** What precedes a drop, by kind: history, pins, bans. */
const BEFORE:
  readonly ((seed: number) => { further: Partial<DropInput>; options?: DropOptions })[] = [
    () => ({ further: {}, options: {} }),
    // The first user has the first contract for sure.
    (seed) => ({ further: { pins: [{ user: "u0", contract: `c${seed % 5}` }] } }),
    () => ({
      further: { pins: [{ user: "u1", contract: "c0" }, { user: "u2", contract: "c3" }] },
    }),
    (seed) => ({
      further: {
        bans: [{ user: "u0", contract: "c1" }, { brand: "b1", group: "south" }],
        history: [
          { user: "u1", contract: `c${seed % 5}`, outcome: "declined" },
          { user: "u3", contract: "c0" },
          { user: "u2", contract: "c2", score: 0.5 },
        ],
      },
      options: { cooldown: "contract=1drops", declineFactor: 0.8, rotate: 0.5 },
    }),
    (seed) => ({
      further: {
        previous: [0, 1, 2, 3, 4, 5].map((u) => ({
          user: `u${u}`,
          contract: `c${(u * seed) % 5}`,
        })),
      },
      options: seed % 2 === 0 ? { maxChanged: seed % 3 === 0 ? "40%" : 3 } : {},
    }),
    () => ({ further: {}, options: { holdout: "25%", holdoutSolver: "random", topN: 4 } }),
    () => ({ further: {}, options: { holdout: "25%", minScore: 0.1 } }),
    (seed) => ({
      further: {
        users: Array.from({ length: 8 }, (_, u) => ({
          id: `u${u}`,
          group: u % 2 === 0 ? "north" : "south",
          ...(u % 3 === 0 && { k: 1 + (u + seed) % 3 }),
          attributes: { city: u % 3 === 0 ? "oslo" : "rome", tier: u % 4 },
        })),
      },
    }),
  ];

/** A small drop with something before it, and a policy. */
function weeklyCase(seed: number, at: number): { drop: Drop; rules: Policy } {
  const before = BEFORE[at % BEFORE.length](seed);
  const isShared = before.options?.holdoutSolver !== "random" && seed % 2 === 0;
  const shared = isShared ? CERTIFIED_LIMITS[seed % CERTIFIED_LIMITS.length] : [];
  // A pinned pair may weigh more than its contract's budget.
  const weighs = shared.some(({ limit }) => limit === "weights");
  const limits = before.further.pins && weighs ? [] : shared;
  const groups = [{ id: "north", ratio: 0.25 }, { id: "south", ratio: seed % 3 === 0 ? 0.5 : 0 }];
  const drop = limitedDrop(seed, limits, {
    ...before,
    further: { groups, ...before.further },
  });
  const rules = {
    ...randomPolicy(seed, true),
    ...(seed % 4 === 1 && { model: "coverage" as const }),
    ...(before.further.previous && { changeCost: [0.05, 0.001, 0][seed % 3] }),
    // Nothing conflicts with the pins.
    ...(before.further.pins && { k: 3, maxPerBrand: null, maxSponsoredRatio: null }),
  };
  return { drop, rules };
}

/** A drop in which some offers must be made, as far as budgets allow: how many is a whole number. Seeds by turns have pins. */
export function mustCase(seed: number): { drop: Drop; rules: Policy } {
  const random = seededRandom(seed), must = 10 ** (6 + seed % 4);
  const contracts = Array.from({ length: 6 }, (_, c) => ({
    id: `c${c}`,
    cap: 1 + c % 3,
    sponsored: c < 3,
    brand: `b${c % 2}`,
    attributes: { cost: 1 + random.below(40) / 10 },
  }));
  const users = Array.from({ length: 9 }, (_, u) => ({ id: `u${u}`, group: `g${u % 2}` }));
  const pairs = users.flatMap(({ id: user }, u) =>
    contracts.filter((_, c) => random.next() < 0.6 || u === 0 && c === 1).map(({ id }) => ({
      user,
      contract: id,
      score: random.next() < 0.3 ? must : 1 + random.below(90) / 10,
    }))
  );
  const drop = Drop.from({
    users,
    contracts,
    groups: [{ id: "g0", ratio: 0 }, { id: "g1", ratio: 0 }],
    pairs,
    limits: [
      { limit: "budget", per: "brand_id", counts: "cost", atMost: 9.7 },
      ...(seed % 3 === 0 ? [{ limit: "least", per: "contract_address+group_id", atLeast: 2 }] : []),
    ],
    ...(seed % 2 === 0 && { pins: [{ user: "u0", contract: "c1" }] }),
  });
  return { drop, rules: { ...defaultPolicy, maxPerBrand: null } };
}

/** A drop whose groups lack sponsored users, as what sponsored offers cost is limited: how many is a whole number. */
export function lackingCase(seed: number): { drop: Drop; rules: Policy } {
  const random = seededRandom(seed), users = 10;
  const contracts = Array.from({ length: 5 }, (_, c) => ({
    id: `c${c}`,
    cap: 3,
    sponsored: c < 3,
    attributes: { cost: 1 + random.below(40) / 10 },
  }));
  const people = Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: `g${u % 2}` }));
  const drop = Drop.from({
    users: people,
    contracts,
    groups: [{ id: "g0", ratio: 0.7 }, { id: "g1", ratio: 0.9 }],
    pairs: people.flatMap(({ id: user }, u) =>
      contracts.filter(() => random.next() < 0.7 || u === 1)
        .map(({ id: contract }) => ({ user, contract, score: 1 + random.below(90) / 10 }))
    ),
    limits: [{ limit: "budget", counts: "cost", atMost: 11.3, where: { is_sponsored: true } }],
    ...(seed % 4 === 0 && { pins: [{ user: "u1", contract: contracts[seed % 3].id }] }),
  });
  // Rules over whole users, by turns.
  const own = [{}, { maxMixedShare: 0.2 }, { maxSponsoredRatio: 0.9 }, { ratioSlack: 0.4 }][
    (seed >> 2) % 4
  ];
  return {
    drop,
    rules: {
      ...defaultPolicy,
      model: "uniform",
      maxPerBrand: null,
      sponsoredFirstRounds: seed % 2,
      ...own,
      enforceAssignmentRatio: "ratioSlack" in own,
      assignmentRatioGuard: "hard",
    },
  };
}

/** Limits of single users: hard ones, and some that may be missed. */
const OWN_LIMITS: readonly (readonly LimitInput[])[] = [
  [{ limit: "own budget", per: "user_id", counts: "weight", atMost: 4 }],
  [
    { limit: "own budget", per: "user_id", counts: "weight", atMost: 4.5, price: 0.1 },
    { limit: "brands", per: "user_id+brand_id", atMost: 1 },
  ],
  [
    { limit: "own news", per: "user_id", atMost: 0.5, shareOf: "offers", where: { kind: "new" } },
    { limit: "own least", per: "user_id", counts: "weight", atLeast: 5, price: 0.125 },
  ],
  [
    { limit: "own budget", per: "user_id", counts: "weight", atMost: 5 },
    { limit: "brand", per: "brand_id", counts: "cost", atMost: 12 },
    { limit: "two", per: "user_id", atLeast: 2 },
  ],
];

/** A drop with limits of single users. Seeds by turns have pins. */
export function ownCase(seed: number): { drop: Drop; rules: Policy } {
  const drop = limitedDrop(seed, OWN_LIMITS[seed % OWN_LIMITS.length], {
    contracts: 6,
    further: {
      groups: [{ id: "north", ratio: 0.25 }, { id: "south", ratio: 0 }],
      ...(seed % 5 === 0 && { pins: [{ user: "u0", contract: "c1" }] }),
    },
  });
  const own = [{}, { model: "coverage" as const }, { mixTail: true }, { maxPerBrand: 1 }];
  return { drop, rules: { ...defaultPolicy, ...own[(seed >> 2) % own.length] } };
}

/** `count` of them from `seed` on. */
export async function certifiedCases(
  count: number,
  seed = 1,
  caseAt: (seed: number, i: number) => { drop: Drop; rules: Policy } = caseOf,
): Promise<CertifiedCase[]> {
  const cases: CertifiedCase[] = [];
  for (let i = 0; i < count; i++) {
    const s = seed + i;
    const { drop: read, rules } = caseAt(s, i);
    const drop = serveHoldout(read, rules);
    const allocation = await allocate(drop, rules);
    const certificate = issueCertificate(drop, allocation);
    cases.push({ name: `case ${s}`, read, drop, allocation, certificate });
  }
  return cases;
}

/** The drop and policy of a case, unsolved: the same for the same seed and place. */
export function caseOf(seed: number, i: number): { drop: Drop; rules: Policy } {
  if (i % 3 === 2) return weeklyCase(seed, (i / 3) | 0);
  const at = (i / 3) | 0;
  if (i % 3 === 0) {
    const [instance, rules] = randomCase(seed);
    return { drop: new Drop(instance, limitedDrop(1, []).input), rules };
  }
  const model = seed % 3 === 0 ? "coverage" as const : "uniform" as const;
  const drop = limitedDrop(seed, CERTIFIED_LIMITS[at % CERTIFIED_LIMITS.length]);
  return { drop, rules: { ...randomPolicy(seed, true), model } };
}
