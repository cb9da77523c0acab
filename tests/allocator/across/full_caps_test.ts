/**
 * Drops whose contracts have just as many units as all users together take, of scores in few grades: nearly every unit must be
 * given, and three to each user, so the number of users of each type is given too, though many users tie between types.
 */
import { allocate } from "../../../lib/api/allocate.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { check } from "../../../lib/api/check.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

const USERS = 20_000, CONTRACTS = 100, OPTIONS = 22, CAP = 3 * USERS / CONTRACTS;

/** A drop of more pairs than are solved to the optimum, with scores drawn from these grades. A third of the contracts is sponsored. */
function dropOf(grades: readonly number[], seed: number): Drop {
  const random = seededRandom(seed), user: number[] = [], contract: number[] = [];
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
      score: Float64Array.from(contract, () => grades[random.below(grades.length)]),
    },
  });
}

const DROPS: readonly [readonly number[], number][] = [
  [[1, 2, 3, 4, 5], 1],
  [[1, 2, 3, 4, 5], 2],
  [[0, 1, 2], 1],
];

for (const [grades, seed] of DROPS) {
  Deno.test(`full caps: grades ${grades}, seed ${seed}: within a millionth of the best`, async () => {
    const drop = dropOf(grades, seed), allocation = await allocate(drop);
    assert(allocation.gap! <= 1e-6, `gap ${allocation.gap}`);
    assertEquals(check(drop, allocation).ok, true);
  });
}
