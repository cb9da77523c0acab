import { assertEquals } from "../../lib/deps/std_assert.ts";
import { judgeExact } from "./judge_exact.ts";
import { type DropSize, oddDrop } from "./odd_drop.ts";
import { tried } from "../support/effort.ts";

/** `deno task fuzz --limits --no-prices --seed S` goes on from any seed; these are a slice. */
const SLICES: readonly (readonly [DropSize, number, number])[] = [
  // Each showed a fault once.
  ["tiny", 101_057, 1],
  ["tiny", 101_332, 1],
  ["tiny", 40_000, tried(20, 60)],
  ["small", 50_000, tried(3, 8)],
];

for (const [size, first, count] of SLICES) {
  Deno.test(`odd limits, ${size} from ${first}: ilp has the optimum, greedy breaks none, the checker agrees, any prices prove a bound`, async () => {
    for (let seed = first; seed < first + count; seed++) {
      assertEquals(
        await judgeExact(oddDrop(seed, size, true), 5),
        [],
        `deno task fuzz --limits --no-prices --size ${size} --seed ${seed} --drops 1`,
      );
    }
  });
}
