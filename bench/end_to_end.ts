/**
 * `divvy allocate` from process start to file written, at the sizes of real drops and beyond.
 *
 *     deno run --allow-all bench/end_to_end.ts [--dir DIR] [--runs 3] [--large]
 *
 * Prints Markdown. `--large` adds 28 and 100 million pairs (9 GB of files in DIR, removed again). Each run is a fresh
 * process; medians over the runs, of the largest drop one run.
 */
import { median } from "./median.ts";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

interface Case {
  readonly name: string;
  readonly generate: readonly string[];
  readonly allocate: readonly string[];
  readonly runs: number;
}

const { values } = parseArgs({
  options: {
    dir: { type: "string" },
    runs: { type: "string", default: "3" },
    large: { type: "boolean", default: false },
  },
});
const folder = values.dir ?? await Deno.makeTempDir(), runs = Number(values.runs);
const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));
const users = (users: number, pairs: number) => ["--users", `${users}`, "--pairs", `${pairs}`];
const cases: Case[] = [
  { name: "180k, optimal", generate: users(181_800, 28.6), allocate: [], runs },
  { name: "180k, greedy", generate: users(181_800, 28.6), allocate: ["--solver", "greedy"], runs },
];
if (values.large) {
  cases.push(
    { name: "1M, optimal", generate: users(1_010_000, 28.6), allocate: [], runs },
    {
      name: "3.5M, optimal",
      generate: users(3_540_000, 29.5),
      allocate: ["--gap", "1e-5"],
      runs: 1,
    },
  );
}

/** Runs the command to its end; its seconds. */
async function divvy(...args: string[]): Promise<number> {
  const started = performance.now();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-write", cli, ...args, "--quiet"],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return (performance.now() - started) / 1000;
}

console.log("| drop | users | pairs | read | solve | write | in all | peak RSS | proven gap |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const { name, generate, allocate, runs } of cases) {
  const drop = `${folder}/drop`;
  await divvy("generate", "--force", "--dir", drop, ...generate);
  const all: { seconds: number; summary: Record<string, unknown> }[] = [];
  for (let run = 0; run < runs; run++) {
    const inputs = ["caps", "elig", "user-groups", "group-ratios"]
      .flatMap((table) => [`--${table}`, `${drop}/${table.replace("-", "_")}.csv`]);
    const outputs = [
      "--out",
      `${folder}/out.csv`,
      "--summary",
      `${folder}/summary.json`,
      "--timings",
    ];
    const seconds = await divvy("allocate", ...inputs, ...outputs, ...allocate);
    all.push({ seconds, summary: JSON.parse(await Deno.readTextFile(`${folder}/summary.json`)) });
  }
  await Deno.remove(drop, { recursive: true });
  const part = (key: string) =>
    `${
      median(all.map(({ summary }) => (summary.timings as Record<string, number>)[key])).toFixed(2)
    } s`;
  const { users, pairs, gap } = all[0].summary as Record<string, number | null>;
  const rss = median(all.map(({ summary }) => summary.peak_rss_bytes as number));
  console.log(
    `| ${name} | ${users} | ${pairs} | ${part("read_s")} | ${part("solve_s")} | ${
      part("write_s")
    } | ${median(all.map(({ seconds }) => seconds)).toFixed(1)} s | ${
      (rss / 2 ** 20).toFixed(0)
    } MiB | ${gap?.toExponential(0) ?? "–"} |`,
  );
}
if (values.dir === undefined) await Deno.remove(folder, { recursive: true });
