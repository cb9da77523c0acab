/** History that an engine reads itself is refused where one machine refuses it, by the same line. */
import { openDuckDb } from "../../../../lib/deps/duckdb.ts";
import { assertEquals, assertMatch } from "../../../../lib/deps/std_assert.ts";
import { generateDrop } from "../../../../lib/generate/generate.ts";
import { divvy } from "../../../support/cli.ts";
import { withFolder, writeFiles } from "../../../support/temp_folder.ts";

Deno.test("DuckDB: a misspelt column of history is refused as on one machine, where a rule needs it", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 60 });
    const refusals: [header: string, rules: string[], expected: string][] = [
      ["offerd_at", ["--cooldown", "contract=1drops"], "offered_at"],
      ["outcom", ["--decline-factor", "0.5"], "outcome"],
      ["scores", ["--rotate", "1"], "score"],
      ["brand-id", ["--cooldown", "brand=1drops"], "brand_id"],
      // No rule asks for scores, so nothing is lost with them.
      ["scores", ["--cooldown", "contract=1drops"], ""],
    ];
    for (const [column, rules, expected] of refusals) {
      await Deno.writeTextFile(`${cwd}/h.csv`, `user_id,contract_address,${column}\nu,c,1\n`);
      const said = async (...more: string[]) => {
        const { code, stderr } = await divvy(
          [
            "allocate",
            "--dir",
            ".",
            "--history",
            "h.csv",
            ...rules,
            "-q",
            "--out",
            "a.csv",
            ...more,
          ],
          { cwd, permissions: ["--allow-all"] },
        );
        return [code, stderr.trim()] as const;
      };
      const local = await said("--solver", "greedy");
      assertEquals(await said("--engine", "duckdb"), local);
      assertEquals(local[0], expected === "" ? 0 : 1, local[1]);
      if (expected !== "") {
        assertMatch(
          local[1],
          new RegExp(`h.csv: the header has "${column}", expected ${expected} `),
        );
      }
    }
  }));

Deno.test("DuckDB: dates of any type are those of one machine, or refused by both", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 60 });
    const [row] = (await Deno.readTextFile(`${cwd}/elig.csv`)).split("\n").slice(1);
    const [user, contract] = row.split(",");
    const database = await openDuckDb(":memory:", {}), connection = await database.connect();
    const said = async (...more: string[]) => {
      const { code, stderr } = await divvy(
        ["allocate", "--dir", ".", "--history", "h.parquet", "--cooldown", "contract=9d"]
          .concat("--as-of", "2025-08-21", "-q", "--out", "a.csv", ...more),
        { cwd, permissions: ["--allow-all"] },
      );
      return { code, stderr, has: code === 0 && await hasPair(`${cwd}/a.csv`, user, contract) };
    };
    for (
      const [date, expected] of [
        ["20250814::DOUBLE", null],
        ["20250814::FLOAT", null],
        ["TIMESTAMP '2025-08-14 23:30:00'", null],
        ["20250814.5::DOUBLE", /offered_at is "20250814.5", expected a date/],
        ["'2025-08-14T25:00:00Z'", /offered_at is "2025-08-14T25:00:00Z", expected a date/],
        ["'2025-0814'", /offered_at is "2025-0814", expected a date/],
        ["TIME '10:00:00'", /offered_at is of type TIME, expected text or numbers/],
        ["['2025-08-14']", /offered_at is of type .*, expected text or numbers/],
      ] as const
    ) {
      await connection.run(
        `COPY (SELECT '${user}' AS user_id, '${contract}' AS contract_address, ${date} AS offered_at)
TO '${cwd}/h.parquet' (FORMAT parquet)`,
      );
      for (const found of [await said("--solver", "greedy"), await said("--engine", "duckdb")]) {
        assertEquals(found.code, expected === null ? 0 : 1, found.stderr);
        if (expected !== null) assertMatch(found.stderr, expected);
        assertEquals(found.has, false, date);
      }
    }
    connection.closeSync();
    database.closeSync();
  }));

/** Whether a file of assignments has a pair. */
async function hasPair(file: string, user: string, contract: string): Promise<boolean> {
  return (await Deno.readTextFile(file)).includes(`\n${user},${contract},`);
}

Deno.test("DuckDB: a pin that is cooling is refused with the day, or the file, that one machine names", () =>
  withFolder(async (cwd) => {
    await writeFiles(cwd, {
      caps: "contract_address,cap_face,is_sponsored,brand_id\ntea,9,1,leaf\nmate,9,1,leaf\n",
      elig: "user_id,contract_address,score\nann,tea,1\nann,mate,1\nbob,tea,1\n",
      user_groups: "user_id,group_id\nann,g\nbob,g\n",
      group_ratios: "group_id,sponsorship_ratio\ng,0\n",
      pins: "user_id,contract_address\nann,tea\n",
    });
    const said = async (...more: string[]) => {
      const { stderr } = await divvy(
        ["allocate", "--dir", ".", "--history", "h.csv", "--pins", "pins.csv", "-q"]
          .concat("--as-of", "2025-08-21", "--out", "a.csv", ...more),
        { cwd, permissions: ["--allow-all"] },
      );
      return stderr;
    };
    const head = "user_id,contract_address,offered_at,brand_id\n";
    for (
      const [rows, expected] of [
        [
          "ann,tea,2025-08-14,\nann,tea,20250816,\nann,tea,2025-08-30,\nbob,tea,2025-08-20,\n",
          "it",
        ],
        ["ann,mate,2025-08-10,\nann,old,2025-08-16T10:00,leaf\nann,tea,2025-01-01,\n", "its brand"],
      ]
    ) {
      await Deno.writeTextFile(`${cwd}/h.csv`, head + rows);
      const rules = ["--cooldown", "contract=9d,brand=30d"];
      const local = await said(...rules, "--solver", "greedy");
      assertMatch(local, new RegExp(`is cooling: had ${expected} on 2025-08-16, expected a pair`));
      assertEquals(await said(...rules, "--engine", "duckdb"), local);
    }
    await Deno.writeTextFile(`${cwd}/h.csv`, "user_id,contract_address\nann,tea\n");
    const rules = ["--cooldown", "contract=1drops"];
    const local = await said(...rules, "--solver", "greedy");
    assertMatch(local, /is cooling: had it in h\.csv, expected a pair/);
    assertEquals(await said(...rules, "--engine", "duckdb"), local);
  }));
