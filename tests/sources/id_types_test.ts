/** Ids of every type of DuckDB: a file of Parquet, a database and the engine agree on them, or all refuse them. */
import { openDuckDb } from "../../lib/deps/duckdb.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../lib/deps/std_assert.ts";
import { InputError } from "../../lib/base/errors.ts";
import { FetchedFiles } from "../../lib/engine/duckdb/fetched_files.ts";
import { inputFiles } from "../../lib/engine/duckdb/input_files.ts";
import { DuckDbStore } from "../../lib/engine/duckdb/store.ts";
import { inputTables, PAIR_COLUMNS } from "../../lib/engine/sql/files/file_drop.ts";
import { requireColumns } from "../../lib/engine/sql/files/input_files.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import { requireIdTypes } from "../../lib/sources/id_types.ts";
import { withFolder } from "../support/temp_folder.ts";

/** Types, and values of each that are ids of users. */
const IDS: Record<string, readonly string[]> = {
  "VARCHAR": ["u1", " u2 ", "2024-03-01 09:00:00"],
  "UTINYINT": ["255", "0"],
  "BIGINT": ["9007199254740993", "9007199254740992", "-5"],
  "UBIGINT": ["18446744073709551615", "18446744073709551614"],
  "DECIMAL(38,0)": ["10000000000000000000000000000000000001", "10000000000000000000000000000002"],
  "DATE": ["2024-03-01", "0044-03-15 (BC)", "12024-01-31"],
  "TIMESTAMP": [
    "2024-03-01 09:00:00",
    "2024-03-01 09:00:00.1",
    "2024-03-01 09:00:00.000001",
    "1969-12-31 23:59:59.999",
    "0044-03-15 (BC) 01:02:03",
    "12024-01-31 00:00:00",
  ],
  "TIMESTAMP_NS": ["2024-03-01 09:00:00.1234", "2024-03-01 09:00:00.000000001"],
  "TIMESTAMP_MS": ["2024-03-01 09:00:00.120", "2024-03-01 09:00:00"],
  "TIMESTAMP_S": ["2024-03-01 09:00:00", "1960-03-01 09:00:00"],
  "TIMESTAMPTZ": ["2024-03-01 00:30:00+02", "2024-03-01 23:30:00.5-05"],
  "UUID": ["FFFFFFFF-e29b-41d4-a716-446655440001", "00000000-e29b-41d4-a716-446655440001"],
  "ENUM('x', 'y')": ["x", "y"],
  "BLOB": ["u1", "\\xC3\\xA9", "u2\\x00"],
};

/** Types whose values are no ids, and one of them. */
const NO_IDS: Record<string, string> = {
  "DOUBLE": "1",
  "FLOAT": "nan",
  "DECIMAL(10,2)": "1.50",
  "BOOLEAN": "true",
  "TIME": "09:00:00",
  "INTERVAL": "1 month",
  "VARCHAR[]": "[a, b]",
  "STRUCT(a INTEGER)": "{'a': 1}",
  "JSON": "1",
};

/** Makes the table `elig`, its users of a type, in a database and as Parquet, with the tables beside it. */
async function makeDrop(folder: string, type: string, users: readonly string[]) {
  const path = `${folder}/d.duckdb`, elig = `${folder}/elig.parquet`;
  await Deno.remove(path).catch(() => {});
  const database = await openDuckDb(path, {}), connection = await database.connect();
  const rows = users.map((user) => `('${user.replaceAll("'", "''")}'::${type}, 'c', 1e0)`);
  await connection.run(
    `CREATE TABLE elig AS SELECT * FROM (VALUES ${rows.join(", ")}) t(${PAIR_COLUMNS.join(", ")})`,
  );
  await connection.run("CREATE TABLE user_groups AS SELECT user_id, 'g' AS group_id FROM elig");
  for (const table of ["elig", "user_groups"]) {
    await connection.run(`COPY ${table} TO '${folder}/${table}.parquet' (FORMAT parquet)`);
  }
  connection.closeSync();
  database.closeSync();
  await Deno.writeTextFile(`${folder}/caps.csv`, "contract_address,cap_face,is_sponsored\nc,9,1\n");
  await Deno.writeTextFile(`${folder}/group_ratios.csv`, "group_id,sponsorship_ratio\ng,0\n");
  const beside = { caps: `${folder}/caps.csv`, groupRatios: `${folder}/group_ratios.csv` };
  const address = (table: string) => `duckdb://${path}?table=${table}`;
  return {
    files: { ...beside, elig, userGroups: `${folder}/user_groups.parquet` },
    tables: { ...beside, elig: address("elig"), userGroups: address("user_groups") },
  };
}

