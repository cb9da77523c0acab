import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Allowance } from "../../../../lib/allocator/optimal/programs/allowance.ts";
import type { KnapsackDrop } from "../../../../lib/allocator/optimal/knapsacks/knapsack_drop.ts";
import { searchKnapsacks } from "../../../../lib/allocator/optimal/knapsacks/knapsack_search.ts";
import { noPause } from "../../../../lib/base/pause.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

/** A drop of up to 6 users and 3 rows, and a row of choices that take nothing. Some users have none. */
function randomDrop(seed: number): KnapsackDrop {
  const random = seededRandom(seed), users = 1 + random.below(6), rows = 1 + random.below(3);
  const choices: { user: number; row: number; worth: number; takes: number }[] = [];
  for (let user = 0; user < users; user++) {
    for (let row = 0; row <= rows; row++) {
      if (random.next() < (row === rows ? 0.8 : 0.2)) continue;
      const takes = row === rows ? 0 : 1 + random.below(9);
      choices.push({ user, row, worth: 1 + random.below(row === rows ? 4 : 20), takes });
    }
  }
  return {
    users,
    user: Int32Array.from(choices, ({ user }) => user),
    pair: Int32Array.from(choices, (_, i) => i),
    row: Int32Array.from(choices, ({ row }) => row),
    worth: Float64Array.from(choices, ({ worth }) => worth),
    takes: Int32Array.from(choices, ({ takes }) => takes),
    room: Int32Array.from({ length: rows + 1 }, (_, r) => r === rows ? 0 : random.below(18)),
  };
}

/** The most that choices are worth, one of each user at most, by trying all. */
function mostWorth({ users, user, row, worth, takes, room }: KnapsackDrop): number {
  const rest = room.slice();
  const from = (u: number): number => {
    if (u === users) return 0;
    let best = from(u + 1);
    user.forEach((own, i) => {
      if (own !== u || takes[i] > rest[row[i]]) return;
      rest[row[i]] -= takes[i];
      best = Math.max(best, worth[i] + from(u + 1));
      rest[row[i]] += takes[i];
    });
    return best;
  };
  return from(0);
}

/** The worth of choices; they must fit, and no user may have two. */
function worthOf(drop: KnapsackDrop, chosen: readonly number[]): number {
  const rest = drop.room.slice();
  for (const i of chosen) rest[drop.row[i]] -= drop.takes[i];
  assert(rest.every((left) => left >= 0));
  assertEquals(new Set(chosen.map((i) => drop.user[i])).size, chosen.length);
  return chosen.reduce((sum, i) => sum + drop.worth[i], 0);
}

const limits = (seconds = Infinity) => ({
  allowance: new Allowance(seconds),
  stop: () => false,
  pause: noPause,
});

Deno.test("random drops of knapsacks: the optimum and its proof, whatever is known before, against all ways", async () => {
  for (let seed = 1; seed <= 400; seed++) {
    const drop = randomDrop(seed), most = mostWorth(drop);
    for (const known of [-1000, 0, Math.floor(most / 2), most - 1]) {
      const { chosen, bound } = await searchKnapsacks(drop, known, limits());
      assertEquals(bound, Math.max(most, known), `seed ${seed}, known ${known}`);
      assertEquals(chosen === null ? known : worthOf(drop, chosen), bound);
    }
    assertEquals(await searchKnapsacks(drop, most, limits()), { chosen: null, bound: most });
  }
});

Deno.test("out of work, a bound is still one, and what was found fits", async () => {
  let open = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const drop = randomDrop(seed), most = mostWorth(drop), known = -1;
    for (const seconds of [0, 1e-7, 1e-6, 1e-5]) {
      const { chosen, bound } = await searchKnapsacks(drop, known, limits(seconds));
      assert(bound >= most, `seed ${seed}`);
      if (chosen !== null) assert(worthOf(drop, chosen) <= bound);
      if (bound > most) open++;
    }
  }
  assert(open > 100, "some searches ended early");
});

Deno.test("a search that is asked to stop stops, and its bound is one", async () => {
  const drop = randomDrop(7);
  let asked = 0;
  const stop = () => ++asked > 0;
  const { bound } = await searchKnapsacks(drop, 0, { ...limits(), stop });
  assert(asked <= 3 && bound > mostWorth(drop));
});
