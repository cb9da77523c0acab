import { assertEquals } from "../../lib/deps/std_assert.ts";
import { judge } from "./judge_drop.ts";
import { type DropSize, oddDrop } from "./odd_drop.ts";
import { tried } from "../support/effort.ts";

/** Seeds that once showed a fault, and some that are the same in every run; slice_test.ts has others each hour. */
const SLICES: Readonly<Record<DropSize, readonly number[]>> = {
  tiny: [
    549,
    593,
    1_002_862,
    1_008_972,
    1_012_380,
    825,
    926,
    1037,
    ...Array.from({ length: tried(24, 90) }, (_, i) => 10_000 + i),
  ],
  small: [414, 537, 100_614, ...Array.from({ length: tried(8, 30) }, (_, i) => 20_000 + i)],
  mid: [16, 219, 247, ...tried([], [100_699, 2_000_364, 6_000_299])],
};

for (const [size, seeds] of Object.entries(SLICES)) {
  Deno.test(`odd drops, ${size}: feasible, bounds that hold, the optimum where it is claimed, no worse than greedy, certified as tightly as prices can`, async () => {
    for (const seed of seeds) {
      const odd = oddDrop(seed, size as DropSize);
      const { faults } = await judge(odd, 5);
      assertEquals(faults, [], `deno task fuzz --size ${size} --seed ${seed} --drops 1`);
    }
  });
}

/** The same under limits; some of these seeds once showed a fault. */
const UNDER_LIMITS: Readonly<Partial<Record<DropSize, readonly number[]>>> = {
  tiny: [261, 317, 550, 6456, ...Array.from({ length: tried(10, 30) }, (_, i) => 30_000 + i)],
  small: [
    3103,
    ...tried([], [3139, 50_000_468]),
    ...Array.from({ length: tried(1, 8) }, (_, i) => 40_000 + i),
  ],
};

for (const [size, seeds] of Object.entries(UNDER_LIMITS)) {
  Deno.test(`odd drops under limits, ${size}: the same`, async () => {
    for (const seed of seeds) {
      const odd = oddDrop(seed, size as DropSize, true);
      const { faults } = await judge(odd, 5);
      assertEquals(
        faults,
        [],
        `deno task fuzz --limits --size ${size} --seed ${seed} --drops 1`,
      );
    }
  });
}
