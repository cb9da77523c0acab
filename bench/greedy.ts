/**
 * The greedy solver end to end, at the sizes of issues and of a real run of the replaced tool, under its production
 * options. Prints a Markdown table: medians of three fresh processes.
 *
 *     deno run --allow-all bench/greedy.ts
 */
import { median } from "./median.ts";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generateDrop } from "../lib/generate/generate.ts";
import { count, figure, percent } from "../lib/report/words.ts";
import type { DivvyRun } from "./divvy_run.ts";

const RUNS = 3;
/** About 1 % of the users have no group and 2 to 6 % of the pairs are left out, so a little more is generated. */
const SIZES = [
  { users: 2_000, pairs: 28 },
  { users: 20_000, pairs: 28 },
  { users: 94_464, pairs: 17 },
  { users: 181_800, pairs: 28.6 },
];

const { values: args } = parseArgs({ args: Deno.args, options: { dir: { type: "string" } } });
const folder = args.dir ?? await Deno.makeTempDir();
const script = fileURLToPath(new URL("./divvy_run.ts", import.meta.url));

console.log(
  "| users (pairs) | read | solve | its CPU | write | total | peak RSS | Σ score | fill |",
);
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const { users, pairs } of SIZES) {
  const dir = `${folder}/${users}`;
  await generateDrop({ dir, users, pairs, force: true });
  const runs: DivvyRun[] = [];
  for (let i = 0; i < RUNS; i++) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", script, "--dir", dir, "--solver", "greedy", "--production"],
      stderr: "inherit",
    }).output();
    runs.push(JSON.parse(new TextDecoder().decode(stdout)));
  }
  const seconds = (of: (run: DivvyRun) => number) => `${figure(median(runs.map(of)), 2)} s`;
  const [{ users: solved, pairs: eligible, assignments, score }] = runs;
  console.log(
    `| ${count(solved)} (${count(eligible)}) | ${seconds((run) => run.read_s)} | ` +
      `${seconds((run) => run.solve_s)} | ${seconds((run) => run.solve_cpu_s)} | ` +
      `${seconds((run) => run.write_s)} | ` +
      `${seconds((run) => run.total_s)} | ` +
      `${count(median(runs.map((run) => run.peak_rss_bytes)) / 2 ** 20)} MiB | ` +
      `${figure(score, 8)} | ${percent(assignments / (3 * solved))} |`,
  );
}
if (args.dir === undefined) await Deno.remove(folder, { recursive: true });
