/**
 * A slice of the fuzz: others in each run, 10,000 in a week (support/fuzz_week.ts). A failure names its seed; DIVVY_FUZZ_SEED=seed
 * judges the same again, DIVVY_FUZZ_SEED=week all of the week's. `deno task fuzz` goes on from any seed, as long as is wanted.
 */
import { assertEquals, assertThrows } from "../../lib/deps/std_assert.ts";
import { tried } from "../support/effort.ts";
import { fuzzSlice, OF_SLICE, OF_WEEK } from "../support/fuzz_week.ts";
import { hasSecondSolver, ScipProcess } from "../support/second_solver.ts";
import { judge } from "./judge_drop.ts";
import { judgeExact } from "./judge_exact.ts";
import { type DropSize, oddDrop } from "./odd_drop.ts";

/** Seconds that a slice may take: on a busy machine fewer drops are judged, and their number is told. */
const SECONDS = tried(20, 50);

const asked = Deno.env.get("DIVVY_FUZZ_SEED");
const { seed, count } = fuzzSlice(asked, Date.now());

/** How drops are judged, in turn: with limits or without, by prices or by greedy and ilp alone. */
const TURNS: readonly (readonly [size: DropSize, limits: boolean, prices: boolean])[] = [
  ["tiny", false, true],
  ["tiny", true, true],
  ["tiny", true, false],
  ["tiny", false, true],
  ["tiny", true, true],
  ["tiny", true, false],
  ["small", true, true],
  ["tiny", false, true],
  ["tiny", true, true],
  ["tiny", true, false],
  ["small", false, true],
];

Deno.test("odd drops of a week: 40 slices one after the other are all of them, another week has others", () => {
  const monday = Date.UTC(2026, 10, 23), slices = new Set<number>();
  for (let i = 0; i < 40; i++) slices.add(fuzzSlice(undefined, monday + i * 600_000).seed);
  const { seed, count } = fuzzSlice("week", monday);
  assertEquals(count, OF_WEEK);
  const each = Array.from({ length: OF_WEEK / OF_SLICE }, (_, i) => seed + i * OF_SLICE);
  assertEquals([...slices].toSorted((a, b) => a - b), each);
  assertEquals(fuzzSlice("week", monday - 1).seed, seed - OF_WEEK);
  assertEquals(fuzzSlice("week", monday + 7 * 86_400_000).seed, seed + OF_WEEK);
  assertEquals(fuzzSlice("77", monday), { seed: 77, count: OF_SLICE });
  assertThrows(() => fuzzSlice("hour", monday), Error, "DIVVY_FUZZ_SEED=hour");
});

const hasScip = await hasSecondSolver();
if (!hasScip) {
  console.warn("skipped: no pyscipopt in .venv (tests/requirements.txt): a slice of odd drops");
}

Deno.test({
  name:
    `odd drops from seed ${seed}: HiGHS and SCIP know nothing better than what is called optimal, and no bound is below what they find`,
  ignore: !hasScip,
  async fn() {
    await using scip = new ScipProcess(2);
    const end = asked === "week" ? Infinity : performance.now() + 1000 * SECONDS;
    let s = seed;
    for (; s < seed + count && performance.now() < end; s++) {
      const [size, limits, prices] = TURNS[s % TURNS.length];
      const odd = oddDrop(s, size, limits);
      const again = `DIVVY_FUZZ_SEED=${s} deno test --allow-all tests/fuzz/slice_test.ts`;
      const faults = await (prices
        ? judge(odd, 5, scip.solve).then(({ faults }) =>
          faults
        )
        : judgeExact(odd, 5, scip.solve)).catch((error) => {
          throw new Error(again, { cause: error });
        });
      assertEquals(faults, [], again);
    }
    console.log(`${s - seed} odd drops from seed ${seed} (DIVVY_FUZZ_SEED=${seed})`);
  },
});
