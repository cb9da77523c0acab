/** Random small drops for tests, built straight into columns (no reader involved). */
import { IdPool } from "../../lib/base/ids/ids.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";

/** What a random drop looks like. */
export interface RandomInstanceOptions {
  seed: number;
  users: number;
  contracts: number;
  groups: number;
  /** Share of the contracts that are sponsored. @default 0.5 */
  sponsoredShare?: number;
  /** Chance of each (user, contract) to be eligible. @default 0.6 */
  density?: number;
  /** Σ cap over users × 3. @default 0.6 */
  capShare?: number;
  /** Scores are rounded to this step; larger steps make ties. @default 0.001 */
  scoreStep?: number;
  /** Chance of an exact zero score. @default 0.15 */
  zeroShare?: number;
  /** Chance of a negative score. @default 0 */
  negativeShare?: number;
  /** Ratios are drawn from these. @default [0, 0.2, 0.4, 0.5, 0.8, 1] */
  ratios?: readonly number[];
  /** Number of brands; 0: no brand_id. @default 0 */
  brands?: number;
}

/** A random drop that brute force can take: four users, brands, now and then a score below 0. */
export function fourUsersInstance(seed: number): Instance {
  return randomInstance({ seed, users: 4, contracts: 5, groups: 2, brands: 3, negativeShare: 0.1 });
}

/** A random drop; the same options give the same drop. */
export function randomInstance(options: RandomInstanceOptions): Instance {
  const {
    users,
    contracts,
    groups,
    sponsoredShare = 0.5,
    density = 0.6,
    capShare = 0.6,
    scoreStep = 0.001,
    zeroShare = 0.15,
    negativeShare = 0,
    ratios = [0, 0.2, 0.4, 0.5, 0.8, 1],
    brands = 0,
  } = options;
  const random = seededRandom(options.seed);
  const sponsoredContracts = Math.round(contracts * sponsoredShare);
  const id = (letter: string, i: number) => `${letter}${String(i).padStart(6, "0")}`;

  const start = [0], middle: number[] = [], contract: number[] = [], score: number[] = [];
  const userIds: string[] = [], groupOf: number[] = [];
  for (let u = 0; u < users; u++) {
    const before = contract.length;
    let firstUnsponsored = -1;
    for (let c = 0; c < contracts; c++) {
      if (random.next() >= density) continue;
      if (c >= sponsoredContracts && firstUnsponsored < 0) firstUnsponsored = contract.length;
      const draw = random.next() ** 2;
      const size = random.next() < zeroShare ? 0 : Math.round(draw / scoreStep) * scoreStep;
      contract.push(c);
      score.push(random.next() < negativeShare ? -size : size);
    }
    const g = random.below(groups);
    if (contract.length === before) continue;
    userIds.push(id("u", u));
    groupOf.push(g);
    middle.push(firstUnsponsored < 0 ? contract.length : firstUnsponsored);
    start.push(contract.length);
  }

  // Only groups with a user are in an instance.
  const used = [...new Set(groupOf)].sort((a, b) => a - b);
  const newIndex = new Map(used.map((g, i) => [g, i]));
  const group = Uint32Array.from(groupOf, (g) => newIndex.get(g)!);
  const groupSize = new Uint32Array(used.length);
  for (const g of group) groupSize[g]++;
  const mean = (capShare * userIds.length * 3) / contracts;
  return {
    users: IdPool.from(userIds),
    contracts: Array.from(
      { length: contracts },
      (_, c) => id(c < sponsoredContracts ? "s" : "t", c),
    ),
    sponsoredContracts,
    cap: Float64Array.from(
      { length: contracts },
      () => Math.max(1, Math.round(mean * 2 * random.next())),
    ),
    brand: brands > 0 ? Uint32Array.from({ length: contracts }, () => random.below(brands)) : null,
    brands: Array.from({ length: brands }, (_, b) => id("b", b)),
    groups: used.map((g) => id("g", g)),
    ratio: Float64Array.from(used, () => ratios[random.below(ratios.length)]),
    groupSize,
    group,
    start: Uint32Array.from(start),
    middle: Uint32Array.from(middle),
    contract: Uint16Array.from(contract),
    score: Float64Array.from(score),
  };
}
