/** Drops of odd shapes, in the form that `Drop.from` and `allocate` take: what the fuzzer of the solvers feeds on. */
import type {
  ContractInput,
  DropInput,
  GroupInput,
  PairInput,
  UserInput,
} from "../../lib/allocator/drop/drop.ts";
import type { Policy } from "../../lib/allocator/model/policy.ts";
import { type Random, seededRandom } from "../../lib/base/numbers/random.ts";
import { withOddLimits } from "./odd_limits.ts";

/** Tiny: for brute force. Small: for a whole model in HiGHS. Mid: thousands of pairs, for feasibility, gap and time. */
export type DropSize = "tiny" | "small" | "mid";

/** A drop with its rules; `JSON.stringify` of it is a line that a failure can be repeated from. */
export interface OddDrop {
  readonly name: string;
  readonly size: DropSize;
  readonly drop: {
    readonly users: UserInput[];
    readonly contracts: ContractInput[];
    readonly groups: GroupInput[];
    readonly pairs: PairInput[];
  } & DropInput;
  readonly policy: Partial<Policy>;
}

/** How scores are made: of the user's and the contract's number, so that segments and outer products come up. */
type Scoring = (u: number, c: number) => number;

const pick = (random: Random) => <T>(...values: T[]): T => values[random.below(values.length)];

/** The drop of a seed and size, with limits where they are wanted. */
export function oddDrop(seed: number, size: DropSize, limits = false): OddDrop {
  const odd = oddDropWithoutLimits(seed, size);
  if (!limits) return odd;
  // Numbers of their own: the drop is the same with limits and without.
  const random = seededRandom(seed * 40503 + 7);
  const drop = withOwnK(odd.drop, seededRandom(seed * 69069 + 11));
  return { ...odd, name: `${odd.name}-limits`, drop: withOddLimits(drop, random) };
}

/** In a third of the drops some users, or the users of some groups, have a k of their own. */
function withOwnK(drop: OddDrop["drop"], random: Random): OddDrop["drop"] {
  if (random.next() > 1 / 3) return drop;
  const own = () => 1 + random.below(5);
  const users = random.next() < 0.6, groups = random.next() < 0.6;
  return {
    ...drop,
    users: drop.users.map((user) => users && random.next() < 0.4 ? { ...user, k: own() } : user),
    groups: drop.groups.map((g) => groups && random.next() < 0.5 ? { ...g, k: own() } : g),
  };
}

function oddDropWithoutLimits(seed: number, size: DropSize): OddDrop {
  const random = seededRandom(seed * 2654435761 + { tiny: 1, small: 2, mid: 3 }[size]);
  const one = pick(random);
  const users = size === "tiny"
    ? 1 + random.below(6)
    : size === "small"
    ? 5 + random.below(36)
    : one(80, 120, 160, 200, 240, 300);
  const contracts = size === "tiny"
    ? 1 + random.below(4)
    : size === "small"
    ? 2 + random.below(12)
    : one(10, 16, 20, 30, 40);
  const k = size === "tiny" ? one(1, 2, 2, 3, 3, 4) : one(1, 2, 3, 3, 4, 5, 6);
  const density = size === "mid" ? one(0.6, 0.9, 1) : one(0.3, 0.6, 0.9, 1);
  const score = scoringOf(random, contracts);
  const groupOf = groupingOf(random, users);
  const groupCount = Math.max(...Array.from({ length: users }, (_, u) => groupOf(u))) + 1;
  const capOf = cappingOf(random, users, contracts, k);
  const sponsoredShare = one(0, 0.3, 0.5, 0.5, 0.8, 1);
  const alternating = random.next() < 0.3;
  const brands = one(0, 0, 0, 2, 4);
  const ratios = one<number[]>(
    [0, 0.2, 0.4, 0.5, 0.8, 1],
    [0.5],
    [1],
    [0],
    [1e-6],
    [1 / 3, 2 / 3],
    [0.07, 0.93, 0.1 + 0.2],
  );
  // Users of one segment have the same options, group and scores.
  const segments = one(0, 0, 0, 1, 2, 5, 20);
  const asUser = (u: number) => segments === 0 ? u : u % segments;
  const eligible = (u: number, c: number) => hash01(seed, asUser(u), c) < density;

  const input = {
    users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: `g${groupOf(u)}` })),
    contracts: Array.from({ length: contracts }, (_, c) => ({
      id: `c${c}`,
      cap: capOf(c),
      sponsored: alternating ? c % 2 === 0 : c < sponsoredShare * contracts,
      ...(brands > 0 && { brand: `b${c % brands}` }),
    })),
    groups: Array.from({ length: groupCount }, (_, g) => ({ id: `g${g}`, ratio: one(...ratios) })),
    pairs: [] as { user: string; contract: string; score: number }[],
  };
  for (let u = 0; u < users; u++) {
    for (let c = 0; c < contracts; c++) {
      if (!eligible(u, c)) continue;
      input.pairs.push({ user: `u${u}`, contract: `c${c}`, score: score(asUser(u), c) });
    }
  }
  if (!input.pairs.some((pair) => canBeGiven(input, pair.contract))) {
    input.contracts[0].cap = 1;
    const pair = { user: "u0", contract: "c0", score: score(0, 0) };
    if (!input.pairs.some((one) => one.user === "u0" && one.contract === "c0")) {
      input.pairs.push(pair);
    }
  }
  const policy = oddPolicy(random, k, brands > 0);
  return { name: `${size}-${seed}`, size, drop: input, policy };
}

