/**
 * One run of one of Divvy's solvers on the drop in a folder, in a process of its own; prints {@link DivvyRun} as JSON.
 *
 *     deno run --allow-all bench/divvy_run.ts --dir DROP --solver greedy [--model uniform] [--production]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import type { Allocation } from "../lib/allocator/model/allocation.ts";
import { checkAssignments } from "../lib/allocator/check/check.ts";
import { solveGreedy } from "../lib/allocator/greedy/greedy.ts";
import { type Instance, pairCount, userCount } from "../lib/allocator/drop/instance/instance.ts";
import { solveOptimal } from "../lib/allocator/optimal/optimal.ts";
import { defaultPolicy, type Policy } from "../lib/allocator/model/policy.ts";
import { readAssignments } from "../lib/io/tables/results/assignments_reader.ts";
import { writeAssignments } from "../lib/io/tables/results/assignments_writer.ts";
import { type DropSources, readDrop } from "../lib/io/drop_reader.ts";

/** What one run took and gave; the objective is the checker's. */
export interface DivvyRun {
  users: number;
  pairs: number;
  read_s: number;
  solve_s: number;
  /** Processor time of solving, of all threads. */
  solve_cpu_s: number;
  write_s: number;
  total_s: number;
  peak_rss_bytes: number;
  assignments: number;
  score: number;
  objective: number;
  bound: number | null;
  gap: number | null;
  missed: number;
}

/** The options of a real run of the replaced tool. */
const PRODUCTION: Partial<Policy> = {
  sponsoredFirstRounds: 3,
  enforceAssignmentRatio: true,
  assignmentRatioGuard: "hard",
  ratioSlack: 0,
  maxMixedShare: 0,
};

/** The four files of a drop that `divvy generate` wrote. */
export function dropFiles(dir: string): DropSources {
  return {
    caps: `${dir}/caps.csv`,
    elig: `${dir}/elig.csv`,
    userGroups: `${dir}/user_groups.csv`,
    groupRatios: `${dir}/group_ratios.csv`,
  };
}

async function run(args: string[]): Promise<DivvyRun> {
  const { values: options } = parseArgs({
    args,
    options: {
      dir: { type: "string", default: "." },
      solver: { type: "string", default: "greedy" },
      model: { type: "string", default: "uniform" },
      "cov-w": { type: "string", default: defaultPolicy.covW.join() },
      production: { type: "boolean", default: false },
    },
  });
  const policy: Policy = {
    ...defaultPolicy,
    model: options.model as Policy["model"],
    covW: options["cov-w"].split(",").map(Number),
    ...(options.production ? PRODUCTION : {}),
  };
  const out = `${options.dir}/${options.solver}.csv`;
  let peak = 0;
  const stamps = [performance.now()];
  const stamp = () => {
    stamps.push(performance.now());
    peak = Math.max(peak, Deno.memoryUsage().rss);
  };
  const { instance } = await readDrop(dropFiles(options.dir));
  stamp();
  const cpu = process.cpuUsage();
  const allocation = await solve(options.solver, instance, policy, options.production);
  const { user, system } = process.cpuUsage(cpu);
  stamp();
  await writeAssignments(out, instance, allocation);
  stamp();
  const report = checkAssignments(instance, await readAssignments(out), policy);
  if (!report.feasible) throw new Error(JSON.stringify(report.rules, null, 2));
  const seconds = (from: number, to: number) => (stamps[to] - stamps[from]) / 1000;
  return {
    users: userCount(instance),
    pairs: pairCount(instance),
    read_s: seconds(0, 1),
    solve_s: seconds(1, 2),
    solve_cpu_s: (user + system) / 1e6,
    write_s: seconds(2, 3),
    total_s: seconds(0, 3),
    peak_rss_bytes: peak,
    assignments: report.assignments,
    score: report.score,
    objective: report.objective,
    bound: allocation.bound,
    gap: allocation.gap,
    missed: report.shortfall,
  };
}

function solve(
  solver: string,
  instance: Instance,
  policy: Policy,
  production: boolean,
): Allocation | Promise<Allocation> {
  if (solver === "greedy") {
    return solveGreedy(instance, policy, { scarcityAlpha: production ? 0.05 : 0 });
  }
  return solveOptimal(instance, policy, { workers: navigator.hardwareConcurrency });
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(Deno.args)));
  // Workers that are still there need not be waited for.
  Deno.exit(0);
}
