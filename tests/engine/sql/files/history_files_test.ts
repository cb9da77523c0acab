/** History that an engine reads itself is refused where one machine refuses it, by the same line. */
import { assertEquals, assertMatch } from "../../../../lib/deps/std_assert.ts";
import { generateDrop } from "../../../../lib/generate/generate.ts";
import { divvy } from "../../../support/cli.ts";
import { withFolder } from "../../../support/temp_folder.ts";

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
