/** Files that an engine reads itself. */
import { openDuckDb } from "../../../../lib/deps/duckdb.ts";
import { assertEquals, assertMatch } from "../../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { DuckDbDialect } from "../../../../lib/engine/duckdb/dialect.ts";
import { wholeOrText } from "../../../../lib/engine/sql/files/input_files.ts";
import { divvy } from "../../../support/cli.ts";
import { withFolder, writeFiles } from "../../../support/temp_folder.ts";

Deno.test("bytes in Parquet that are no text are named by their row, as on one machine", () =>
  withFolder(async (cwd) => {
    const tables = {
      caps: "contract_address,cap_face,is_sponsored\na,2,true\n",
      elig: "user_id,contract_address,score\nu1,a,2\nu2,a,1\n",
      user_groups: "user_id,group_id\nu1,g\nu2,g\n",
      group_ratios: "group_id,sponsorship_ratio\ng,0\n",
      history: "user_id,contract_address\nu3,a\nu2,b\n",
      previous: "user_id,contract_address\nu1,a\nu2,a\n",
    };
    await writeFiles(cwd, tables);
    const database = await openDuckDb(":memory:", {}), connection = await database.connect();
    for (const table of ["elig", "user_groups", "history", "previous"]) {
      const path = `${cwd}/${table}.parquet`;
      await connection.run(
        `COPY (SELECT * REPLACE (if(user_id = 'u2', '\\xFF'::BLOB, user_id::BLOB) AS user_id)
FROM read_csv('${cwd}/${table}.csv')) TO '${path}' (FORMAT parquet)`,
      );
      const run = async (...more: string[]) => {
        const args = ["allocate", "--out", "out.csv", "-q", "--duplicates", "largest"];
        args.push("--cooldown", "contract=1drops", ...more);
        for (const name of Object.keys(tables)) {
          args.push(`--${name.replace("_", "-")}`, `${name}.${name === table ? "parquet" : "csv"}`);
        }
        const { code, stderr } = await divvy(args, { cwd, permissions: ["--allow-all"] });
        assertEquals(code, 1, `${table} ${more} ${stderr}`);
        return stderr;
      };
      const here = await run();
      assertMatch(here, new RegExp(`${table}\\.parquet:2: user_id .* not UTF-8 text`));
      assertEquals(await run("--engine", "duckdb"), here);
    }
    connection.closeSync();
  }));

Deno.test("numbers of any size are the texts that one machine writes", async () => {
  const random = seededRandom(7);
  const values = [0, -0, 1e15, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 1e21, 1e-6, 1e-7, 5e-324, 1e300];
  for (let i = 0; i < 3000; i++) {
    const digits = Math.floor(random.next() * 10 ** (1 + random.below(16)));
    values.push(Number(`${i % 2 === 0 ? "" : "-"}${digits}e${random.below(60) - 40}`));
    values.push((random.next() - 0.5) * 10 ** (random.below(60) - 30));
  }
  const database = await openDuckDb(":memory:", {}), connection = await database.connect();
  const text = wholeOrText(new DuckDbDialect(), "x");
  const list = values.map((x) => `'${x}'::DOUBLE`).join(", ");
  const found: unknown[] = [],
    stream = await connection.stream(
      `SELECT ${text} FROM (SELECT unnest([${list}]) AS x) AS given`,
      [],
    );
  for (let chunk; (chunk = await stream.fetchChunk()) && chunk.rowCount > 0;) {
    found.push(...chunk.getRows().flat());
  }
  assertEquals(found, values.map(String));
  connection.closeSync();
});
