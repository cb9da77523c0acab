/**
 * Drops whose minima are out of reach, with scores of very different sizes: what a missed user costs is far more than most users' bundles are
 * worth, and prices of sponsored units are about as high.
 */
import { allocate } from "../../../lib/api/allocate.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { check } from "../../../lib/api/check.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { drawnDrop, usersRequired } from "../../support/drawn_drop.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";

/** Of more pairs than are solved to the optimum, with 10,200 sponsored units for 11,700 users wanted. */
const SIZE = { users: 13_000, contracts: 100, options: 24, cap: 300, ratio: 0.9 };

/** Scores that are normal on a scale of powers of e: half lie below 1, one of a thousand above 10,000. */
function lognormal(random: Random): number {
  const size = Math.sqrt(-2 * Math.log(1 - random.next()));
  return Math.exp(3 * size * Math.cos(2 * Math.PI * random.next()));
}

/** 0, 1 or 2, and one of a thousand 100,000. */
function rare(random: Random): number {
  return random.next() < 1e-3 ? 1e5 : random.below(3);
}

for (const score of [lognormal, rare]) {
  Deno.test(`minima out of reach, ${score.name} scores: near the best, proven, and no more users are missed than must be`, async () => {
    const random = seededRandom(11);
    const drop = drawnDrop(SIZE, random, () => score(random)), allocation = await allocate(drop);
    assertEquals(allocation.shortfall, usersRequired(SIZE) - 34 * SIZE.cap);
    assert(allocation.gap! <= 1e-4, `gap ${allocation.gap}`);
    const { certificate } = check(drop, allocation, {
      certificate: issueCertificate(drop, allocation),
    });
    assertEquals(certificate?.certified, true);
  });
}
