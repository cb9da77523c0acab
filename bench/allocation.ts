/**
 * Divvy's solvers beside their peers (bench/peers) on the same drops, every objective recomputed by the checker.
 *
 *     deno run --allow-all bench/allocation.ts --python bench/.venv/bin/python
 *
 * Prints a Markdown table. Seconds are those of modelling and solving, reading not counted; Divvy's are the median
 * of three fresh processes. A peer that has no allocation (or bound) within the limit is not tried on larger drops.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkAssignments } from "../lib/allocator/check/check.ts";
import { userCount } from "../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy } from "../lib/allocator/model/policy.ts";
import { generateDrop } from "../lib/generate/generate.ts";
import { readAssignments } from "../lib/io/tables/results/assignments_reader.ts";
import { readDrop } from "../lib/io/drop_reader.ts";
import { count, figure } from "../lib/report/words.ts";
import { type DivvyRun, dropFiles } from "./divvy_run.ts";

/** What is solved: a model, with or without coverage weights. */
interface Task {
  readonly name: string;
  readonly model: Policy["model"];
  readonly covW: readonly number[];
  readonly peers: readonly string[];
}

/** One row of the table. */
interface Result {
  solver: string;
  version: string;
  status: string;
  seconds: number;
  objective: number | null;
  bound: number | null;
}

const TASKS: readonly Task[] = [
  {
    name: "coverage",
    model: "coverage",
    covW: defaultPolicy.covW,
    peers: ["highs_lp", "highs_mip", "pulp_cbc", "cpsat"],
  },
  {
    name: "coverage, no weights",
    model: "coverage",
    covW: [0],
    peers: ["min_cost_flow"],
  },
  {
    name: "uniform",
    model: "uniform",
    covW: defaultPolicy.covW,
    peers: ["highs_lp", "highs_mip", "pulp_cbc", "cpsat"],
  },
];

/** Runs of each of Divvy's solvers, of which the median counts. */
const RUNS = 3;

const { values: args } = parseArgs({
  args: Deno.args,
  options: {
    python: { type: "string", default: "python3" },
    sizes: { type: "string", default: "1000,2000,5000,20000,94464" },
    limit: { type: "string", default: "60" },
    dir: { type: "string" },
  },
});
const limit = Number(args.limit);
const folder = args.dir ?? await Deno.makeTempDir();
const gaveUp = new Set<string>();

console.log(
  `| users (pairs) | model | solver | status | seconds | × Divvy's | objective | of the bound |`,
);
console.log(`| --- | --- | --- | --- | ---: | ---: | ---: | ---: |`);
for (const size of args.sizes.split(",").map(Number)) {
  const dir = `${folder}/${size}`;
  // The largest becomes 93,516 users with 1.52M pairs, as a real run of the replaced tool.
  await generateDrop({ dir, users: size, pairs: size > 50_000 ? 17 : 28, force: true });
  const { instance } = await readDrop(dropFiles(dir));
  const what = `${count(userCount(instance))} (${count(instance.score.length)})`;
  for (const task of TASKS) {
    const policy: Policy = { ...defaultPolicy, model: task.model, covW: task.covW };
    const results = [await divvy(dir, task, "optimal"), await divvy(dir, task, "greedy")];
    for (const peer of task.peers) {
      if (gaveUp.has(peer + task.name)) continue;
      const result = await runPeer(dir, task, peer);
      if (result.objective !== null) {
        const table = await readAssignments(`${dir}/${peer}.csv`);
        const report = checkAssignments(instance, table, policy);
        result.objective = report.objective;
        if (!report.feasible) result.status += ", breaks a rule";
        if (report.shortfall > 0) result.status += `, lacks ${count(report.shortfall)} users`;
      }
      if (result.objective === null && result.bound === null) gaveUp.add(peer + task.name);
      results.push(result);
    }
    const [{ seconds, bound }] = results;
    for (const row of results) {
      const share = row.objective === null || bound === null ? "" : row.objective / bound;
      console.log(
        `| ${what} | ${task.name} | ${row.solver}${row.version} | ${row.status} | ` +
          `${figure(row.seconds, 3)} | ${figure(row.seconds / seconds, 3)} | ` +
          `${valueOf(row)} | ` +
          `${share === "" ? "" : share.toFixed(7)} |`,
      );
    }
  }
}
if (args.dir === undefined) await Deno.remove(folder, { recursive: true });

/** The objective, or the bound of a solver that gives no more. */
function valueOf({ objective, bound }: Result): string {
  if (objective !== null) return objective.toFixed(4);
  return bound === null ? "none" : `bound ${bound.toFixed(4)}`;
}

/** One of Divvy's solvers on a drop: median time of fresh processes. */
async function divvy(dir: string, task: Task, solver: string): Promise<Result> {
  const script = fileURLToPath(new URL("./divvy_run.ts", import.meta.url));
  const runs: DivvyRun[] = [];
  for (let i = 0; i < RUNS; i++) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-all",
        script,
        "--dir",
        dir,
        "--solver",
        solver,
        "--model",
        task.model,
        "--cov-w",
        task.covW.join(),
      ],
      stderr: "inherit",
    }).output();
    runs.push(JSON.parse(new TextDecoder().decode(stdout)));
  }
  runs.sort((a, b) => a.solve_s - b.solve_s);
  const { solve_s, objective, bound, gap, missed } = runs[RUNS >> 1];
  const status = gap === null ? "" : `gap ${figure(gap, 2)}`;
  const lacks = missed > 0 ? `, lacks ${count(missed)} users` : "";
  return {
    solver: `Divvy ${solver}`,
    version: "",
    status: status + lacks,
    seconds: solve_s,
    objective,
    bound,
  };
}

/** One peer on a drop, stopped for good some time after its limit. */
async function runPeer(dir: string, task: Task, peer: string): Promise<Result> {
  const began = performance.now();
  const process = new Deno.Command(args.python, {
    args: [
      fileURLToPath(new URL("./peers/run.py", import.meta.url)),
      "--dir",
      dir,
      "--peer",
      peer,
      "--model",
      task.model,
      "--cov-w",
      task.covW.join(),
      "--limit",
      String(limit),
      "--out",
      `${dir}/${peer}.csv`,
    ],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const killer = setTimeout(() => process.kill("SIGKILL"), 1000 * (2 * limit + 30));
  const { success, stdout } = await process.output();
  clearTimeout(killer);
  if (!success) {
    const seconds = (performance.now() - began) / 1000;
    const none = { objective: null, bound: null };
    return { solver: peer, version: "", status: "stopped, nothing", seconds, ...none };
  }
  const answer = JSON.parse(new TextDecoder().decode(stdout));
  return {
    solver: peer,
    version: ` (${answer.version})`,
    status: answer.status,
    seconds: answer.seconds,
    objective: answer.assignments === null ? null : NaN,
    bound: answer.bound,
  };
}
