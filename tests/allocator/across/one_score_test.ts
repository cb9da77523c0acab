/**
 * Drops in which hardly anybody's scores differ from anybody else's: each contract has one score for all users (how popular it is), all
 * have the same, or there are two or three scores in all. Prices leave nearly all users indifferent between nearly all bundles there.
 */
import { allocate } from "../../../lib/api/allocate.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { check } from "../../../lib/api/check.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

const USERS = 13_000, CONTRACTS = 300, OPTIONS = 25, CAP = 65;

/**
 * A drop of more pairs than are solved to the optimum. A third of the contracts is sponsored.
 *
 * @param score the score of a pair by its contract and a random number from 0 to 1
 */
function dropOf(score: (c: number, random: number) => number, cap = CAP): Drop {
  const random = seededRandom(7), user: number[] = [], contract: number[] = [];
  for (let u = 0; u < USERS; u++) {
    const own = new Set<number>();
    while (own.size < OPTIONS) own.add(random.below(CONTRACTS));
    for (const c of own) {
      user.push(u);
      contract.push(c);
    }
  }
  return Drop.from({
    users: {
      ids: Array.from({ length: USERS }, (_, u) => `u${u}`),
      group: Uint32Array.from({ length: USERS }, (_, u) => u % 12),
    },
    contracts: Array.from({ length: CONTRACTS }, (_, c) => ({
      id: `c${c}`,
      cap,
      sponsored: c % 3 === 0,
    })),
    groups: Array.from({ length: 12 }, (_, g) => ({ id: `g${g}`, ratio: 0.3 })),
    pairs: {
      user: Uint32Array.from(user),
      contract: Uint32Array.from(contract),
      score: Float64Array.from(contract, (c) => score(c, random.next())),
    },
  });
}

/** Users that 12 groups' minima of 30 % ask for. */
const REQUIRED = Array.from({ length: 12 }, (_, g) => Math.ceil((USERS - g) / 12))
  .reduce((sum, users) => sum + Math.ceil(0.3 * users), 0);

/** What drops are called, their scores (see {@link dropOf}), the score of each unit (null: that of its contract), caps and price. */
const DROPS: readonly [string, Parameters<typeof dropOf>[0], number | null, number, number][] = [
  ["each contract has a score of its own", (c) => (c * 37 % 101) / 101, null, CAP, 10],
  ["all scores are equal", () => 0.5, 0.5, CAP, 10],
  // Every unit goes to somebody who has the highest score for it, and the next three times as many would take it too.
  ["scores of 0 and 1", (_, random) => random < 0.3 ? 1 : 0, 1, CAP, 10],
  ["scores of 0, 1 and 2, too few sponsored units", three, 2, 35, 100],
];

for (const [name, score, worth, cap, price] of DROPS) {
  Deno.test(`one score for all: ${name}: within a millionth of the best, proven, and every unit is given`, async () => {
    const drop = dropOf(score, cap), allocation = await allocate(drop);
    assert(allocation.gap! <= 1e-6, `gap ${allocation.gap}`);
    assertEquals(allocation.offerPair.length, CONTRACTS * cap);
    // Sponsored units go to a user each (0.0003 and the bonus of 0.001), others three to a user (0.0003 + 0.0006 + 0.001).
    let scores = 0;
    for (let c = 0; c < CONTRACTS; c++) scores += cap * (worth ?? score(c, 0));
    const others = 2 * CONTRACTS / 3 * cap;
    const missed = Math.max(0, REQUIRED - CONTRACTS / 3 * cap);
    assertEquals(allocation.shortfall, missed);
    const best = scores + CONTRACTS / 3 * cap * 0.0013 + Math.floor(others / 3) * 0.0019 -
      price * missed;
    assert(
      allocation.objective >= best - 1e-6 * Math.abs(best),
      `${allocation.objective} of ${best}`,
    );
    assert(allocation.bound! >= best - 1e-9, `${allocation.bound} below ${best}`);
    const { ok, certificate } = check(drop, allocation, {
      certificate: issueCertificate(drop, allocation),
    });
    assertEquals([ok, certificate?.certified], [missed === 0, true]);
  });
}

/** 0, 1 or 2, each for a third of the pairs. */
function three(_: number, random: number): number {
  return Math.floor(3 * random);
}
