import { assertEquals } from "../../lib/deps/std_assert.ts";
import { judge } from "./judge_drop.ts";
import { type DropSize, oddDrop } from "./odd_drop.ts";

/** `deno task fuzz --seed S` goes on from any seed; these are a slice, and seeds that once showed a fault. */
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
    ...Array.from({ length: 180 }, (_, i) => 10_000 + i),
  ],
  small: [414, 537, 100_614, ...Array.from({ length: 70 }, (_, i) => 20_000 + i)],
  mid: [16, 219, 247, 100_699, 2_000_364, 6_000_299],
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
  tiny: [261, 317, 550, 6456, ...Array.from({ length: 60 }, (_, i) => 30_000 + i)],
  small: [3103, 3139, ...Array.from({ length: 16 }, (_, i) => 40_000 + i)],
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
