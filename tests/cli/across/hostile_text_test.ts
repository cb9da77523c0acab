/** Ids and names of files are other people's: none of them moves the cursor, writes a clipboard or turns text around. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { visible, visibleLines } from "../../../lib/report/text/terminal.ts";
import { divvy, INPUTS, TempFolder } from "../../support/cli.ts";

/** Everything that a terminal obeys, but for the line break. */
// deno-lint-ignore no-control-regex
const OBEYED = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const GROUP = "g\x1b]52;c;aGk=\x07\x9b2J\x7f\u202egnp.exe\u2066\x08";

Deno.test("control characters are made visible, emphasis of our own only on a terminal", () => {
  const obeyed = "\0\x07\x08\x0b\x0d\x1b\x7f\x85\x9b\u061c\u200e\u200f\u202a\u202e\u2066\u2069";
  assertEquals(visible(obeyed), "�".repeat(obeyed.length));
  assertEquals(visibleLines(obeyed, true), "�".repeat(obeyed.length));
  assertEquals(visibleLines("a\tb\n[1m\n", true), "a\tb\n[1m\n");
  assertEquals(visibleLines("\x1b[1mx\x1b[22m\x1b[5m", true), "\x1b[1mx\x1b[22m�[5m");
  assertEquals(visibleLines("\x1b[1mx\x1b[22m", false), "�[1mx�[22m");
  assertEquals(visible("עברית, 上海, 👩‍👧"), "עברית, 上海, 👩‍👧");
});

Deno.test("no command says what a terminal would obey, whatever ids and files are called", async () => {
  await using folder = new TempFolder();
  folder.write("caps.csv", `contract_address,cap_face,is_sponsored\nc${GROUP},1,true\nd,1,false\n`);
  folder.write("group_ratios.csv", `group_id,sponsorship_ratio\n${GROUP},1\n`);
  folder.write("user_groups.csv", `user_id,group_id\nu${GROUP},${GROUP}\nv,${GROUP}\n`);
  folder.write(
    "elig.csv",
    `user_id,contract_address,score\nu${GROUP},c${GROUP},0.5\nu${GROUP},d,0.25\nv,c${GROUP},0.5\n`,
  );
  folder.write(
    "bad.csv",
    "user_id,contract_address,score,is_sponsored,group_id,sponsorship_ratio\n" +
      `x${GROUP},c${GROUP},0.5,True,${GROUP},1\n`,
  );
  folder.write("c\n\x1b]0;t\x07.json", "{}");
  const silent = async (code: number, ...args: string[]) => {
    const run = await divvy(args, { cwd: folder.path });
    assertEquals(run.code, code, run.stderr);
    for (const text of [run.stdout, run.stderr]) assert(!OBEYED.test(text), JSON.stringify(text));
    return run;
  };
  await silent(0, "allocate", ...INPUTS, "--out", "out.csv", "--certificate", "c.json");
  await silent(2, "check", ...INPUTS, "--assign", "bad.csv");
  await silent(0, "report", ...INPUTS, "--assign", "out.csv", "--certificate", "c.json");
  await silent(
    0,
    ...["whatif", ...INPUTS, "--certificate", "c.json", "--set-ratio", `${GROUP}=0.5`],
  );
  await silent(1, "whatif", ...INPUTS, "--certificate", "c.json", "--set-ratio", `n${GROUP}=0.5`);
  const { stdout } = await silent(2, "check", ...INPUTS, "--assign", "bad.csv", "--json", "-q");
  assert(JSON.stringify(JSON.parse(stdout)).includes("\x9b2J"), "JSON keeps the id");
  const { stderr } = await silent(
    1,
    ...["check", ...INPUTS, "--assign", "out.csv", "--certificate", "c\n\x1b]0;t\x07.json"],
  );
  assertEquals(stderr.trimEnd().split("\n").at(-1)!.startsWith("divvy: c��]0;t�.json: "), true);
  assertEquals((await silent(1, `x${GROUP}`)).stderr.split("\n").length, 2);
});
