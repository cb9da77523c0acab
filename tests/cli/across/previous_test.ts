import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "../../support/cli.ts";
import { divvyMany } from "../../support/many_runs.ts";

const FILES = {
  "caps.csv": "contract_address,cap_face,is_sponsored\ntea,2,True\nbun,2,False\npie,1,False\n",
  "elig.csv": "user_id,contract_address,score\n" +
    "ann,tea,0.5\nann,bun,0.6\nbob,tea,0.4\nbob,bun,0.45\ncyd,bun,0.9\ncyd,pie,0.2\n",
  "user_groups.csv": "user_id,group_id\nann,all\nbob,all\ncyd,all\n",
  "group_ratios.csv": "group_id,sponsorship_ratio\nall,0\n",
  "draft.csv": "user_id,contract_address\nann,tea\nbob,tea\ncyd,bun\nzoe,tea\n",
};
const INPUTS = ["--caps", "caps.csv", "--elig", "elig.csv", "--user-groups", "user_groups.csv"]
  .concat(["--group-ratios", "group_ratios.csv", "-q"]);
/** The same, with all that a command says. */
const TOLD = INPUTS.filter((arg) => arg !== "-q");
const PREVIOUS = ["--previous", "draft.csv"];

function folderOf(): TempFolder {
  const folder = new TempFolder();
  folder.writeAll(FILES);
  return folder;
}

Deno.test("allocate --previous --change-cost: fewer changes, told apart in the summary, checked and certified", async () => {
  await using folder = folderOf();
  const cwd = folder.path, run = (args: string[]) => divvy(args, { cwd });
  const made = await run(["allocate", ...INPUTS, ...PREVIOUS, "-k", "1", "--change-cost", "0.2"]
    .concat(["--out", "a.csv", "--certificate", "c.json", "--json"]));
  assertEquals(made.code, 0, made.stderr);
  const summary = JSON.parse(made.stdout);
  assertEquals(summary.changes.offers_changed, 0);
  assertEquals(summary.input.previous.ineligible, 1);
  assertEquals(
    await Deno.readTextFile(`${cwd}/a.csv`).then((text) => text.match(/tea/g)?.length),
    2,
  );
  const judged = await run(["check", ...TOLD, ...PREVIOUS, "--assign", "a.csv"]
    .concat(["--certificate", "c.json"]));
  assertEquals(judged.code, 0, judged.stdout + judged.stderr);
  assertStringIncludes(judged.stdout, "offers not among the previous ones");
  const alone = await run(["check", ...INPUTS, "--assign", "a.csv", "--certificate", "c.json"]);
  assertEquals(alone.code, 1);
  assertStringIncludes(alone.stderr, "--previous");
});

Deno.test("--max-changed from the configuration file is a limit that check takes from the certificate", async () => {
  await using folder = folderOf();
  folder.write(
    "divvy.json",
    JSON.stringify({ caps: "caps.csv", elig: "elig.csv", user_groups: "user_groups.csv" })
      .replace(
        "}",
        ',"group_ratios":"group_ratios.csv","previous":"draft.csv","max_changed":1,"k":1}',
      ),
  );
  const cwd = folder.path, run = (args: string[]) => divvy(args, { cwd });
  const made = await run(["allocate", "--config", "divvy.json", "--out", "a.csv", "--json"]
    .concat(["--certificate", "c.json"]));
  assertEquals(made.code, 0, made.stderr);
  const { limits, changes } = JSON.parse(made.stdout);
  assertEquals(limits.rows.map((row: { limit: string; used: number }) => [row.limit, row.used]), [
    ["changed offers", 1],
  ]);
  assertEquals(changes.offers_changed, 1);
  const judged = await run(["check", ...TOLD, ...PREVIOUS, "--assign", "a.csv"]
    .concat(["--certificate", "c.json"]));
  assertEquals(judged.code, 0, judged.stdout + judged.stderr);
});

