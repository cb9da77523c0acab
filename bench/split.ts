/**
 * Splits beside HiGHS (WebAssembly, from this process) and cvxpy with Clarabel, ECOS and OSQP, seats beside the package
 * apportionment (bench/peers), on the same problems in one run; the command line from CSV to CSV.
 *
 *     python3 -m venv bench/.venv
 *     bench/.venv/bin/pip install -r bench/peers/split_requirements.txt
 *     deno run --allow-all bench/split.ts --python bench/.venv/bin/python
 *
 * `--only splits,steps,seats,cli` runs some parts. Prints Markdown tables. Times are processor time per call, medians, first
 * calls not counted, building the peer's model counted (as its users have to); a peer that gives no answer within the
 * limit is not tried on larger problems.
 */
import { fileURLToPath } from "node:url";
import process from "node:process";
import { parseArgs } from "node:util";
import { seededRandom } from "../lib/base/numbers/random.ts";
import { count, figure } from "../lib/report/words.ts";
import { splitArraysBy } from "../lib/woptim/methods/split_by.ts";
import { splitArrays } from "../lib/woptim/split.ts";
import { highsSplit, type SplitCase } from "../tests/support/split_qp.ts";

const SIZES = [100, 10_000, 1_000_000];
const STATUSES = ["feasible", "total_too_high"] as const;
/** Seconds that all runs of a peer may take. */
const LIMIT = 60;
/** HiGHS's active set takes time in the square of the people, and can't be stopped from this thread. */
const HIGHS_MOST = 1_000;

const { values: args } = parseArgs({
  args: Deno.args,
  options: { python: { type: "string" }, only: { type: "string" } },
});
const python = args.python;
const CLI = fileURLToPath(new URL("../cli.ts", import.meta.url));

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
    total,
    lower,
    upper,
    target,
    gamma: 0.2,
    tMin: 0.5,
    absolute: false,
    allowNegative: false,
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

