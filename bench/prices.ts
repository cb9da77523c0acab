/**
 * The search for prices alone, as contracts grow: seconds, CPU seconds, passes and the bound that the prices prove.
 *
 *     deno run --allow-all bench/prices.ts [--users 20000] [--contracts 500,1000,2000,5000,10000] [--workers 1]
 *
 * Prints Markdown. Each run is a fresh process that makes its drop in memory.
 */
import { cpuSeconds, peakBytes } from "./this_process.ts";
import { parseArgs } from "node:util";
import { compileDualProblem } from "../lib/allocator/optimal/dual/dual_problem.ts";
import { minimiseDual } from "../lib/allocator/optimal/search/minimise_dual.ts";
import { defaultPolicy } from "../lib/allocator/model/policy.ts";
import { generateInstance } from "../lib/generate/generate_instance.ts";

const { values: args } = parseArgs({
  args: Deno.args,
  options: {
    users: { type: "string", default: "20000" },
    contracts: { type: "string", default: "500,1000,2000,5000,10000" },
    workers: { type: "string", default: "1" },
    /** For the runs' own processes: how many contracts. */
    one: { type: "string" },
  },
});

if (args.one !== undefined) await runOne(Number(args.one));
else {
  console.log("| contracts | seconds | CPU seconds | passes | full passes | bound | peak RSS |");
  console.log("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const contracts of args.contracts.split(",")) await spawn(contracts);
}

async function spawn(contracts: string): Promise<void> {
  const own = ["--users", args.users, "--workers", args.workers, "--one", contracts];
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", import.meta.filename!, ...own],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (!success) throw new Error(`the run with ${contracts} contracts failed`);
}

async function runOne(contracts: number): Promise<void> {
  const instance = generateInstance({ users: Number(args.users), contracts });
  const problem = compileDualProblem(instance, defaultPolicy);
  const begun = performance.now(), cpuBefore = await cpuSeconds();
  const found = await minimiseDual(problem, { workers: Number(args.workers) });
  const seconds = (performance.now() - begun) / 1000, cpu = await cpuSeconds() - cpuBefore;
  const peak = Math.round(await peakBytes() / 2 ** 20);
  console.log(
    `| ${contracts} | ${seconds.toFixed(2)} | ${cpu.toFixed(2)} | ${found.passes} | ` +
      `${found.fullPasses.toFixed(1)} | ${found.bound.toFixed(4)} | ${peak} MiB |`,
  );
  Deno.exit(0);
}