function canBeGiven(input: Pick<OddDrop["drop"], "contracts">, id: string): boolean {
  const contract = input.contracts.find((one) => one.id === id)!;
  return contract.cap >= 1 || !contract.sponsored;
}

/** A number in [0, 1) of three whole numbers. */
function hash01(a: number, b: number, c: number): number {
  return seededRandom(a * 1000003 + b * 7919 + c * 104729 + 17).next();
}

function scoringOf(random: Random, contracts: number): Scoring {
  const one = pick(random);
  const seed = random.below(1e9);
  const draw = (u: number, c: number) => hash01(seed, u, c);
  const kind = one(
    "plain",
    "steps",
    "grades",
    "same",
    "zero",
    "negative",
    "decades",
    "tiers",
    "ranks",
    "outer",
    "segments",
    "lognormal",
    "float32",
    "mixed signs",
  );
  const size = one(1, 1, 1, 1e-9, 1e4, 1e7);
  const step = one(0.1, 0.01, 0.5);
  const flat = one(0.07, 1, 1 / 3);
  const scorings: Record<string, Scoring> = {
    plain: (u, c) => Math.round(draw(u, c) * 1e4) / 1e4,
    steps: (u, c) => Math.round(draw(u, c) / step) * step,
    grades: (u, c) => 1 + Math.floor(draw(u, c) * 5),
    same: () => flat,
    zero: () => 0,
    negative: (u, c) => -Math.round(draw(u, c) * 100) / 100,
    decades: (u, c) => 10 ** (15 * draw(u, c) - 7),
    tiers: (u, c) => draw(u, c) < 0.2 ? 1e6 : draw(u, c) < 0.6 ? 1 : 1e-3,
    ranks: (u, c) => 1 / (1 + ((7 * u + 13 * c) % contracts)),
    outer: (u, c) => Math.round(hash01(seed, u, -1) * hash01(seed, -1, c) * 1e3) / 1e3,
    segments: (u, c) => Math.round(hash01(seed, u % 4, c) * 100) / 100,
    lognormal: (u, c) => Math.exp(4 * (draw(u, c) + hash01(seed, c, u) + draw(u, -c) - 1.5)),
    float32: (u, c) => Math.fround(draw(u, c)),
    "mixed signs": (u, c) => Math.round((draw(u, c) - 0.5) * 20) / 10,
  };
  const base = scorings[kind];
  return kind === "decades" || kind === "tiers" ? base : (u, c) => size * base(u, c);
}

function groupingOf(random: Random, users: number): (u: number) => number {
  const groups = pick(random)(1, 1, 2, 3, 5, users);
  return pick(random)((u: number) => u % groups, (u: number) => Math.floor(u * groups / users));
}

function cappingOf(
  random: Random,
  users: number,
  contracts: number,
  k: number,
): (c: number) => number {
  const one = pick(random);
  const fair = one(0.1, 0.4, 0.7, 1, 1.5) * users * k / contracts;
  const caps = Array.from(
    { length: contracts },
    () => one(fair, fair, fair, fair * 2 * random.next(), 1, 0, 1e9),
  );
  const kind = one("mixed", "fair", "cycle", "ones", "huge");
  return (c) =>
    kind === "ones"
      ? 1
      : kind === "huge"
      ? 1e9
      : kind === "cycle"
      ? 1 + c % 4
      : Math.max(0, Math.ceil(kind === "fair" ? fair : caps[c]));
}

/** Any policy: every model, mode and switch comes up. */
function oddPolicy(random: Random, k: number, brands: boolean): Partial<Policy> {
  const one = pick(random);
  const policy: Record<string, unknown> = { k };
  if (random.next() < 0.25) policy.model = "coverage";
  if (random.next() < 0.3) policy.covMode = "shortfall";
  if (random.next() < 0.3) policy.covW = one([], [0.05, 0.02], [0.01, 0.03, 0.08], [1e-9]);
  if (random.next() < 0.2) policy.sponsoredBonus = one(0, 0.05, -0.01);
  if (random.next() < 0.35) {
    policy.shortfallPrice = one(1, 10, 1e3, 1e5, 1e7, 1e9, 1e12);
  }
  if (random.next() < 0.2) policy.maxSponsoredRatio = one(0, 1 / 3, 0.6, 0.8);
  if (random.next() < 0.25) {
    policy.enforceAssignmentRatio = true;
    policy.assignmentRatioGuard = one("hard", "hard", "moving", "none");
    policy.ratioSlack = one(0, 0, 0.1, 0.499999);
  }
  if (random.next() < 0.3) {
    policy.mixTail = true;
    policy.thirdSlotOnlyMixing = one(true, false);
    policy.sponsoredFirstRounds = one(1, 2);
    policy.maxMixedShare = one(1, 0.3, 1 / 3, 0);
  }
  if (brands && random.next() < 0.5) policy.maxPerBrand = one(1, 2);
  return policy as Partial<Policy>;
}
