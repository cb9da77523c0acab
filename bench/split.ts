/**
 * Splits beside HiGHS (WebAssembly, from this process) and cvxpy with its default solver (bench/peers), on the same
 * problems in one run.
 *
 *     python3 -m venv bench/.venv
 *     bench/.venv/bin/pip install -r bench/peers/split_requirements.txt
 *     deno run --allow-all bench/split.ts --python bench/.venv/bin/python
 *
 * Prints a Markdown table. Times are processor time per call, medians, first calls not counted, building the peer's
 * model counted (as its users have to); a peer that gives no answer within the limit is not tried on larger problems.
 */
import { fileURLToPath } from "node:url";
import process from "node:process";
import { parseArgs } from "node:util";
import { seededRandom } from "../lib/base/random.ts";
import { count, figure } from "../lib/report/words.ts";
import { splitArrays } from "../lib/woptim/split.ts";
import { highsSplit, type SplitCase } from "../tests/support/split_qp.ts";

const SIZES = [100, 10_000, 1_000_000];
const STATUSES = ["feasible", "total_too_high"] as const;
/** Seconds that all runs of a peer may take. */
const LIMIT = 60;
/** HiGHS's active set takes time in the square of the people, and can't be stopped from this thread. */
const HIGHS_MOST = 1_000;

const { values: args } = parseArgs({ args: Deno.args, options: { python: { type: "string" } } });

/** A random split whose units are about 0 to 30. */
function problemOf(people: number, status: typeof STATUSES[number]): SplitCase {
  const random = seededRandom(people);
  const lower: number[] = [], upper: number[] = [], target: number[] = [];
  let low = 0, high = 0;
  for (let i = 0; i < people; i++) {
    lower.push(random.next() * 10);
    upper.push(lower[i] + random.next() * 10);
    target.push(lower[i] + random.next() * (upper[i] - lower[i]));
    low += lower[i];
    high += upper[i];
  }
  const total = status === "feasible" ? low + 0.3 * (high - low) : 1.2 * high;
  return {
    ...{ total, lower, upper, target },
    ...{ gamma: 0.2, tMin: 0.5, absolute: false, allowNegative: false },
  };
}

/** One peer's answer. */
interface Answer {
  milliseconds: number;
  units: ArrayLike<number>;
}

/** Processor time per call: the median of as many batches, each the mean of `calls`, after a first batch. */
async function timed(batches: number, calls: number, solve: () => unknown): Promise<Answer> {
  const milliseconds: number[] = [];
  let units: unknown;
  for (let batch = 0; batch <= batches; batch++) {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call++) units = await solve();
    const { user, system } = process.cpuUsage(before);
    if (batch > 0) milliseconds.push((user + system) / 1000 / calls);
  }
  milliseconds.sort((a, b) => a - b);
  return { milliseconds: milliseconds[batches >> 1], units: units as Float64Array };
}

/** cvxpy's answer, or nothing where it took too long or failed. */
async function cvxpy(python: string, problem: SplitCase, runs: number): Promise<Answer | null> {
  const script = fileURLToPath(new URL("./peers/split_cvxpy.py", import.meta.url));
  const child = new Deno.Command(python, {
    args: [script, String(runs)],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    signal: AbortSignal.timeout(LIMIT * 1000),
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(problem)));
  await writer.close();
  const { success, stdout } = await child.output();
  return success ? JSON.parse(new TextDecoder().decode(stdout)) : null;
}

function farthest(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < ours.length; i++) {
    most = Math.max(most, Math.abs(ours[i] - theirs[i]) / Math.max(1, Math.abs(ours[i])));
  }
  return most;
}

function row(people: number, status: string, solver: string, ours: Answer, theirs: Answer | null) {
  const cells = theirs === null ? ["–", "–", "–"] : [
    `${figure(theirs.milliseconds, 3)} ms`,
    solver === "divvy" ? "1" : figure(theirs.milliseconds / ours.milliseconds, 2),
    solver === "divvy" ? "" : farthest(ours.units, theirs.units).toExponential(0),
  ];
  console.log(`| ${count(people)} | ${status} | ${solver} | ${cells.join(" | ")} |`);
}

console.log("| people | total | solver | time | divvy = 1 | farthest from divvy |");
console.log("| ---: | --- | --- | ---: | ---: | ---: |");
const slow = new Set<string>();
for (const people of SIZES) {
  for (const status of STATUSES) {
    const problem = problemOf(people, status);
    const columns = {
      total: problem.total,
      lower: Float64Array.from(problem.lower),
      upper: Float64Array.from(problem.upper),
      target: Float64Array.from(problem.target),
    };
    const calls = people > 100_000 ? 1 : people > 1_000 ? 10 : 200;
    const ours = await timed(11, calls, () => splitArrays(columns).units);
    row(people, status, "divvy", ours, ours);
    if (people <= HIGHS_MOST) {
      row(people, status, "HiGHS", ours, await timed(3, 1, () => highsSplit(problem, status)));
    } else row(people, status, "HiGHS", ours, null);
    if (args.python === undefined) continue;
    const theirs = slow.has(status)
      ? null
      : await cvxpy(args.python, problem, people > 100_000 ? 1 : 5);
    if (theirs === null) slow.add(status);
    row(people, status, "cvxpy", ours, theirs);
  }
}
