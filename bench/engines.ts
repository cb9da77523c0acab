/**
 * One table for all engines: the same drops, each allocated on one machine's memory, by ClickHouse, by DuckDB and by Spark.
 *
 *     deno run -A bench/engines.ts --dir FOLDER [--pairs 5m,50m,100m] [--engines local,duckdb,clickhouse,spark]
 *         [--python .venv/bin/python] [--memory 4GB]
 *
 * Drops are made in FOLDER where they are not there (`divvy generate --seed 3 --format parquet`). A row is a whole
 * `divvy allocate` from its start to its result, with all processes that work for it; each is printed as it ends, and appended
 * to FOLDER/rows.jsonl, the table at the end. ClickHouse is started here, its tables are filled before the clock runs.
 */
import { parseArgs } from "node:util";
import { openDuckDb } from "../lib/deps/duckdb.ts";
import { defaultPolicy } from "../lib/allocator/model/policy.ts";
import { startClickHouse } from "../tests/support/servers.ts";
import { type Taken, watched } from "./watched_process.ts";

/** Users whose pairs are about that many. */
const USERS: Readonly<Record<string, number>> = {
  "500k": 20_000,
  "5m": 180_000,
  "10m": 364_000,
  "25m": 910_000,
  "50m": 1_820_000,
  "100m": 3_640_000,
  "300m": 10_920_000,
  "1b": 36_400_000,
};
const CLI = new URL("../cli.ts", import.meta.url).pathname;

interface Row extends Omit<Taken, "said" | "code"> {
  readonly drop: string;
  readonly engine: string;
  readonly pairs?: number;
  readonly objective?: number;
  readonly gap?: number;
  readonly steps?: unknown;
  readonly failed?: string;
}

const { values } = parseArgs({
  options: {
    dir: { type: "string" },
    pairs: { type: "string", default: "5m,50m,100m" },
    engines: { type: "string", default: "local,duckdb,clickhouse,spark" },
    python: { type: "string", default: ".venv/bin/python" },
    memory: { type: "string", default: "4GB" },
  },
});
if (values.dir === undefined) throw new Error("--dir FOLDER is needed");
const dir = values.dir;

/** The drop of a size, made where it is not there. */
async function dropOf(size: string): Promise<string> {
  const folder = `${dir}/${size}`;
  if (await Deno.stat(`${folder}/elig.parquet`).then(() => true, () => false)) return folder;
  const users = USERS[size];
  if (users === undefined) throw new Error(`--pairs ${size}: expected ${Object.keys(USERS)}`);
  const args = ["generate", "--seed", "3", "--format", "parquet", "--users", `${users}`];
  const { code, said } = await watched(Deno.execPath(), [
    "run",
    "-A",
    CLI,
    ...args,
    "--dir",
    folder,
    "--quiet",
  ]);
  if (code !== 0) throw new Error(said);
  return folder;
}

/** Options of an engine for a drop in a folder. */
async function optionsOf(engine: string, folder: string): Promise<string[]> {
  const files = ["--elig", `${folder}/elig.parquet`, "--user-groups"];
  files.push(`${folder}/user_groups.parquet`);
  if (engine === "local") return [...files, "--out", `${folder}/local.parquet`];
  if (engine === "duckdb") {
    return [
      ...files,
      "--engine",
      engine,
      "--memory",
      values.memory,
      "--out",
      `${folder}/d.parquet`,
    ];
  }
  files[1] = await inParts(folder);
  return [
    ...[...files, "--engine", engine, "--master", `local[${navigator.hardwareConcurrency}]`],
    "--python",
    values.python,
    "--out",
    `${folder}/spark`,
    "--spark-conf",
    "spark.driver.memory=6g",
  ];
}

/** The pairs as a folder of files, as clusters have them; made where it is not there. */
async function inParts(folder: string): Promise<string> {
  const parts = `${folder}/elig_parts`;
  if (await Deno.stat(parts).then(() => true, () => false)) return parts;
  const database = await openDuckDb(":memory:", { memory_limit: "2GB", threads: "2" });
  const connection = await database.connect();
  await connection.run(
    `COPY (SELECT * FROM read_parquet('${folder}/elig.parquet')) TO '${parts}.new'
(FORMAT parquet, FILE_SIZE_BYTES '32MB')`,
  );
  connection.closeSync();
  database.closeSync();
  await Deno.rename(`${parts}.new`, parts);
  return parts;
}

