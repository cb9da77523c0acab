/** An id may be as long as a field of a file: texts for people show its beginning, files and JSON have all of it. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { didYouMean } from "../../../lib/base/ids/near_ids.ts";
import { visible } from "../../../lib/report/text/terminal.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

const LONG = 100_000, USER = "u".repeat(LONG);
/** As long, of short words: nothing tells its end from the text around it. */
const BLANKS = "ann and ".repeat(LONG / 8) + "bob";

Deno.test("only words that no screen holds are cut", () => {
  const id = "0x71252fe1ad23d73fbe60c1aee5f15df4afc05826".repeat(4);
  assertEquals(visible(`user ${id}`), `user ${id}`);
  assertEquals(visible("é".repeat(200)), "é".repeat(200));
  assertEquals(visible("😀".repeat(201)), `${"😀".repeat(199)}…`);
  assertEquals(visible(BLANKS.slice(0, 2000)), BLANKS.slice(0, 2000));
  assertEquals(
    visible(`${BLANKS} gets 3`),
    `${BLANKS.slice(0, 1333)}…${BLANKS.slice(-659)} gets 3`,
  );
});

Deno.test("huge ids are not compared letter by letter, but by their beginnings", () => {
  assertEquals(didYouMean(`x${USER}`, [USER, `${USER}y`]), "");
  assertEquals(didYouMean("uuu", [USER]), ` (did you mean ${"u".repeat(199)}…?)`);
});

/** Runs commands over a drop whose ids are long, and looks at their lines. */
async function showsShortLines(idOf: (letter: string) => string): Promise<void> {
  const USER = idOf("u"), CONTRACT = idOf("c"), GROUP = idOf("g"), LIMIT = idOf("l");
  await using folder = new TempFolder();
  folder.writeAll({
    "caps.csv":
      `contract_address,cap_face,is_sponsored,name\n${CONTRACT},1,true,n${CONTRACT}\nd,1,false,e\n`,
    "group_ratios.csv": `group_id,sponsorship_ratio\n${GROUP},1\n`,
    "user_groups.csv": `user_id,group_id\n${USER},${GROUP}\nv,${GROUP}\n`,
    "elig.csv": `user_id,contract_address,score\n` +
      `${USER},${CONTRACT},0.5\nv,${CONTRACT},0.25\nv,d,0.25\n`,
    "limits.csv": `limit,per,at_most,at_least\n${LIMIT},contract_address,,2\n`,
    "before.csv": `user_id,contract_address,score\n${USER},d,1\nv,${CONTRACT},1\n`,
    "people.json": JSON.stringify({
      total: 3,
      requirements: [USER, "v"].map((name) => ({ name, interval: [0, 2], target: 1 })),
    }),
  });
  const short = async (code: number, ...args: string[]) => {
    const run = await divvy(args, { cwd: folder.path });
    assertEquals(run.code, code, run.stderr.slice(-500));
    const longest = `${run.stdout}\n${run.stderr}`.split("\n").reduce(
      (a, b) => a.length > b.length ? a : b,
    );
    assert(longest.length < 3000, `${args[0]}: ${longest.slice(0, 100)}`);
  };
  const drop = [...INPUTS, "--limits", "limits.csv"];
  const given = [...drop, "--assign", "out.csv", "--certificate", "c.json"];
  await short(0, "allocate", ...drop, "--out", "out.csv", "--certificate", "c.json");
  assertEquals(folder.read("out.csv").includes(`\n${USER},${CONTRACT},`), true);
  await short(2, "check", ...given);
  await short(2, "check", ...INPUTS, "--assign", "before.csv");
  await short(0, "report", ...given);
  await short(0, "report", ...INPUTS);
  await short(2, "validate", ...drop);
  for (
    const about of [["--user", USER], ["--contract", CONTRACT], ["--group", GROUP], [
      "--limit",
      LIMIT,
    ]]
  ) await short(0, "explain", ...given, ...about);
  await short(1, "explain", ...given, "--user", "uuu");
  await short(1, "explain", ...given, "--user", `${USER}x`);
  folder.write("again.csv", `user_id,contract_address,score\n${`${USER},d,1\n`.repeat(2)}`);
  await short(
    1,
    "allocate",
    ...drop,
    "--elig",
    "again.csv",
    "--duplicates",
    "error",
    "--out",
    "2.csv",
  );
  await short(1, "explain", ...given, "--limit", LIMIT, "--row", "zz");
  await short(0, "whatif", ...given.slice(0, -4), "--set-ratio", `${GROUP}=0`);
  await short(0, "diff", "before.csv", "out.csv");
  await short(0, "split", "-i", "people.json", "--explain", USER);
}

Deno.test("no command has a line as long as an id", () =>
  showsShortLines((letter) => letter.repeat(LONG)));

Deno.test("no command has a line as long as an id of short words", () =>
  showsShortLines((letter) => `${letter} and `.repeat(LONG / 10) + letter));

Deno.test("an error about ids with line breaks stays on its line", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  folder.write("elig.csv", 'user_id,contract_address,score\n"ann\n1",s1,1\n"ann\n1",s1,1\n');
  folder.write("user_groups.csv", 'user_id,group_id\n"ann\n1",g1\n');
  const run = await divvy([
    "allocate",
    ...INPUTS,
    "--duplicates",
    "error",
    "--out",
    "out.csv",
    "-q",
  ], {
    cwd: folder.path,
  });
  assertEquals([run.code, run.stderr], [
    1,
    "divvy: elig.csv:4: 1 pair comes again, such as user_id ann\ufffd1 with contract_address s1, " +
    "which elig.csv:2 has, expected each once (--duplicates is error)\n",
  ]);
});