/** The users that the engine reads from a file. */
async function usersThere(folder: string, elig: string): Promise<string[]> {
  const store = await DuckDbStore.open(`${folder}/run.duckdb`, {
    memory: "500MB",
    threads: 1,
    spill: folder,
  });
  try {
    // What the machine's zone is to a session.
    await store.run("SET TimeZone = 'America/New_York'", {});
    const files = await inputFiles(store, elig, PAIR_COLUMNS, {
      fetched: new FetchedFiles(folder),
    });
    requireColumns(files, PAIR_COLUMNS);
    const { pairs } = inputTables(store.dialect, files, { source: "", columns: new Map() });
    return (await store.rowsOverAll(`SELECT user_id FROM ${pairs}`, {})).map(([user]) => user);
  } finally {
    store.close();
  }
}

Deno.test("ids are the same from Parquet, a DuckDB database and the engine, whatever their type and the zone", (t) =>
  withFolder(async (folder) => {
    for (const [type, users] of Object.entries(IDS)) {
      await t.step(type, async () => {
        const { files, tables } = await makeDrop(folder, type, users);
        const read = (await readDrop(files)).instance.users.toArray();
        assertEquals(read.length, users.length);
        assertEquals((await readDrop(tables)).instance.users.toArray(), read);
        assertEquals((await usersThere(folder, files.elig)).sort(), [...read].sort());
      });
    }
  }));

Deno.test("types whose values are no ids are refused by Parquet, a DuckDB database and the engine, by name", (t) =>
  withFolder(async (folder) => {
    for (const [type, user] of Object.entries(NO_IDS)) {
      await t.step(type, async () => {
        const { files, tables } = await makeDrop(folder, type, [user]);
        const said =
          /: user_id is of type .*, expected text, integers, dates, timestamps or UUIDs$/;
        const { message } = await assertRejects(() => readDrop(tables), InputError);
        assert(said.test(message), message);
        const here = await assertRejects(() => readDrop(files), InputError, "user_id is ");
        const there = await assertRejects(() => usersThere(folder, files.elig), InputError);
        assertEquals(there.message, here.message.replace("user_groups", "elig"));
      });
    }
  }));

Deno.test("bytes that are not UTF-8 are no id; the error names file and column", () =>
  withFolder(async (folder) => {
    const { files, tables } = await makeDrop(folder, "BLOB", ["u1", "\\xFF"]);
    for (const read of [() => readDrop(tables), () => usersThere(folder, files.elig)]) {
      await assertRejects(read, Error, "user_id is not UTF-8 text, expected UTF-8 text");
    }
    const { message } = await assertRejects(() => readDrop(tables), InputError);
    assertEquals(message.match(/duckdb:/g)?.length, 1, message);
  }));

Deno.test("whole numbers beyond 64 bits are ids of a database; Parquet has them as floats", () =>
  withFolder(async (folder) => {
    const users = [
      "170141183460469231731687303715884105727",
      "170141183460469231731687303715884105726",
    ];
    const { files, tables } = await makeDrop(folder, "HUGEINT", users);
    assertEquals((await readDrop(tables)).instance.users.toArray(), [...users].sort());
    await assertRejects(() => readDrop(files), InputError, "of type DOUBLE");
    await assertRejects(() => usersThere(folder, files.elig), InputError, "of type DOUBLE");
  }));

Deno.test("Spark's types are known by its names, and columns that hold no ids may be of any", () => {
  for (const type of ["string", "bigint", "decimal(20,0)", "timestamp_ntz", "binary", "void"]) {
    requireIdTypes("f", [["user_id", type]]);
  }
  requireIdTypes("f", [["score", "double"]]);
  for (const type of ["double", "decimal(20,2)", "array<string>", "boolean"]) {
    const refuse = () => requireIdTypes("f", [[" group_id ", type]]);
    assertThrows(refuse, InputError, `f: group_id is of type ${type}, expected text`);
  }
});
