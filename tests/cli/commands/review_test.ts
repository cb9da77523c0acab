/** `divvy review` as a user runs it. */
import { parseDocument } from "../../../lib/deps/linkedom.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import type { ReviewFacts } from "../../../lib/report/facts/review_facts.ts";
import { divvy, TempFolder } from "../../support/cli.ts";

/** Three users in two groups, one held out. */
function writeWeek(folder: TempFolder): void {
  const files: Record<string, string> = {
    "assignments.csv": "user_id,contract_address,score,is_sponsored,group_id,sponsorship_ratio\n" +
      "ann,tea,0.9,True,north,0.5\nann,cake,0.4,False,north,0.5\nbob,cake,0.7,False,south,1\n",
    "selections.csv": "user_id,contract_address,at\nann,tea,2025-08-14\nann,tea,2025-08-15\n",
    "redemptions.csv":
      "at,user_id,contract_address\n2025-08-16,ann,tea\n2025-08-16,cleo,cake\n2025-08-16,zoe,cake\n",
    "held_out.csv": "user_id\ncleo\n",
  };
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
}

const INPUTS = ["--assign", "assignments.csv", "--selections", "selections.csv"];
const MORE = ["--redemptions", "redemptions.csv", "--holdout", "held_out.csv"];

Deno.test("review: the same facts as JSON, as text, as a page and in a file", async () => {
  await using folder = new TempFolder();
  writeWeek(folder);
  const run = (more: string[]) =>
    divvy(["review", ...INPUTS, ...MORE, "--quiet", ...more], { cwd: folder.path });
  const json = await run(["--json", "--facts", "facts.json"]);
  assertEquals({ code: json.code, stderr: json.stderr }, { code: 0, stderr: "" });
  const facts: ReviewFacts = JSON.parse(json.stdout);
  assertEquals(facts, JSON.parse(folder.read("facts.json")));
  const { totals } = facts;
  assertEquals([totals.offered, totals.selected, totals.redeemed], [3, 1, 1]);
  assertEquals([totals.users, totals.users_chose_none, totals.users_held_out], [2, 1, 1]);
  assertEquals(facts.sponsored!.groups.map((g) => g.ratio_by_selections.share), [1, 0]);
  assertEquals(facts.sponsored!.overall.sponsorship_ratio, 0.75);
  assertEquals(facts.lift!.map(({ difference }) => difference), [0.5, -0.5]);
  assertEquals(facts.input.selections.repeated, 1);
  assertEquals(facts.input.redemptions!.unknown_users, 1);

  const text = await run([]);
  assertEquals(text.code, 0);
  assertStringIncludes(text.stdout.replaceAll("\n", " "), facts.headline.sentence);
  assertStringIncludes(text.stdout, "1 selection is repeated, and counted once");

  const page = await run(["--html", "review.html"]);
  assertEquals({ code: page.code, stdout: page.stdout }, { code: 0, stdout: "" });
  const document = parseDocument(folder.read("review.html"));
  assertEquals(document.querySelector("h1")!.textContent, facts.headline.sentence);
  assert([...document.querySelectorAll("figure svg")].length >= 4);
});

Deno.test("review: who chose none, as a file in the order of ids", async () => {
  await using folder = new TempFolder();
  writeWeek(folder);
  const { code, stderr } = await divvy(
    ["review", ...INPUTS, "--chose-none", "none.csv", "--json"],
    { cwd: folder.path },
  );
  assertEquals(code, 0, stderr);
  assertEquals(folder.read("none.csv"), "user_id,group_id,offers\nbob,south,1\n");
});

Deno.test("review: users held out may be marked in the assignments", async () => {
  await using folder = new TempFolder();
  writeWeek(folder);
  folder.write(
    "assignments.csv",
    "user_id,contract_address,holdout\nann,tea,\nbob,cake,false\ncleo,tea,true\n",
  );
  const { code, stdout, stderr } = await divvy(
    ["review", ...INPUTS, "--redemptions", "redemptions.csv", "--json"],
    { cwd: folder.path },
  );
  assertEquals(code, 0, stderr);
  const { totals, lift, ranks, sponsored }: ReviewFacts = JSON.parse(stdout);
  assertEquals([totals.offered, totals.users_held_out], [2, 1]);
  assertEquals(lift!.map(({ held_out }) => [held_out.users, held_out.hits]), [[1, 0], [1, 1]]);
  assertEquals([ranks, sponsored], [null, null]);
});

Deno.test("review: what can't be used is one line, and nothing is written", async () => {
  await using folder = new TempFolder();
  writeWeek(folder);
  folder.write("bad.csv", "user_id,contract_address,holdout\nann,tea,maybe\n");
  const { code, stderr } = await divvy(
    ["review", "--assign", "bad.csv", "--selections", "selections.csv", "--facts", "f.json", "-q"],
    { cwd: folder.path },
  );
  assertEquals(code, 1);
  assertEquals(
    stderr,
    'divvy: bad.csv:2: holdout is "maybe", expected true/false, t/f, yes/no, y/n or 1/0\n',
  );
  const header = await divvy(
    ["review", "--assign", "held_out.csv", "--selections", "selections.csv", "-q"],
    { cwd: folder.path },
  );
  assertEquals(header.code, 1);
  assertStringIncludes(header.stderr, "held_out.csv:1: missing column contract_address");
  assertEquals([...Deno.readDirSync(folder.path)].some(({ name }) => name === "f.json"), false);
});
