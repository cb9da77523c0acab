/** `divvy explain` as people call it. */
import { assertEquals, assertMatch } from "../../../../lib/deps/std_assert.ts";
import { generateDrop } from "../../../../lib/generate/generate.ts";
import { divvy, TempFolder } from "../../../support/cli.ts";
import { divvyMany } from "../../../support/many_runs.ts";

Deno.test("explain: what the drop does not have is told before anything is solved for it", async () => {
  await using folder = new TempFolder();
  const at = { cwd: folder.path };
  await generateDrop({ dir: at.cwd, users: 40 });
  folder.write("limits.csv", "limit,per,at_most\nbrands,brand_id,30\n");
  const asked: [args: string[], expected: RegExp][] = [
    [["--user", "nobody"], /^divvy: user is "nobody", expected a user/],
    [["--contract", "nothing"], /^divvy: contract is "nothing", expected a contract/],
    [["--group", "nowhere"], /^divvy: group is "nowhere", expected a group/],
    [["--limit", "brnds"], /^divvy: limit is "brnds", expected the name of a limit/],
    [["--limit", "brands", "--row", "none"], /^divvy: row is "none", expected values of brand_id/],
  ];
  await divvy(["allocate", "--dir", ".", "--solver", "greedy", "--out", "a.csv", "-q"], at);
  for (const more of [[], ["--assign", "a.csv"]]) {
    const runs = await divvyMany(
      asked.map(([args]) => {
        return {
          ...at,
          args: ["explain", "--dir", ".", "--limits", "limits.csv", ...args, ...more],
        };
      }),
    );
    for (const [i, { code, stderr }] of runs.entries()) {
      const lines = stderr.trimEnd().split("\n");
      assertMatch(lines.at(-1)!, asked[i][1]);
      assertEquals([code, lines.some((line) => line.includes("solved first"))], [1, false]);
    }
  }
});
