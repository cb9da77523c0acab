/**
 * A slice of the fuzz: other drops each hour, so that runs of a week judge ten thousand and more. DIVVY_FUZZ_SEED runs a slice
 * again (the test's name has its seed); `deno task fuzz` goes on from any seed, as long as is wanted.
 */
import { assertEquals } from "../../lib/deps/std_assert.ts";
import { hasSecondSolver, ScipProcess } from "../support/second_solver.ts";
import { judge } from "./judge_drop.ts";
import { judgeExact } from "./judge_exact.ts";
import { type DropSize, oddDrop } from "./odd_drop.ts";

/** Drops of a slice, at most, and seconds that it may take. */
const MOST = 1500, SECONDS = 50;

const HOUR = 3_600_000;

/** Seeds of an hour are its own. */
const seed = Number(Deno.env.get("DIVVY_FUZZ_SEED") ?? Math.floor(Date.now() / HOUR) * MOST);

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

const hasScip = await hasSecondSolver();
if (!hasScip) {
  console.warn("skipped: no pyscipopt in .venv (tests/requirements.txt): odd drops of this hour");
}

Deno.test({
  name:
    `odd drops of this hour, from seed ${seed}: HiGHS and SCIP know nothing better than what is called optimal, and no bound is below what they find`,
  ignore: !hasScip,
  async fn() {
    await using scip = new ScipProcess(2);
    const end = performance.now() + 1000 * SECONDS;
    let s = seed;
    for (; s < seed + MOST && performance.now() < end; s++) {
      const [size, limits, prices] = TURNS[s % TURNS.length];
      const odd = oddDrop(s, size, limits);
      const faults = prices
        ? (await judge(odd, 5, scip.solve)).faults
        : await judgeExact(odd, 5, scip.solve);
      assertEquals(
        faults,
        [],
        `deno task fuzz --size ${size} --seed ${s} --drops 1${limits ? " --limits" : ""}${
          prices ? "" : " --no-prices"
        }`,
      );
    }
    console.log(`${s - seed} odd drops from seed ${seed} (DIVVY_FUZZ_SEED=${seed})`);
  },
});
