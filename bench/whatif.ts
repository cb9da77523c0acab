/**
 * What-if scenarios, each warm-started from the one before, and the report of a drop. Prints a Markdown table.
 *
 *     deno run --allow-all bench/whatif.ts [--users 20000,180000] [--workers 2]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { pairCount, userCount } from "../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy } from "../lib/allocator/model/policy.ts";
import { sweep, whatIf } from "../lib/allocator/explain/whatif.ts";
import { Drop } from "../lib/allocator/drop/drop.ts";
import { generateInstance } from "../lib/generate/generate_instance.ts";
import { reportFacts } from "../lib/report/facts/facts.ts";
import { reportHtml } from "../lib/report/html/html.ts";
import { count, figure } from "../lib/report/words.ts";
import { cleanInput } from "../tests/support/report_drop.ts";

const { values: args } = parseArgs({
  args: Deno.args,
  options: {
    users: { type: "string", default: "20000,180000" },
    workers: { type: "string", default: String(navigator.hardwareConcurrency) },
  },
});

/** Seven steps of the ratios, then more sponsored capacity, then a fourth offer. */
const SCENARIOS = [
  { name: "as it is" },
  ...sweep(0.6, 1.2, 7).map((ratioScale) => ({ name: `ratios × ${ratioScale}`, ratioScale })),
  { name: "sponsored caps × 1.2", capScale: { sponsored: 1.2 } },
  { name: "k = 4", k: 4 },
];

console.log(
  "| users (pairs) | scenario, median | slowest | CPU time each | largest gap | report's facts | page | page's size |",
);
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const users of args.users.split(",").map(Number)) {
  const instance = generateInstance({ users });
  const before = process.cpuUsage();
  const solved = await whatIf(instance, defaultPolicy, SCENARIOS, {
    workers: Number(args.workers),
  });
  // What a scenario costs, whatever else the machine is doing.
  const used = process.cpuUsage(before);
  const cpu = (used.user + used.system) / 1e6 / SCENARIOS.length;
  // The first starts from nothing.
  const warm = solved.slice(1);
  const seconds = warm.map((s) => s.seconds).sort((a, b) => a - b);
  const gap = Math.max(...warm.map((s) => s.allocation.gap!));

  const drop = new Drop(instance, cleanInput(instance));
  const begun = performance.now();
  const facts = reportFacts(drop, solved[0].allocation);
  const gathered = performance.now();
  const page = await reportHtml(facts);
  const drawn = performance.now();
  console.log(
    `| ${count(userCount(instance))} (${count(pairCount(instance))}) | ` +
      `${figure(seconds[seconds.length >> 1], 2)} s | ${figure(seconds.at(-1)!, 2)} s | ` +
      `${figure(cpu, 2)} s | ` +
      `${gap.toExponential(1)} | ${figure((gathered - begun) / 1000, 2)} s | ` +
      `${figure((drawn - gathered) / 1000, 2)} s | ${figure(page.length / 1e6, 2)} MB |`,
  );
}
