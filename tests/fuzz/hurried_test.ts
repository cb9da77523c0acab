import { assertEquals } from "../../lib/deps/std_assert.ts";
import { hurryOf } from "../support/hurried_clock.ts";
import { judgeHurried } from "./judge_hurried.ts";
import { oddDrop } from "./odd_drop.ts";
import { tried } from "../support/effort.ts";

/** Drops of each size, with limits and without in turn. */
const SLICES = [["tiny", 60_000, tried(24, 70)], ["small", 60_000, tried(3, 16)]] as const;

for (const [size, first, count] of SLICES) {
  Deno.test(`odd drops, ${size}, that time runs out for anywhere: rules are kept, bounds hold, certificates prove them`, async () => {
    for (let seed = first; seed < first + count; seed++) {
      const odd = oddDrop(seed, size, seed % 3 !== 0);
      assertEquals(await judgeHurried(odd, hurryOf(seed)), [], `${size} ${seed}`);
    }
  });
}
