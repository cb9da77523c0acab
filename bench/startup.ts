/**
 * How long the command line takes to start: medians of whole processes, beside an empty program.
 *
 *     deno run --allow-read --allow-run bench/startup.ts
 *
 * @module
 */
import { fileURLToPath } from "node:url";
const RUNS = 21;
const ROOT = fileURLToPath(new URL("../", import.meta.url));

const COMMANDS: [name: string, args: string[]][] = [
  ["an empty program", ["run", "--quiet", "data:application/javascript,"]],
  ["divvy --help", ["run", "--quiet", "cli.ts", "--help"]],
  ["divvy allocate --help", ["run", "--quiet", "cli.ts", "allocate", "--help"]],
  ["divvy complete -- allocate --model ''", [
    "run",
    "--quiet",
    "cli.ts",
    "complete",
    "--",
    "allocate",
    "--model",
    "",
  ]],
  ["divvy split, 4 people", [
    "run",
    "--quiet",
    "--allow-read",
    "cli.ts",
    "split",
    "-i",
    "examples/split/pizza.csv",
    "--total",
    "7",
  ]],
];

/** Milliseconds of one run. */
async function once(args: string[]): Promise<number> {
  const started = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`failed: ${args.join(" ")}`);
  return performance.now() - started;
}

const times = COMMANDS.map((): number[] => []);
// Round by round, so that a busy moment of the machine falls on all alike; the first round warms the caches.
for (let run = -1; run < RUNS; run++) {
  for (const [i, [, args]] of COMMANDS.entries()) {
    const time = await once(args);
    if (run >= 0) times[i].push(time);
  }
}

console.log(
  `Deno ${Deno.version.deno}, ${navigator.hardwareConcurrency} cores, ${RUNS} runs each\n`,
);
console.log("| command | median | fastest |\n| --- | --- | --- |");
for (const [i, [name]] of COMMANDS.entries()) {
  const sorted = times[i].toSorted((a, b) => a - b);
  const ms = (time: number) => `${time.toFixed(0)} ms`;
  console.log(`| ${name} | ${ms(sorted[RUNS >> 1])} | ${ms(sorted[0])} |`);
}
