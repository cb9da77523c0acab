/**
 * Drops whose minima are out of reach, with scores of very different sizes: what a missed user costs is far more than most users' bundles are
 * worth, and prices of sponsored units are about as high.
 */
import { allocate } from "../../../lib/api/allocate.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { check } from "../../../lib/api/check.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";

const USERS = 13_000, CONTRACTS = 100, OPTIONS = 24, CAP = 300, GROUPS = 12;

/** Users that the groups' minima ask for. */
const REQUIRED = Array.from({ length: GROUPS }, (_, g) => Math.ceil((USERS - g) / GROUPS))
  .reduce((sum, users) => sum + Math.ceil(0.9 * users), 0);

/** A drop of more pairs than are solved to the optimum. A third of the contracts is sponsored, for 10,200 of 11,700 users wanted. */
function dropOf(score: (random: Random) => number): Drop {
  const random = seededRandom(11), user: number[] = [], contract: number[] = [];
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
      group: Uint32Array.from({ length: USERS }, (_, u) => u % GROUPS),
    },
    contracts: Array.from({ length: CONTRACTS }, (_, c) => ({
      id: `c${c}`,
      cap: CAP,
      sponsored: c % 3 === 0,
    })),
    groups: Array.from({ length: GROUPS }, (_, g) => ({ id: `g${g}`, ratio: 0.9 })),
    pairs: {
      user: Uint32Array.from(user),
      contract: Uint32Array.from(contract),
      score: Float64Array.from(contract, () => score(random)),
    },
  });
}

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
    const drop = dropOf(score), allocation = await allocate(drop);
    assertEquals(allocation.shortfall, REQUIRED - 34 * CAP);
    assert(allocation.gap! <= 1e-4, `gap ${allocation.gap}`);
    const { certificate } = check(drop, allocation, {
      certificate: issueCertificate(drop, allocation),
    });
    assertEquals(certificate?.certified, true);
  });
}
