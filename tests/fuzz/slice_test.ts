/**
 * A slice of the fuzz. Without DIVVY_FUZZ_SEED it is the same each time, as other slices still meet a known fault now and then
 * (docs/proof.md), and a run must not fail by the hour; DIVVY_FUZZ_SEED=hour takes another each hour, so that runs of a week
 * judge ten thousand and more, a number that slice. `deno task fuzz` goes on from any seed, as long as is wanted.
 */
import { assertEquals } from "../../lib/deps/std_assert.ts";
import { hasSecondSolver, ScipProcess } from "../support/second_solver.ts";
import { judge } from "./judge_drop.ts";
import { judgeExact } from "./judge_exact.ts";
import { type DropSize, oddDrop } from "./odd_drop.ts";

/** Drops of a slice, at most, and seconds that it may take. */
const MOST = 1500, SECONDS = 50;

/** The slice of every run, and how much of it is judged. */
const SAME = 31_174_500, SAME_MOST = 240;

const HOUR = 3_600_000;

const asked = Deno.env.get("DIVVY_FUZZ_SEED");

/** Seeds of an hour are its own. */
const seed = asked === "hour" ? Math.floor(Date.now() / HOUR) * MOST : Number(asked ?? SAME);

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
  console.warn("skipped: no pyscipopt in .venv (tests/requirements.txt): a slice of odd drops");
}

Deno.test({
  name:
    `odd drops from seed ${seed}: HiGHS and SCIP know nothing better than what is called optimal, and no bound is below what they find`,
  ignore: !hasScip,
  async fn() {
    await using scip = new ScipProcess(2);
    const end = performance.now() + 1000 * SECONDS;
    let s = seed;
    const most = asked === undefined ? SAME_MOST : MOST;
    for (; s < seed + most && performance.now() < end; s++) {
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
