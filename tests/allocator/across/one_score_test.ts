/**
 * Drops in which nobody's scores differ from anybody else's: each contract has one score for all users (how popular it is), or all have
 * the same. Prices leave nearly all users indifferent between nearly all bundles there.
 */
import { allocate } from "../../../lib/api/allocate.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { check } from "../../../lib/api/check.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

const USERS = 13_000, CONTRACTS = 300, OPTIONS = 25, CAP = 65;

/** A drop of more pairs than are solved to the optimum, by the score of each contract. A third of the contracts is sponsored. */
function dropOf(score: (c: number) => number): Drop {
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
      cap: CAP,
      sponsored: c % 3 === 0,
    })),
    groups: Array.from({ length: 12 }, (_, g) => ({ id: `g${g}`, ratio: 0.3 })),
    pairs: {
      user: Uint32Array.from(user),
      contract: Uint32Array.from(contract),
      score: Float64Array.from(contract, score),
    },
  });
}

for (
  const [name, score] of [
    ["each contract has a score of its own", (c: number) => (c * 37 % 101) / 101],
    ["all scores are equal", () => 0.5],
  ] as const
) {
  Deno.test(`one score for all: ${name}: within a millionth of the best, proven, and every unit is given`, async () => {
    const drop = dropOf(score), allocation = await allocate(drop);
    assert(allocation.gap! <= 1e-6, `gap ${allocation.gap}`);
    assertEquals(allocation.offerPair.length, CONTRACTS * CAP);
    // Sponsored units go to a user each (0.0003 and the bonus of 0.001), others three to a user (0.0003 + 0.0006 + 0.001).
    let scores = 0;
    for (let c = 0; c < CONTRACTS; c++) scores += CAP * score(c);
    const others = 2 * CONTRACTS / 3 * CAP;
    const best = scores + CONTRACTS / 3 * CAP * 0.0013 + Math.floor(others / 3) * 0.0019;
    assert(allocation.objective >= best - 1e-6 * best, `${allocation.objective} of ${best}`);
    assert(allocation.bound! >= best, `${allocation.bound} below ${best}`);
    const { ok, certificate } = check(drop, allocation, {
      certificate: issueCertificate(drop, allocation),
    });
    assertEquals([ok, certificate?.certified], [true, true]);
  });
}
