/**
 * Fuzzes the solvers: `deno task fuzz --seconds 600 --seed 1`. Odd drops are solved in every way and judged by a model
 * that shares no code with the solvers; with `--limits` the drops have limits too, and with
 * `--no-prices` greedy and ilp are judged alone; SCIP is asked beside HiGHS where Python has it. A fault prints its seed and
 * the smallest drop found that shows it.
 */
import { parseArgs } from "node:util";
import { hasSecondSolver, ScipProcess } from "../support/second_solver.ts";
import { judge, type Verdict } from "./judge_drop.ts";
import { judgeExact } from "./judge_exact.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { type DropSize, type OddDrop, oddDrop } from "./odd_drop.ts";
import { withMeans } from "./odd_limits.ts";
import { shrink } from "./shrink_drop.ts";

const { values: { seconds, seed, drops, size: only, limits, prices, shrinks } } = parseArgs({
  args: Deno.args,
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    drops: { type: "string", default: "Infinity" },
    size: { type: "string" },
    limits: { type: "boolean", default: false },
    prices: { type: "boolean", default: true },
    shrinks: { type: "boolean", default: true },
  },
  allowNegative: true,
});

/** Of twenty drops so many are of each size. */
const SIZES: readonly DropSize[] = only === undefined
  ? [...Array(12).fill("tiny"), ...Array(6).fill("small"), "mid", "mid"]
  : [only as DropSize];

const scip = await hasSecondSolver() ? new ScipProcess() : null;
if (scip === null) console.warn("no pyscipopt in .venv (tests/requirements.txt): HiGHS alone");

/** Without prices: greedy and ilp alone. */
async function verdictOn(odd: OddDrop, seconds?: number): Promise<Verdict> {
  if (prices) return await judge(odd, seconds, scip?.solve);
  return { faults: await judgeExact(odd, seconds, scip?.solve), gap: NaN, seconds: NaN };
}

const end = performance.now() + 1000 * Number(seconds);
const mids: (Verdict & { seed: number; ratio: boolean })[] = [];
let judged = 0, faulty = 0;
for (let s = Number(seed); performance.now() < end && judged < Number(drops); s++) {
  const plain = oddDrop(s, SIZES[s % SIZES.length], limits);
  const odd = limits && s % 3 === 0 ? withMeans(plain, seededRandom(s * 97 + 3)) : plain;
  const verdict = await verdictOn(odd).catch((error) => {
    const what = error instanceof Error ? error.stack ?? error.message : String(error);
    return { faults: [what], gap: NaN, seconds: NaN };
  });
  judged++;
  if (Deno.env.has("TRACE")) console.log(s, verdict.gap, verdict.seconds);
  if (odd.size === "mid") {
    mids.push({ ...verdict, seed: s, ratio: odd.policy.enforceAssignmentRatio === true });
  }
  if (verdict.faults.length === 0) continue;
  faulty++;
  console.log(`seed ${s} (${odd.size}): ${verdict.faults.join("; ")}`);
  if (!shrinks) continue;
  const fails = async (smaller: typeof odd) => (await verdictOn(smaller, 5)).faults.length > 0;
  console.log(JSON.stringify(await shrink(odd, fails, odd.size === "mid" ? 60 : 200)));
}
console.log(`${judged} drops from seed ${seed}, ${faulty} with a fault`);
for (const ratio of [false, true]) {
  const of = mids.filter((mid) => mid.ratio === ratio);
  if (of.length === 0) continue;
  const gaps = of.map((mid) => mid.gap).sort((a, b) => a - b);
  const times = of.map((mid) => mid.seconds).sort((a, b) => a - b);
  const at = (sorted: number[], share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  console.log(
    `${of.length} mid drops ${ratio ? "with" : "without"} an assignment ratio: gap ` +
      [0.5, 0.95, 0.99, 1].map((p) => `${100 * p} % ≤ ${at(gaps, p).toExponential(1)}`).join(", ") +
      "; seconds " +
      [0.5, 0.95, 0.99, 1].map((p) => `${100 * p} % ≤ ${at(times, p).toFixed(2)}`).join(", "),
  );
  const worst = of.toSorted((a, b) => b.gap - a.gap).slice(0, 8);
  console.log(`  widest: ${worst.map((w) => `${w.seed} ${w.gap.toExponential(1)}`).join(", ")}`);
  const slow = of.toSorted((a, b) => b.seconds - a.seconds).slice(0, 8);
  console.log(`  slowest: ${slow.map((w) => `${w.seed} ${w.seconds.toFixed(1)}`).join(", ")}`);
}
await scip?.[Symbol.asyncDispose]();
if (faulty > 0) Deno.exitCode = 1;
