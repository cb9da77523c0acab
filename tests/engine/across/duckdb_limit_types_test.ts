/** Columns that limits name, of every type of Parquet: the engine and one machine tell the same values apart, or both refuse them. */
import { openDuckDb } from "../../../lib/deps/duckdb.ts";
import { assertEquals, assertMatch } from "../../../lib/deps/std_assert.ts";
import { divvy } from "../../support/cli.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";

/** Types, two values of each, and how a limit selects the first. */
const TOLD_APART: readonly (readonly [type: string, first: string, other: string, word: string])[] =
  [
    ["DOUBLE", "2.5", "3", "2.5"],
    ["DOUBLE", "2", "3", "2"],
    ["DOUBLE", "inf", "-inf", "Infinity"],
    ["FLOAT", "0.1", "0.2", "0.1"],
    ["DECIMAL(10,2)", "2.50", "3", "2.50"],
    ["DECIMAL(20,0)", "10000000000000000001", "10000000000000000002", "10000000000000000001"],
    ["BOOLEAN", "true", "false", "true"],
    ["TIMESTAMP", "2025-08-14 23:30:00", "2025-08-15", "2025-08-14T23:30:00Z"],
  ];

/** Types whose values are no texts or numbers. */
const REFUSED: Record<string, string> = {
  "TIME": "09:00:00",
  "INTERVAL": "1 month",
  "VARCHAR[]": "[a, b]",
  "STRUCT(a INTEGER)": "{'a': 1}",
};

Deno.test("DuckDB: limits tell values of every type apart as on one machine, or both refuse the type", (t) =>
  withFolder(async (cwd) => {
    const tables = {
      caps: "contract_address,cap_face,is_sponsored\nc1,9,1\nc2,9,0\n",
      user_groups: "user_id,group_id\nu1,g\nu2,g\n",
      group_ratios: "group_id,sponsorship_ratio\ng,0\n",
    };
    await writeFiles(cwd, tables);
    const database = await openDuckDb(":memory:", {}), connection = await database.connect();
    /** What both ways say: the assignments, or the error. */
    const outcomes = async (type: string, first: string, other: string, limit: string) => {
      const row = (user: string, contract: string, score: number, kind: string) =>
        `('${user}', '${contract}', ${score}e0, '${kind.replaceAll("'", "''")}'::${type})`;
      await connection.run(
        `COPY (SELECT * FROM (VALUES ${row("u1", "c1", 0.5, first)}, ${row("u1", "c2", 0.7, first)},
${row("u2", "c1", 0.3, other)}, ${row("u2", "c2", 1, other)})
t(user_id, contract_address, score, kind)) TO '${cwd}/elig.parquet' (FORMAT parquet)`,
      );
      await Deno.writeTextFile(`${cwd}/limits.csv`, limit);
      return await Promise.all([["--solver", "greedy"], ["--engine", "duckdb"]].map(async (way) => {
        const out = `${way[1]}.csv`;
        const { code, stderr } = await divvy(
          ["allocate", "--dir", ".", "--elig", "elig.parquet", "--limits", "limits.csv", "-q"]
            .concat("--out", out, ...way),
          { cwd, permissions: ["--allow-all"] },
        );
        return code === 0 ? await Deno.readTextFile(`${cwd}/${out}`) : stderr;
      }));
    };
    for (const [type, first, other, word] of TOLD_APART) {
      await t.step(`${type} ${first}`, async () => {
        const [here, there] = await outcomes(
          type,
          first,
          other,
          `limit,kind,at_most\nm,${word},0\n`,
        );
        assertEquals(there, here);
        assertEquals(here.match(/^u\d/gm), ["u2"], here);
      });
    }
    for (const [type, value] of Object.entries(REFUSED)) {
      await t.step(type, async () => {
        for (const said of await outcomes(type, value, value, "limit,per,at_most\nm,kind,1\n")) {
          assertMatch(said, /elig\.parquet.*: kind is of type .*, expected text or numbers$/m);
        }
      });
    }
    connection.closeSync();
    database.closeSync();
  }));
