import { assert, assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "../../../support/cli.ts";

const BEFORE = "user_id,contract_address,score,is_sponsored,group_id\n" +
  "ann,tea,0.5,True,north\nbob,tea,0.25,True,north\ncyd,bun,1,False,south\n";
const AFTER = "contract_address,user_id\nbun,ann\ntea,bob\nbun,dan\n";

Deno.test("diff: text, JSON, a page and a file of changes", async () => {
  await using folder = new TempFolder();
  folder.write("a.csv", BEFORE);
  folder.write("b.csv", AFTER);
  const cwd = folder.path;
  const text = await divvy(["diff", "a.csv", "b.csv"], { cwd });
  assertEquals(text.code, 0, text.stderr);
  assertStringIncludes(text.stdout, "75.0 % of users have other offers: 3 of 4");
  const made = await divvy(
    ["diff", "a.csv", "b.csv", "--json", "--html", "d.html", "--changes", "c.csv"],
    { cwd },
  );
  assertEquals(made.code, 0, made.stderr);
  const facts = JSON.parse(made.stdout);
  assertEquals(facts.offers, { before: 3, after: 3, kept: 1, in: 2, out: 2 });
  assertEquals(facts.after.score, null);
  assertEquals(facts.groups.map((g: { name: string }) => g.name), ["", "north", "south"]);
  assertEquals(
    await Deno.readTextFile(`${cwd}/c.csv`),
    "user_id,contract_address,change\nann,tea,out\nann,bun,in\ncyd,bun,out\ndan,bun,in\n",
  );
  const page = await Deno.readTextFile(`${cwd}/d.html`);
  assertStringIncludes(page, "3 of 4");
});

Deno.test("diff: a user's group is the first that a row names, after before before", async () => {
  await using folder = new TempFolder();
  const head = "user_id,contract_address,group_id\n";
  folder.write("a.csv", `${head}ann,tea,west\nbob,tea,south\ncyd,tea,\n`);
  folder.write("b.csv", `${head}ann,bun,\nann,cup,north\nbob,bun,\ncyd,bun,\n`);
  const { code, stdout, stderr } = await divvy(["diff", "a.csv", "b.csv", "--json"], {
    cwd: folder.path,
  });
  assertEquals(code, 0, stderr);
  assertEquals(
    JSON.parse(stdout).changes.map((c: { group_id: string }) => c.group_id),
    ["north", "south", ""],
  );
});

Deno.test("diff of a file and itself says that nothing changed", async () => {
  await using folder = new TempFolder();
  folder.write("a.csv", BEFORE);
  const { code, stdout } = await divvy(["diff", "a.csv", "a.csv"], { cwd: folder.path });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "Nothing changed: the same 3 offers.");
});

Deno.test("diff says that columns of caps can't be shown without caps", async () => {
  await using folder = new TempFolder();
  folder.write("a.csv", BEFORE);
  const run = (...more: string[]) =>
    divvy(["diff", "a.csv", "a.csv", ...more], { cwd: folder.path });
  const note = "--show needs --caps: no columns are shown beside contracts";
  assertStringIncludes((await run("--show", "name")).stderr, note);
  assertEquals((await run("--show", "none")).stderr.includes(note), false);
});

Deno.test("diff: what is missing or wrong is one line, and nothing is written", async () => {
  await using folder = new TempFolder();
  folder.write("a.csv", BEFORE);
  folder.write("bad.csv", "user_id,contract_address\nann,\n");
  const cwd = folder.path;
  const one = await divvy(["diff", "a.csv"], { cwd });
  assertEquals([one.code, one.stderr], [
    1,
    "divvy: diff needs <after>: divvy diff <before> <after>\n",
  ]);
  const bad = await divvy(["diff", "a.csv", "bad.csv", "--html", "d.html", "-q"], { cwd });
  assertEquals(bad.code, 1);
  assertStringIncludes(bad.stderr, 'bad.csv:2: contract_address is ""');
  assert(!(await Array.fromAsync(Deno.readDir(cwd))).some(({ name }) => name === "d.html"));
});
