/**
 * The data path: generating, reading and writing at the size of a real drop, beside pandas, polars and DuckDB reading
 * the same eligibility file. Every measurement is a fresh process; tools take turns; the table shows medians.
 *
 *   python3 -m venv bench/.venv
 *   bench/.venv/bin/pip install -r bench/peers/read_requirements.txt
 *   deno run --allow-all bench/data_path.ts --python bench/.venv/bin/python [--users 180000] [--runs 5] [--dir DIR]
 */
import { median } from "./median.ts";
import { createGzip, createZstdCompress } from "node:zlib";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

interface Measured {
  seconds: number;
  /** Processor seconds of all threads: steadier than seconds where other work shares the machine. */
  cpu?: number;
  rows: number;
  rss?: number;
  bytes?: number;
}

function option(name: string, otherwise: string): string {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? otherwise : Deno.args[at + 1];
}

const users = Number(option("users", "180000")), runs = Number(option("runs", "5"));
const python = option("python", ""), dir = option("dir", await Deno.makeTempDir());
const here = import.meta.dirname!;

/** Runs a command to its end; its output's lines as JSON. */
async function run(command: string, args: string[]): Promise<Measured[]> {
  const { success, stdout } = await new Deno.Command(command, { args, stderr: "inherit" }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

const deno = (script: string, ...args: string[]) =>
  run(Deno.execPath(), ["run", "--allow-all", "--quiet", `${here}/${script}`, ...args]);

/** Seconds of `divvy generate`, process start to end. */
async function generate(folder: string, format: string): Promise<number> {
  const started = performance.now();
  const args = [
    "generate",
    "--force",
    "--dir",
    folder,
    "--users",
    String(users),
    "--format",
    format,
    "--quiet",
  ];
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", `--allow-write=${folder}`, `${here}/../cli.ts`, ...args],
  }).output();
  if (!success) throw new Error("generate failed");
  return (performance.now() - started) / 1000;
}

await Deno.mkdir(dir, { recursive: true });
const csv = `${dir}/csv`, parquet = `${dir}/parquet`;
const generated = { csv: await generate(csv, "csv"), parquet: await generate(parquet, "parquet") };
const elig = `${csv}/elig.csv`;
await pipeline(createReadStream(elig), createGzip({ level: 3 }), createWriteStream(`${elig}.gz`));
await pipeline(createReadStream(elig), createZstdCompress(), createWriteStream(`${elig}.zst`));

const files = [elig, `${elig}.gz`, `${elig}.zst`, `${parquet}/elig.parquet`];
if (python !== "") {
  // As other tools write it: values may be missing, pages are of the first version, row groups of a million rows.
  const other = `${dir}/pandas.parquet`;
  await run(python, [`${here}/peers/write_parquet.py`, elig, other]);
  files.push(other);
}

const readers: [string, string, () => Promise<Measured[]>][] = [];
for (const file of files) {
  const name = file.slice(file.lastIndexOf("/") + 1);
  if (file === elig) {
    readers.push([name, "Divvy, 1 thread", () => deno("data_path_read.ts", csv, file, "1")]);
  }
  readers.push([name, "Divvy", () => deno("data_path_read.ts", csv, file, "auto")]);
  if (python === "" || file.endsWith(".zst")) continue;
  for (const tool of ["pandas", "polars", "duckdb"]) {
    readers.push([name, tool, () => run(python, [`${here}/peers/read_elig.py`, tool, file])]);
  }
}
const took = readers.map(() => [] as Measured[]);
for (let turn = 0; turn < runs; turn++) {
  for (const [i, [, , read]] of readers.entries()) took[i].push(...await read());
}

const size = (await Deno.stat(elig)).size;
console.log(
  `elig.csv: ${(size / 1e6).toFixed(0)} MB, ${took[0][0].rows} pairs kept, ${runs} runs\n`,
);
console.log(
  "| file | read by | seconds | CPU seconds | RSS, MB |\n| --- | --- | ---: | ---: | ---: |",
);
readers.forEach(([file, tool], i) => {
  const seconds = median(took[i].map((m) => m.seconds)), rss = median(took[i].map((m) => m.rss!));
  const cpu = median(took[i].map((m) => m.cpu!)).toFixed(2);
  console.log(`| ${file} | ${tool} | ${seconds.toFixed(2)} | ${cpu} | ${(rss / 1e6).toFixed(0)} |`);
});

const outputs = ["csv", "csv.gz", "parquet"].map((ending) => `${dir}/assignments.${ending}`);
const writes: Measured[][] = [];
for (let turn = 0; turn < runs; turn++) writes.push(await deno("data_path_write.ts", ...outputs));
console.log("\n| work | seconds | MB |\n| --- | ---: | ---: |");
outputs.forEach((file, i) => {
  const seconds = median(writes.map((turn) => turn[i].seconds)), { rows, bytes } = writes[0][i];
  const ending = file.slice(file.indexOf("assignments.") + 12);
  console.log(
    `| write ${rows} assignments, .${ending} | ${seconds.toFixed(2)} | ${
      (bytes! / 1e6).toFixed(0)
    } |`,
  );
});
for (const format of ["csv", "parquet"] as const) {
  const seconds = generated[format].toFixed(2);
  console.log(`| generate the drop, ${format}, process start to end | ${seconds} | |`);
}
if (!Deno.args.includes("--dir")) await Deno.remove(dir, { recursive: true });
