/** Small random drops with limits of every column's kind. */
import {
  Drop,
  type DropInput,
  type DropOptions,
  type LimitInput,
} from "../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";

/** A random drop in memory, with attributes for limits to name: city, tier of users; brand, cost, budget of contracts; weight of pairs. */
export function limitedDrop(
  seed: number,
  limits: readonly LimitInput[],
  { users = 8, contracts = 5, further, options }: {
    users?: number;
    contracts?: number;
    /** What came before the drop, and other parts of it. */
    further?: Partial<DropInput>;
    options?: DropOptions;
  } = {},
): Drop {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]) => values[random.below(values.length)];
  const pairs = [];
  for (let u = 0; u < users; u++) {
    for (let c = 0; c < contracts; c++) {
      // The first of each is there whatever is drawn, so that limits have values to select.
      if (random.next() < 0.35 && u > 3) continue;
      const score = Math.round(1000 * random.next()) / 1000;
      const attributes = { weight: 1 + random.below(4), kind: pick(["new", "old"]) };
      pairs.push({ user: `u${u}`, contract: `c${c}`, score, attributes });
    }
  }
  return Drop.from({
    users: Array.from({ length: users }, (_, u) => ({
      id: `u${u}`,
      group: u % 2 === 0 ? "north" : "south",
      attributes: { city: u % 3 === 0 ? "oslo" : "rome", tier: u % 4 },
    })),
    contracts: Array.from({ length: contracts }, (_, c) => ({
      id: `c${c}`,
      cap: 2 + random.below(4),
      sponsored: c < contracts / 2,
      brand: `b${c % 2}`,
      attributes: { cost: 1 + random.below(3), budget: 3 + random.below(6) },
    })),
    groups: [{ id: "north", ratio: 0 }, { id: "south", ratio: 0 }],
    pairs,
    limits,
    ...further,
  }, options);
}