/** A peer's answer, or nothing where it took too long or failed. */
async function peer(script: string, args: string[], problem: unknown): Promise<Answer | null> {
  const child = new Deno.Command(python!, {
    args: [fileURLToPath(new URL(`./peers/${script}`, import.meta.url)), ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
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

function row(people: number, what: string, solver: string, ours: Answer, theirs: Answer | null) {
  const cells = theirs === null ? ["–", "–", "–"] : [
    `${figure(theirs.milliseconds, 3)} ms`,
    solver === "divvy" ? "1" : figure(theirs.milliseconds / ours.milliseconds, 2),
    solver === "divvy" ? "" : farthest(ours.units, theirs.units).toExponential(0),
  ];
  console.log(`| ${count(people)} | ${what} | ${solver} | ${cells.join(" | ")} |`);
}

function heading(what: string): void {
  console.log(`\n| people | ${what} | solver | time | divvy = 1 | farthest from divvy |`);
  console.log("| ---: | --- | --- | ---: | ---: | ---: |");
}

/** How often a call is repeated in a batch. */
function callsFor(people: number): number {
  return people > 100_000 ? 1 : people > 1_000 ? 10 : 200;
}

/** Continuous splits beside QP solvers. */
async function splits(): Promise<void> {
  heading("total");
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
      const ours = await timed(11, callsFor(people), () => splitArrays(columns).units);
      row(people, status, "divvy", ours, ours);
      if (people <= HIGHS_MOST) {
        row(people, status, "HiGHS", ours, await timed(3, 1, () => highsSplit(problem, status)));
      }
      if (python === undefined) continue;
      for (const solver of ["CLARABEL", "ECOS", "OSQP"]) {
        const key = `${status} ${solver}`, runs = people > 100_000 ? 1 : 5;
        const theirs = slow.has(key)
          ? null
          : await peer("split_cvxpy.py", [solver, String(runs)], problem);
        if (theirs === null) slow.add(key);
        row(people, status, `cvxpy, ${solver}`, ours, theirs);
      }
    }
  }
}

/** Whole steps, and what a step costs beside none: nobody else's solver is exact here in reasonable time. */
async function steps(): Promise<void> {
  heading("step");
  for (const people of SIZES) {
    const { total, lower, upper, target } = problemOf(people, "feasible");
    const columns = {
      total: Math.round(total),
      lower: Float64Array.from(lower),
      upper: Float64Array.from(upper),
      target: Float64Array.from(target),
    };
    for (const step of [1, 0.01]) {
      const solve = () => splitArrays(columns, { step }).units;
      const ours = await timed(people > 100_000 ? 5 : 11, callsFor(people), solve);
      row(people, String(step), "divvy", ours, ours);
    }
  }
}

/** Seats beside the package apportionment: ten seats a party on average. */
async function seats(): Promise<void> {
  heading("seats by");
  const names = {
    "webster": "webster",
    "dhondt": "dhondt",
    "huntington-hill": "huntington",
    "hamilton": "hamilton",
  } as const;
  const slow = new Set<string>();
  for (const people of [50, 1_000, 100_000]) {
    const random = seededRandom(people);
    const votes = Array.from({ length: people }, () => 1 + Math.floor(random.next() ** 3 * 1e7));
    const columns = {
      total: 10 * people,
      lower: new Float64Array(people),
      upper: new Float64Array(people).fill(Infinity),
      target: Float64Array.from(votes),
    };
    for (const [method, theirName] of Object.entries(names)) {
      const solve = () => splitArraysBy(method as keyof typeof names, columns).units;
      const ours = await timed(5, people > 10_000 ? 1 : people > 100 ? 20 : 200, solve);
      row(people, method, "divvy", ours, ours);
      if (python === undefined) continue;
      const theirs = slow.has(method) ? null : await peer(
        "seats_apportionment.py",
        [theirName, people > 10_000 ? "1" : "3"],
        { votes, seats: 10 * people },
      );
      if (theirs === null) slow.add(method);
      row(people, method, "apportionment", ours, theirs);
    }
  }
}

/** The command line, CSV to CSV, in processes of its own: seconds of processor time and of the clock. */
async function commandLine(): Promise<void> {
  const folder = await Deno.makeTempDir();
  const people = 1_000_000, { total, lower, upper, target } = problemOf(people, "feasible");
  const rows = lower.map((l, i) =>
    `person-${i},${l.toFixed(4)},${upper[i].toFixed(4)},${target[i].toFixed(4)}\n`
  );
  await Deno.writeTextFile(`${folder}/in.csv`, `name,lower,upper,target\n${rows.join("")}`);
  console.log("\n| CSV to CSV, 1,000,000 people | seconds | processor seconds | peak MB |");
  console.log("| --- | ---: | ---: | ---: |");
  for (const args of [[], ["--step", "0.5"], ["--price", "1000000"]]) {
    const runs: number[][] = [];
    for (let run = 0; run < 3; run++) {
      const child = await new Deno.Command("/usr/bin/time", {
        args: [
          "-f",
          "%e %U %S %M",
          Deno.execPath(),
          "run",
          "--allow-all",
          CLI,
          "split",
          "-q",
          "-i",
          `${folder}/in.csv`,
          "--total",
          String(Math.round(total)),
          "--out",
          `${folder}/out.csv`,
          ...args,
        ],
        stderr: "piped",
      }).output();
      const text = new TextDecoder().decode(child.stderr).trim().split("\n").pop()!;
      runs.push(text.split(" ").map(Number));
    }
    const [clock, user, system, kilobytes] = [0, 1, 2, 3].map((k) =>
      runs.map((run) => run[k]).sort((a, b) => a - b)[1]
    );
    const what = args.length === 0 ? "plain" : args.join(" ");
    console.log(
      `| ${what} | ${clock} | ${figure(user + system, 3)} | ${Math.round(kilobytes / 1024)} |`,
    );
  }
  await Deno.remove(folder, { recursive: true });
}

for (const part of args.only?.split(",") ?? ["splits", "steps", "seats", "cli"]) {
  const run: Record<string, () => Promise<void>> = { splits, steps, seats, cli: commandLine };
  await run[part]();
}
