/** The engines that a test tries, each with its own way to have a drop's files as tables and to give the result's rows. */
import { allocateInClickHouse } from "../../lib/engine/clickhouse/open_drop.ts";
import { allocateInDuckDb } from "../../lib/engine/duckdb/open_drop.ts";
import { allocateInSpark } from "../../lib/engine/spark/open_drop.ts";
import { DuckDbDialect } from "../../lib/engine/duckdb/dialect.ts";
import { parse } from "../../lib/deps/std_csv.ts";
import type { EngineOptions, EngineResult } from "../../lib/engine/run/allocate_in_engine.ts";
import type { EngineInput } from "../../lib/engine/drop/task.ts";
import type { Dialect } from "../../lib/engine/sql/store/dialect.ts";
import { onClickHouse } from "./database.ts";
import { ALL_TESTS } from "./effort.ts";
import { putLimited } from "./engine_drop.ts";
import { readRows } from "./engine_files.ts";
import { OwedDialect } from "./owed_dialect.ts";
import { pythonWith, readFolder, rowsOf, SMALL_SPARK } from "./spark.ts";
import { type ClickHouseTestServer, serverTest, startClickHouse } from "./servers.ts";

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
  /** Rows of alternates: user, contract, rank, score, net value, whether it is sponsored ("1" or "0"), group. */
  readonly alternates: string[][];
}

/** Allocates a drop of files in a folder; alternates go where the engine has a place for them. */
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

/** The input with another place for alternates, where they are asked for. */
function alternatesTo(out: string, { alternates }: EngineInput): Pick<EngineInput, "alternates"> {
  return alternates === undefined ? {} : { alternates: { ...alternates, out } };
}

/** Rows of a file of alternates, flags as numbers. */
async function alternateRows(path: string): Promise<string[][]> {
  const [, ...rows] = parse(await Deno.readTextFile(path));
  return rows.map((row) =>
    row.map((cell) => cell === "True" ? "1" : cell === "False" ? "0" : cell)
  );
}

const tryDuckDb = (dialect: Dialect): TryEngine => async (files, folder, input, options) => {
  const out = `${folder}/assignments.csv`, next = `${folder}/next.csv`;
  const result = await allocateInDuckDb(
    { ...input, ...inputsOf(files), ...alternatesTo(next, input), out, memory: "500MB" },
    options,
    dialect,
  );
  const alternates = input.alternates === undefined ? [] : await alternateRows(next);
  return { result, alternates, rows: await readRows(out) };
};

let drops = 0;

function tryClickHouse(servers: readonly ClickHouseTestServer[]): TryEngine {
  return async (files, _folder, input, options) => {
    const outTable = `tried_${++drops}_out`;
    const tables = await putLimited(servers, `tried_${drops}`, files);
    const previous = files.previous &&
      await putTable(servers, `tried_${drops}_was`, files.previous);
    const result = await allocateInClickHouse(
      { ...input, ...tables, ...alternatesTo(`${outTable}_next`, input), previous, outTable },
      options,
    );
    const rowsOf = async (sql: string) => {
      const text = await onClickHouse(servers[0].port, `${sql} FORMAT TabSeparated`);
      return text.trim().split("\n").map((line) => line.split("\t"));
    };
    const alternates = input.alternates === undefined
      ? []
      : await rowsOf(`SELECT * FROM ${outTable}_next ORDER BY user_id, rank`);
    const rows = await rowsOf(`SELECT user_id, contract_address, score FROM ${outTable}`);
    return { result, alternates, rows };
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
  const out = `${folder}/assignments_csv.csv`, next = `${folder}/next_csv.csv`;
  const result = await allocateInSpark({
    ...input,
    ...inputsOf(files),
    out,
    python: python!,
    master: "local[2]",
    ...alternatesTo(next, input),
    configuration: SMALL_SPARK,
  }, options);
  const alternates = input.alternates === undefined ? [] : await readFolder(next, alternateRows);
  return { result, alternates, rows: await rowsOf(out) };
};

/**
 * Defines a test for each engine: DuckDB, and two shards of ClickHouse where there is a server; where all tests are asked for,
 * also Spark, and DuckDB with only what a dialect owes.
 *
 * @param test `few`: the engine is slow, so that one case of several is enough
 * @param usual engines of a usual run: DuckDB alone where ClickHouse meets the same statements in another test
 */
export function testEngines(
  name: string,
  test: (t: Deno.TestContext, engine: TryEngine, few: boolean) => Promise<void>,
  usual: "DuckDB and ClickHouse" | "DuckDB" = "DuckDB and ClickHouse",
): void {
  const duckdb = new DuckDbDialect();
  Deno.test(`DuckDB: ${name}`, (t) => test(t, tryDuckDb(duckdb), false));
  // Look-ups alone take a hundred times as long so.
  if (ALL_TESTS) {
    const owed = tryDuckDb(new OwedDialect(duckdb));
    Deno.test(`DuckDB without its quick ways: ${name}`, (t) => test(t, owed, true));
  }
  if (ALL_TESTS || usual !== "DuckDB") {
    serverTest(["clickhouse"], `ClickHouse, 2 shards: ${name}`, async (t) => {
      await using cluster = await startClickHouse(2);
      await test(t, tryClickHouse(cluster.servers), true);
    });
  }
  Deno.test({
    name: `Spark: ${name}`,
    // Its statements take Spark a minute or more.
    ignore: python === null || !ALL_TESTS,
    fn: (t) => test(t, trySpark, true),
  });
}
