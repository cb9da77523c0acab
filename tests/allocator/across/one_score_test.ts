/**
 * Drops in which hardly anybody's scores differ from anybody else's: each contract has one score for all users (how popular it is), all
 * have the same, or there are two or three scores in all. Prices leave nearly all users indifferent between nearly all bundles there.
 */
import { allocate } from "../../../lib/api/allocate.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { check } from "../../../lib/api/check.ts";
import { drawnDrop, usersRequired } from "../../support/drawn_drop.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

const CONTRACTS = 300, CAP = 65;

/** Of more pairs than are solved to the optimum. */
const SIZE = { users: 13_000, contracts: CONTRACTS, options: 25, ratio: 0.3 };

/** The score of a pair by its contract and a random number from 0 to 1. */
type Scoring = (c: number, random: number) => number;

/** What drops are called, their scores, the score of each unit (null: that of its contract), caps and price. */
const DROPS: readonly [string, Scoring, number | null, number, number][] = [
  ["each contract has a score of its own", (c) => (c * 37 % 101) / 101, null, CAP, 10],
  ["all scores are equal", () => 0.5, 0.5, CAP, 10],
  // Every unit goes to somebody who has the highest score for it, and the next three times as many would take it too.
  ["scores of 0 and 1", (_, random) => random < 0.3 ? 1 : 0, 1, CAP, 10],
  ["scores of 0, 1 and 2, too few sponsored units", three, 2, 35, 100],
];

for (const [name, score, worth, cap, price] of DROPS) {
  Deno.test(`one score for all: ${name}: within a millionth of the best, proven, and every unit is given`, async () => {
    const random = seededRandom(7);
    const drop = drawnDrop({ ...SIZE, cap }, random, (c) => score(c, random.next()));
    const allocation = await allocate(drop);
    assert(allocation.gap! <= 1e-6, `gap ${allocation.gap}`);
    assertEquals(allocation.offerPair.length, CONTRACTS * cap);
    // Sponsored units go to a user each (0.0003 and the bonus of 0.001), others three to a user (0.0003 + 0.0006 + 0.001).
    let scores = 0;
    for (let c = 0; c < CONTRACTS; c++) scores += cap * (worth ?? score(c, 0));
    const others = 2 * CONTRACTS / 3 * cap;
    const missed = Math.max(0, usersRequired(SIZE) - CONTRACTS / 3 * cap);
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