Deno.test("a limits file selects by in_previous", async () => {
  await using folder = folderOf();
  folder.write("limits.csv", "limit,at_most,in_previous\nnew,0,false\n");
  const cwd = folder.path;
  const { code, stderr, stdout } = await divvy(
    ["allocate", ...INPUTS, ...PREVIOUS, "--limits", "limits.csv", "--out", "a.csv", "--json"],
    { cwd },
  );
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).changes.offers_changed, 0);
});

Deno.test("whatif --change-cost: a row for each cost, the drop as it is standing for its own", async () => {
  await using folder = folderOf();
  const cwd = folder.path, run = (args: string[]) => divvy(args, { cwd });
  await run(["allocate", ...INPUTS, "-k", "1", "--out", "a.csv", "--certificate", "c.json"]);
  const { code, stdout, stderr } = await run(["whatif", ...INPUTS, ...PREVIOUS, "--json"]
    .concat(["--certificate", "c.json", "--change-cost", "0,0.05,0.2", "--html", "w.html"]));
  assertEquals(code, 0, stderr);
  const { scenarios } = JSON.parse(stdout);
  assertEquals(scenarios.map((s: { name: string }) => s.name), [
    "as it is",
    "change_cost = 0.05",
    "change_cost = 0.2",
  ]);
  const changed = scenarios.map((s: { stability: { users_changed: number } }) =>
    s.stability.users_changed
  );
  assert(changed[2] < changed[0]);
  assertStringIncludes(await Deno.readTextFile(`${cwd}/w.html`), "The price of stability");
});

Deno.test("what is missing or wrong about previous offers is one line", async () => {
  await using folder = folderOf();
  folder.write("bad.csv", "user_id,contract_address\nann,tea\n,tea\n");
  const cwd = folder.path, out = ["--out", "a.csv"];
  const cases: [args: string[], words: string][] = [
    [["--previous", "bad.csv"], 'bad.csv:3: user_id is ""'],
    [["--change-cost", "0.1"], "--previous"],
    [["--max-changed", "3"], "--previous"],
    [[...PREVIOUS, "--max-changed", "101%"], "--max-changed"],
    [[...PREVIOUS, "--out", "draft.csv"], "--previous"],
  ];
  const runs = await divvyMany(
    cases.map(([args]) => ({ cwd, args: ["allocate", ...INPUTS, ...out, ...args] })),
  );
  for (const [i, { code, stderr }] of runs.entries()) {
    assertEquals(code, 1);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
    assertStringIncludes(stderr, cases[i][1]);
  }
});

Deno.test("--only-new keeps the previous offers, and check knows that they must be there", async () => {
  await using folder = folderOf();
  const cwd = folder.path, run = (args: string[]) => divvy(args, { cwd });
  const only = [...INPUTS, ...PREVIOUS, "--only-new", "-k", "2"];
  const made = await run([
    "allocate",
    ...only,
    "--out",
    "a.csv",
    "--certificate",
    "c.json",
    "--json",
  ]);
  assertEquals(made.code, 0, made.stderr);
  assertEquals(JSON.parse(made.stdout).changes.offers_given_up, 0);
  const judge = (file: string) =>
    run([
      "check",
      ...only.filter((arg) => arg !== "-q"),
      "--assign",
      file,
      "--certificate",
      "c.json",
    ]);
  const judged = await judge("a.csv");
  assertEquals(judged.code, 0, judged.stdout + judged.stderr);
  const rows = (await Deno.readTextFile(`${cwd}/a.csv`)).trim().split("\n");
  folder.write("less.csv", rows.filter((row) => !row.startsWith("bob,tea")).join("\n"));
  const lacking = await judge("less.csv");
  assertEquals(lacking.code, 2);
  assertStringIncludes(lacking.stdout, "previous (bob, tea)");
  folder.write("caps.csv", FILES["caps.csv"].replace("tea,2", "tea,1"));
  const full = await run(["allocate", ...only, "--out", "b.csv"]);
  assertEquals([full.code, full.stderr.trim().split("\n").length], [1, 1]);
  assertStringIncludes(full.stderr, "previous (");
});
