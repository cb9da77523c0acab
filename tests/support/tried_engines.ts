/** The engines that a test tries, each with its own way to have a drop's files as tables and to give the result's rows. */
import { allocateInClickHouse } from "../../lib/engine/clickhouse/open_drop.ts";
import { allocateInDuckDb } from "../../lib/engine/duckdb/open_drop.ts";
import { allocateInSpark } from "../../lib/engine/spark/open_drop.ts";
import type { EngineOptions, EngineResult } from "../../lib/engine/run/allocate_in_engine.ts";
import type { EngineInput } from "../../lib/engine/steps/task.ts";
import { onClickHouse } from "./database.ts";
import { putLimited } from "./engine_drop.ts";
import { readRows } from "./engine_files.ts";
import { startClickHouse } from "./servers.ts";
import { pythonWith, rowsOf, SMALL_SPARK } from "./spark.ts";
import { type ClickHouseTestServer, serverTest } from "./servers.ts";

/** The files of a drop that engines read themselves. */
export interface TriedFiles {
  readonly elig: string;
  readonly userGroups: string;
  /** Previous offers. @default none */
  readonly previous?: string;
}

/** What an engine made of a drop: its result, and rows (user, contract, score) of the assignments. */
export interface Tried {
  readonly result: EngineResult;
  readonly rows: string[][];
}

/** Allocates a drop of files in a folder. */
export type TryEngine = (
  files: TriedFiles,
  folder: string,
  input: EngineInput,
  options?: EngineOptions,
) => Promise<Tried>;

/** The inputs among files that may have more. */
function inputsOf({ elig, userGroups, previous }: TriedFiles) {
  return { elig, userGroups, ...(previous !== undefined && { previous }) };
}

const tryDuckDb: TryEngine = async (files, folder, input, options) => {
  const out = `${folder}/assignments.csv`;
  const result = await allocateInDuckDb(
    { ...input, ...inputsOf(files), out, memory: "500MB" },
    options,
  );
  return { result, rows: await readRows(out) };
};

let drops = 0;

function tryClickHouse(servers: readonly ClickHouseTestServer[]): TryEngine {
  return async (files, _folder, input, options) => {
    const outTable = `tried_${++drops}_out`;
    const tables = await putLimited(servers, `tried_${drops}`, files);
    const previous = files.previous &&
      await putTable(servers, `tried_${drops}_was`, files.previous);
    const result = await allocateInClickHouse(
      { ...input, ...tables, previous, outTable },
      options,
    );
    const text = await onClickHouse(
      servers[0].port,
      `SELECT user_id, contract_address, score FROM ${outTable} FORMAT TabSeparated`,
    );
    return { result, rows: text.trim().split("\n").map((line) => line.split("\t")) };
  };
}

/** Puts a file of texts into a table that every server has; its name. */
async function putTable(
  servers: readonly ClickHouseTestServer[],
  name: string,
  path: string,
): Promise<string> {
  const text = await Deno.readTextFile(path), head = text.slice(0, text.indexOf("\n"));
  const columns = head.split(",").map((column) => `${column} String`).join(", ");
  for (const { port } of servers) {
    await onClickHouse(port, `CREATE TABLE ${name} (${columns}) ENGINE = Memory`);
    await onClickHouse(port, `INSERT INTO ${name} FORMAT CSVWithNames\n${text}`);
  }
  return name;
}

const python = pythonWith("pyspark");

const trySpark: TryEngine = async (files, folder, input, options) => {
  const out = `${folder}/assignments_csv.csv`;
  const result = await allocateInSpark({
    ...{ ...input, ...inputsOf(files), out, python: python!, master: "local[2]" },
    configuration: SMALL_SPARK,
  }, options);
  return { result, rows: await rowsOf(out) };
};

/**
 * Defines a test for each engine: DuckDB, two shards of ClickHouse where there is a server, and Spark where
 * `DIVVY_SPARK=1` asks for it.
 *
 * @param few whether the engine is slow, so that one case of several is enough
 */
export function testEngines(
  name: string,
  test: (t: Deno.TestContext, engine: TryEngine, few: boolean) => Promise<void>,
): void {
  Deno.test(`DuckDB: ${name}`, (t) => test(t, tryDuckDb, false));
  serverTest(["clickhouse"], `ClickHouse, 2 shards: ${name}`, async (t) => {
    await using cluster = await startClickHouse(2);
    await test(t, tryClickHouse(cluster.servers), true);
  });
  Deno.test({
    name: `Spark: ${name}`,
    // Its statements take Spark a minute or more: asked for by DIVVY_SPARK=1.
    ignore: python === null || Deno.env.get("DIVVY_SPARK") !== "1",
    fn: (t) => test(t, trySpark, true),
  });
}
