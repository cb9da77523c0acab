/** `divvy review` as a user runs it. */
import { parseDocument } from "../../../../lib/deps/linkedom.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";
import type { ReviewFacts } from "../../../../lib/report/facts/review/review_facts.ts";
import { divvy, TempFolder } from "../../../support/cli.ts";

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
  folder.writeAll(files);
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

Deno.test("review: days are told by at, whatever the time is written like", async () => {
  await using folder = new TempFolder();
  writeWeek(folder);
  folder.write(
    "selections.csv",
    "user_id,contract_address,at\nann,tea,2025-08-13T23:59:59Z\nann,cake,2025-08-14\n" +
      "bob,cake,2025-08-15 12:00\n",
  );
  const run = (more: string[]) =>
    divvy(["review", ...INPUTS, "--json", "-q", ...more], { cwd: folder.path });
  const facts = async (more: string[]): Promise<ReviewFacts> => {
    const { code, stdout, stderr } = await run(more);
    assertEquals(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const selected = async (more: string[]) => {
    const { totals, input } = await facts(more);
    return [totals.selected, input.selections.rows, input.selections.outside_days];
  };
  assertEquals(await selected([]), [3, 3, 0]);
  assertEquals(await selected(["--since", "2025-08-14"]), [2, 2, 1]);
  assertEquals(await selected(["--since", "2025-08-14", "--until", "2025-08-14"]), [1, 1, 2]);
  folder.write(
    "selections.csv",
    "user_id,contract_address,at\nann,tea,2025-08-13\nann,cake,soon\n",
  );
  assertEquals(
    (await run(["--since", "2025-08-14"])).stderr,
    'divvy: selections.csv:3: at is "soon", expected a date or time such as 2025-08-14 or ' +
      "2025-08-14T15:00:00Z\n",
  );
  folder.write("selections.csv", "user_id,contract_address,at\nann,tea,2025-02-30\n");
  assertStringIncludes((await run(["--since", "2025-01-01"])).stderr, 'at is "2025-02-30"');
  folder.write("selections.csv", "user_id,contract_address\nann,tea\n");
  assertEquals(
    (await run(["--until", "2025-08-14"])).stderr,
    "divvy: selections.csv: missing column at, by which days are reviewed\n",
  );
  assertEquals(
    (await run(["--until", "today"])).stderr,
    'divvy: --until is "today", expected a day such as 2025-08-14\n',
  );
  assertEquals(
    (await run(["--since", "2025-02-30"])).stderr,
    'divvy: --since is "2025-02-30", expected a day such as 2025-08-14\n',
  );
  assertEquals(
    (await run(["--since", "2025-08-15", "--until", "2025-08-14"])).stderr,
    'divvy: --until is "2025-08-14", expected a day not before --since, 2025-08-15\n',
  );
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

/** A drop with two weeks of history, reviewed. */
async function history(): Promise<TempFolder> {
  const folder = new TempFolder();
  const run = async (args: string[]) => {
    const { code, stderr } = await divvy(args, { cwd: folder.path });
    assertEquals(code, 0, stderr);
  };
  await run(["generate", "--dir", "h", "--users", "300", "--contracts", "12", "--pairs", "6", ...[
    ...["--groups", "4", "--weeks", "2", "-q"],
  ]]);
  for (const week of ["1", "2"]) {
    const of = (name: string) => `h/weeks/${week}/${name}.csv`;
    await run([
      ...["review", "--assign", of("assignments"), "--selections", of("selections"), "-q"],
      ...["--redemptions", of("redemptions"), "--caps", "h/caps.csv", "--facts", `${week}.json`],
      ...["--html", `${week}.html`],
    ]);
  }
  return folder;
}

Deno.test("caps --from-review: a table that allocate reads, rates, and the weeks predicted", async () => {
  await using folder = await history();
  const reviews = ["--from-review", "1.json", "--from-review", "2.json"];
  const run = (args: string[]) => divvy(["caps", ...reviews, ...args], { cwd: folder.path });
  const said = await run(["--budgets", "h/budgets.csv", "--out", "c.csv", "--rates", "r.csv"]);
  assertEquals(said.code, 0, said.stderr);
  assertStringIncludes(said.stderr, "Backtest: weeks predicted from those before");
  const [header, first] = folder.read("c.csv").split("\n");
  assertEquals(
    header,
    "contract_address,cap_face,is_sponsored,face_value,brand_id,redemption_rate,rate_low," +
      "rate_high,cautious_rate,basis",
  );
  assert(/\d+ of \d+ redeemed; \d+ % own/.test(first), first);
  assertEquals(
    folder.read("r.csv").split("\n")[0],
    "contract_address,group_id,offered,redeemed,redemption_rate,rate_low,rate_high,own_share",
  );
  // A shell puts all files that fit in place of a pattern.
  const named = await divvy(
    ["caps", "--from-review", "1.json", "2.json", "--budgets", "h/budgets.csv", "--out", "e.csv"],
    { cwd: folder.path },
  );
  assertEquals(named.code, 0, named.stderr);
  assertEquals(folder.read("e.csv"), folder.read("c.csv"));
  // A pattern stands for the reviews in the order of their names.
  const json = await divvy(
    ["caps", "--from-review", "?.json", "--budgets", "h/budgets.csv", "--out", "d.csv", "--json"],
    { cwd: folder.path },
  );
  assertEquals(folder.read("d.csv"), folder.read("c.csv"));
  const { caps, backtest, reviews: names } = JSON.parse(json.stdout);
  assertEquals([names, backtest.length, caps.length], [["1", "2"], 1, 12]);

  // This week's table keeps what it has beside the caps, and the next one goes into allocate.
  const kept = await run(["--caps", "h/caps.csv", "--out", "caps.csv", "-q", "--no-backtest"]);
  assertEquals({ code: kept.code, stderr: kept.stderr }, { code: 0, stderr: "" });
  assertStringIncludes(folder.read("caps.csv"), "is_sponsored,brand_id,face_value,redemption_rate");
  const next = await divvy(
    [
      ...["allocate", "--caps", "caps.csv", "--elig", "h/elig.csv", "-q", "--solver", "greedy"],
      ...["--user-groups", "h/user_groups.csv", "--group-ratios", "h/group_ratios.csv"],
      ...["--out", "next.csv"],
    ],
    { cwd: folder.path },
  );
  assertEquals(next.code, 0, next.stderr);
  // Reviewed in its turn, the table tells which rate its caps were made with.
  const again = await divvy(
    [
      ...["review", "--assign", "next.csv", "--selections", "h/weeks/1/selections.csv", "--json"],
      ...["--caps", "caps.csv", "-q"],
    ],
    { cwd: folder.path },
  );
  const facts: ReviewFacts = JSON.parse(again.stdout);
  assert(facts.contracts.every(({ planned_rate }) => planned_rate !== null && planned_rate > 0));
});

Deno.test("caps --from-review: what can't be used is one line, and nothing is written", async () => {
  await using folder = new TempFolder();
  writeWeek(folder);
  folder.write("r.json", '{"format":"divvy-review-1","title":"x","contracts":[],"cells":[{}]}');
  folder.write("s.json", '{"format":"divvy-summary","title":"x"}');
  folder.write(
    "t.json",
    '{"format":"divvy-review-1","title":"x","contracts":[],"cells":[{"contract_address":"a",' +
      '"group_id":null,"offered":1,"redeemed":2}]}',
  );
  folder.write(
    "b.csv",
    "contract_address,is_sponsored,budget,spent,live_claims,face_value,redeemed,assigned\n" +
      "tea,true,1000,0,0,5,9,3\n",
  );
  const run = (args: string[]) => divvy(["caps", "--out", "c.csv", ...args], { cwd: folder.path });
  for (
    const [args, said] of [
      [
        ["--from-review", "r.json"],
        "divvy: r.json: cells[0].contract_address is missing, expected text\n",
      ],
      [
        ["--from-review", "s.json"],
        'divvy: s.json: format is "divvy-summary", expected divvy-review-1\n',
      ],
      [
        ["--from-review", "t.json"],
        'divvy: t.json: cells[0].redeemed is "2", expected a number up to offered\n',
      ],
      [["--from-review", "none.json"], "divvy: none.json: no such file\n"],
      [["--budgets", "r.json", "--rates", "x.csv"], "divvy: --rates needs --from-review\n"],
      [
        ["--budgets", "b.csv"],
        "divvy: b.csv: no contract has a cap above 0, so there is nothing to write " +
        "(tea: 9 redeemed of 3 assigned)\n",
      ],
      [[], "divvy: caps needs --budgets (or --from-review) (see: divvy caps --help)\n"],
    ] as const
  ) {
    const { code, stderr } = await run([...args]);
    assertEquals({ code, stderr }, { code: 1, stderr: said });
  }
  assertEquals([...Deno.readDirSync(folder.path)].some(({ name }) => name === "c.csv"), false);
});

Deno.test("review: users that allocate holds out are read back, from the file and from the column", async () => {
  await using folder = new TempFolder();
  const run = async (args: string[]) => {
    const { code, stdout, stderr } = await divvy(args, { cwd: folder.path });
    assertEquals(code, 0, stderr);
    return stdout;
  };
  const shape = ["--users", "300", "--contracts", "12", "--pairs", "6", "--groups", "4", "-q"];
  await run(["generate", "--dir", "d", ...shape]);
  await run([
    ...["allocate", "--caps", "d/caps.csv", "--elig", "d/elig.csv", "--solver", "greedy", "-q"],
    ...["--user-groups", "d/user_groups.csv", "--group-ratios", "d/group_ratios.csv"],
    ...[
      "--holdout",
      "10%",
      "--holdout-solver",
      "random",
      "--holdout-out",
      "h.csv",
      "--out",
      "a.csv",
    ],
  ]);
  await run(["generate", "--dir", "w", ...shape, "--answers-to", "a.csv"]);
  const review = [
    "review",
    "--assign",
    "a.csv",
    "--selections",
    "w/selections.csv",
    "--json",
    "-q",
  ];
  const facts: ReviewFacts = JSON.parse(await run(review));
  const listed: ReviewFacts = JSON.parse(await run([...review, "--holdout", "h.csv"]));
  const heldOut = folder.read("h.csv").trim().split("\n").length - 1;
  assert(heldOut >= 20 && heldOut <= 40, `${heldOut}`);
  assertEquals(listed.totals.users_held_out, heldOut);
  // In the assignments stand those whom random offers were found for.
  assert(facts.totals.users_held_out > 0 && facts.totals.users_held_out <= heldOut);
  assertEquals(facts.totals.offered, listed.totals.offered);
});

Deno.test("review: contracts are told by name and brand, where caps have them, or by what --show says", async () => {
  await using folder = new TempFolder();
  writeWeek(folder);
  folder.write(
    "caps.csv",
    "contract_address,cap_face,is_sponsored,name,brand_id,note\n" +
      "cake,9,false,Lemon cake,b1,sweet\ntea,9,true,Green tea,b2,hot\n",
  );
  const run = (more: string[]) =>
    divvy(["review", ...INPUTS, "--caps", "caps.csv", "--quiet", ...more], { cwd: folder.path });
  const { contracts, never_chosen }: ReviewFacts = JSON.parse((await run(["--json"])).stdout);
  assertEquals(contracts.map(({ about }) => about), [
    { name: "Lemon cake", brand_id: "b1" },
    { name: "Green tea", brand_id: "b2" },
  ]);
  assertEquals(never_chosen.map(({ about }) => about?.name), ["Lemon cake"]);
  assertStringIncludes((await run([])).stdout, "Green tea");
  await run(["--html", "review.html"]);
  const titles = (html: string) => {
    const tables = [...parseDocument(html).querySelectorAll("table.sortable")];
    const table = tables.find((table) => table.textContent!.includes("Green tea"));
    return [...table?.querySelectorAll("thead th") ?? []].slice(0, 4)
      .map((cell) => cell.textContent!.replace(/\W/g, ""));
  };
  assertEquals(titles(folder.read("review.html")), ["Contract", "Name", "Brand", "Type"]);
  await run(["--html", "review.html", "--show", "note"]);
  assertStringIncludes(folder.read("review.html"), "sweet");
  assertEquals(folder.read("review.html").includes("Green tea"), false);
});
