/**
 * Drops whose contracts have just as many units as all users together take, of scores in few grades: nearly every unit must be
 * given, and three to each user, so the number of users of each type is given too, though many users tie between types.
 */
import { allocate } from "../../../lib/api/allocate.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { check } from "../../../lib/api/check.ts";
import { drawnDrop } from "../../support/drawn_drop.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";

const USERS = 20_000, CONTRACTS = 100;

/** Of more pairs than are solved to the optimum. */
const SIZE = {
  users: USERS,
  contracts: CONTRACTS,
  options: 22,
  cap: 3 * USERS / CONTRACTS,
  ratio: 0.3,
};

const DROPS: readonly [readonly number[], number][] = [
  [[1, 2, 3, 4, 5], 1],
  [[1, 2, 3, 4, 5], 2],
  [[0, 1, 2], 1],
];

for (const [grades, seed] of DROPS) {
  Deno.test(`full caps: grades ${grades}, seed ${seed}: within a millionth of the best`, async () => {
    const random = seededRandom(seed);
    const drop = drawnDrop(SIZE, random, () => grades[random.below(grades.length)]);
    const allocation = await allocate(drop);
    assert(allocation.gap! <= 1e-6, `gap ${allocation.gap}`);
    assertEquals(check(drop, allocation).ok, true);
  });
}
