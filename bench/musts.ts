/**
 * Gaps that certificates prove where some offers must be made: a fifth of the scores is 1e6 to 1e12, the others lie between 1 and 10,
 * and limits stand beside them.
 *
 *     deno run --allow-all bench/musts.ts [--users 12,40,200] [--seeds 8]
 *
 * Prints Markdown: by number of users and kind of limits how many drops are proven to the last digit, and the largest gap.
 */
import { parseArgs } from "node:util";
import { Drop } from "../lib/allocator/drop/drop.ts";
import type { LimitInput } from "../lib/allocator/drop/instance/limit_family.ts";
import { allocate } from "../lib/api/allocate.ts";
import { issueCertificate } from "../lib/api/certificate.ts";
import { seededRandom } from "../lib/base/numbers/random.ts";

/** Limits of a drop whose caps are `scale` times those of 12 users. */
const LIMITS: Readonly<Record<string, (scale: number) => LimitInput[]>> = {
  "most offers of a brand and group": (scale) => [
    { limit: "brands", per: "brand+group_id", atMost: 3 * scale },
  ],
  "weights": (scale) => [
    { limit: "weights", per: "contract_address", counts: "weight", atMost: 11 * scale },
  ],
  "budgets of brands": (scale) => [budgets(scale)],
  "budgets of brands, leasts": (scale) => [
    budgets(scale),
    { limit: "leasts", per: "contract_address+group_id", atLeast: 2 },
  ],
};

function budgets(scale: number): LimitInput {
  return { limit: "budgets", per: "brand", counts: "cost", atMost: 17.3 * scale };
}

function dropOf(seed: number, users: number, limits: readonly LimitInput[]): Drop {
  const random = seededRandom(seed), must = 10 ** (6 + seed % 7);
  const contracts = Array.from({ length: 6 }, (_, c) => ({
    id: `c${c}`,
    cap: Math.ceil((1 + c % 3) * users / 12),
    sponsored: c < 3,
    attributes: { cost: Math.round(100 * (1 + 4 * random.next())) / 100, brand: `b${c % 2}` },
  }));
  const people = Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: `g${u % 2}` }));
  const pairs = people.flatMap(({ id: user }) =>
    contracts.filter(() => random.next() < 0.6).map(({ id: contract }) => {
      const isMust = random.next() < 0.2, other = Math.round(1000 * (1 + 9 * random.next())) / 1000;
      const attributes = { weight: 1 + random.below(5) };
      return { user, contract, score: isMust ? must : other, attributes };
    })
  );
  const groups = [{ id: "g0", ratio: 0.3 }, { id: "g1", ratio: 0.5 }];
  return Drop.from({ users: people, contracts, groups, pairs, limits });
}

const { users = "12,40,200", seeds = "8" } = parseArgs({
  options: { users: { type: "string" }, seeds: { type: "string" } },
}).values;
console.log("| users | limits | gap 0 | largest gap | seconds each |");
console.log("| ----- | ------ | ----: | ----------: | -----------: |");
for (const count of users.split(",").map(Number)) {
  for (const [kind, limitsOf] of Object.entries(LIMITS)) {
    let proven = 0, largest = 0;
    const started = performance.now();
    for (let seed = 1; seed <= Number(seeds); seed++) {
      const drop = dropOf(1000 + seed, count, limitsOf(count / 12));
      // Every other drop has the default weights and bonus.
      const allocation = await allocate(
        drop,
        seed % 2 === 0 ? {} : { covW: [], sponsoredBonus: 0 },
      );
      const { gap } = issueCertificate(drop, allocation);
      if (gap === 0) proven++;
      largest = Math.max(largest, gap);
    }
    const seconds = (performance.now() - started) / 1000 / Number(seeds);
    const cells = [count, kind, `${proven} of ${seeds}`, largest.toExponential(1)];
    console.log(`| ${cells.join(" | ")} | ${seconds.toFixed(1)} |`);
  }
}
