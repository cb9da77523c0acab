import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { KnapsackTable } from "../../../../lib/allocator/optimal/knapsacks/knapsack_table.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

interface Knapsack {
  readonly gain: number[];
  readonly takes: number[];
  readonly room: number;
}

/** The best sum of gains over all sets that fit and in which choice `i` is or is not. */
function bestOfSets({ gain, takes, room }: Knapsack, i = 0, isIn?: boolean): number {
  let best = -Infinity;
  for (let set = 0; set < 2 ** gain.length; set++) {
    const has = (j: number) => (set >> j) % 2 === 1;
    if (isIn !== undefined && has(i) !== isIn) continue;
    const sum = (of: number[]) => of.reduce((sum, value, j) => has(j) ? sum + value : sum, 0);
    if (sum(takes) <= room) best = Math.max(best, sum(gain));
  }
  return best;
}

/** A knapsack of up to 8 choices, some of which are worth nothing, too large, or take nothing. */
function randomKnapsack(seed: number): Knapsack {
  const random = seededRandom(seed), n = random.below(9);
  return {
    gain: Array.from({ length: n }, () => random.below(41) / 4 - 2),
    takes: Array.from({ length: n }, () => random.below(8)),
    room: random.below(14),
  };
}

Deno.test("the best sum of a knapsack and a set that has it, against all sets, in tables used again", () => {
  const table = new KnapsackTable(8, 14);
  for (let seed = 1; seed <= 300; seed++) {
    const knapsack = randomKnapsack(seed), { gain, takes, room } = knapsack;
    const chosen: number[] = [];
    const best = table.best(gain, takes, room, (i) => chosen.push(i));
    assertEquals(best, bestOfSets(knapsack), `seed ${seed}`);
    assertEquals(table.best(gain, takes, room), best);
    assertEquals(chosen.reduce((sum, i) => sum + gain[i], 0), best);
    assertEquals(chosen.reduce((sum, i) => sum + takes[i], 0) <= room, true);
    assertEquals(new Set(chosen).size, chosen.length);
  }
});

Deno.test("what a knapsack loses by each choice that is made or not, against all sets", () => {
  const table = new KnapsackTable(8, 14);
  for (let seed = 1; seed <= 300; seed++) {
    const knapsack = randomKnapsack(seed), { gain, takes, room } = knapsack;
    const best = bestOfSets(knapsack), places = gain.map((_, i) => 2 * i + 1);
    const made = new Float64Array(20), left = new Float64Array(20);
    table.losses(gain, takes, room, places, { made, left });
    gain.forEach((_, i) => {
      assertEquals(
        made[2 * i + 1],
        best - bestOfSets(knapsack, i, true),
        `seed ${seed}, ${i} made`,
      );
      assertEquals(
        left[2 * i + 1],
        best - bestOfSets(knapsack, i, false),
        `seed ${seed}, ${i} left`,
      );
    });
    assertEquals(made[0] + left[0], 0);
  }
});

Deno.test("the work of a table is its cells", () => {
  const table = new KnapsackTable(3, 9);
  table.best([1, 2, 3], [1, 1, 1], 9);
  assertEquals(table.work, 30);
  table.losses([1], [1], 4, [0], { made: new Float64Array(1), left: new Float64Array(1) });
  assertEquals(table.work, 50);
});