/** Runs `divvy allocate`, and tells the row. */
async function allocate(
  drop: string,
  engine: string,
  folder: string,
  options: readonly string[],
): Promise<Row> {
  const summary = `${folder}/summary.json`;
  const { said, code, ...taken } = await watched(Deno.execPath(), [
    "run",
    "-A",
    CLI,
    "allocate",
    "--caps",
    `${folder}/caps.csv`,
    "--group-ratios",
    `${folder}/group_ratios.csv`,
    ...options,
    "--summary",
    summary,
    "--timings",
    "--quiet",
    "--duplicates",
    "largest",
  ]);
  if (code !== 0) return { drop, engine, ...taken, failed: said.trim().split("\n").at(-1) };
  const facts = JSON.parse(await Deno.readTextFile(summary));
  return {
    drop,
    engine,
    ...taken,
    pairs: facts.input.elig.pairs ?? facts.input.pairs,
    objective: facts.objective,
    gap: facts.gap,
    steps: facts.timings,
  };
}

/** A server of its own with the drop in its tables. */
async function inClickHouse(drop: string, folder: string): Promise<Row> {
  await using servers = await startClickHouse(1);
  const [server] = servers.servers, url = `http://127.0.0.1:${server.port}/`;
  const order = "ENGINE = MergeTree PARTITION BY tuple() ORDER BY user_id";
  const database = await openDuckDb(":memory:", { memory_limit: "2GB", threads: "2" });
  const connection = await database.connect();
  const tables: [table: string, columns: [string, string][]][] = [
    ["elig", [["user_id", "String"], ["contract_address", "String"], ["score", "Float64"]]],
    ["user_groups", [["user_id", "String"], ["group_id", "String"]]],
  ];
  for (const [table, columns] of tables) {
    const declared = columns.map((column) => column.join(" ")).join(", ");
    await posted(url, `CREATE TABLE ${table} (${declared}) ${order}`);
    const file = await Deno.makeTempFile({ dir, suffix: ".tsv" });
    await connection.run(
      `COPY (SELECT ${
        columns.map(([name]) => name).join(", ")
      } FROM read_parquet('${folder}/${table}.parquet')) TO '${file}' (FORMAT csv, DELIMITER '\t', HEADER false)`,
    );
    const rows = await Deno.open(file);
    await posted(
      `${url}?query=${encodeURIComponent(`INSERT INTO ${table} FORMAT TabSeparated`)}`,
      rows.readable,
    );
    await Deno.remove(file);
  }
  connection.closeSync();
  database.closeSync();
  // Its memory is that of the run alone.
  await server.kill();
  await server.restart();
  return await allocate(drop, "clickhouse", folder, [
    "--engine",
    "clickhouse",
    "--url",
    `clickhouse://127.0.0.1:${server.port}/default`,
    "--elig-table",
    "elig",
    "--user-groups-table",
    "user_groups",
    "--out-table",
    "assigned",
  ]);
}

async function posted(url: string, body: string | ReadableStream<Uint8Array>): Promise<void> {
  const response = await fetch(url, { method: "POST", body });
  const said = await response.text();
  if (!response.ok) throw new Error(said);
}

/** A row as the table has it. */
function cells(row: Row): string[] {
  const { drop, engine, pairs, seconds, processorSeconds, peakBytes, gap, objective } = row;
  const end = row.failed === undefined
    ? [gap!.toExponential(1), objective!.toFixed(2)]
    : [row.failed, ""];
  return [
    drop,
    pairs === undefined ? "" : pairs.toLocaleString("en"),
    engine,
    seconds.toFixed(1),
    processorSeconds.toFixed(0),
    `${(peakBytes / 1e9).toFixed(2)} GB`,
    ...end,
  ];
}

const load = Deno.loadavg().map((n) => n.toFixed(1)).join(", ");
console.log(`model ${defaultPolicy.model}, k ${defaultPolicy.k}; load before: ${load}`);
const rows: Row[] = [];
for (const drop of values.pairs.split(",")) {
  const folder = await dropOf(drop);
  for (const engine of values.engines.split(",")) {
    const row = engine === "clickhouse"
      ? await inClickHouse(drop, folder)
      : await allocate(drop, engine, folder, await optionsOf(engine, folder));
    rows.push(row);
    console.error(cells(row).join("  "), JSON.stringify(row.steps));
    await Deno.writeTextFile(`${dir}/rows.jsonl`, `${JSON.stringify(row)}\n`, { append: true });
  }
}
const head = ["drop", "pairs", "engine", "seconds", "processor seconds", "peak memory", "gap"];
console.log(`| ${[...head, "objective"].join(" | ")} |\n|${" --- |".repeat(head.length + 1)}`);
for (const row of rows) console.log(`| ${cells(row).join(" | ")} |`);
