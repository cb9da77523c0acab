/** `divvy report`, `divvy explain` and `divvy whatif` as a user runs them. */
import { parseDocument } from "../../../../lib/deps/linkedom.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../../../lib/deps/std_assert.ts";
import type { ReportFacts } from "../../../../lib/report/facts/facts.ts";
import type { CompareFacts } from "../../../../lib/report/facts/compare/compare_facts.ts";
import type { PreviewFacts } from "../../../../lib/report/facts/preview/preview_facts.ts";
import type { WhatIfFacts } from "../../../../lib/report/facts/compare/whatif_facts.ts";
import { dropTitle, reportFiles } from "../../../../lib/cli/commands/report_page.ts";
import { scenariosOf } from "../../../../lib/cli/frame/options/scenario_options.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../../support/cli.ts";
import { divvyMany } from "../../../support/many_runs.ts";

const FILES = ["--assign", "assignments.csv", "--certificate", "certificate.json"];

/** A folder with the small drop allocated, and what allocating it said. */
async function allocated(more: string[] = []): Promise<TempFolder> {
  const folder = new TempFolder();
  writeDrop(folder);
  const outputs = ["--out", "assignments.csv", "--certificate", "certificate.json"];
  const { code, stderr } = await divvy(
    ["allocate", ...INPUTS, ...outputs, "--summary", "summary.json", "--quiet", ...more],
    { cwd: folder.path },
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return folder;
}

Deno.test("report: the same facts as text, as JSON and as a page", async () => {
  await using folder = await allocated(["--html", "run.html"]);
  const run = (more: string[]) =>
    divvy(["report", ...INPUTS, ...FILES, "--quiet", "--summary", "summary.json", ...more], {
      cwd: folder.path,
    });
  const json = await run(["--json"]);
  assertEquals({ code: json.code, stderr: json.stderr }, { code: 0, stderr: "" });
  const facts: ReportFacts = JSON.parse(json.stdout);
  assertEquals([facts.title, facts.solver, facts.totals.users], ["assignments", "optimal", 4]);
  assertEquals(facts.totals.groups_missed, 0);
  assert(facts.totals.gap !== null && facts.totals.gap <= 1e-6);

  const text = await run([]);
  assertEquals(text.code, 0);
  assert(text.stdout.startsWith(facts.headline.sentence));
  assertStringIncludes(text.stdout, facts.headline.minima);

  const page = await run(["--html", "report.html"]);
  assertEquals({ code: page.code, stdout: page.stdout }, { code: 0, stdout: "" });
  for (const name of ["report.html", "run.html"]) {
    const document = parseDocument(folder.read(name));
    assertEquals(document.querySelector("h1")!.textContent, facts.headline.sentence, name);
    assertEquals([...document.querySelectorAll("table.sortable")].length >= 2, true);
  }
});

Deno.test("report: another tool's assignments, without certificate, oddities counted", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  folder.write(
    "theirs.csv",
    "user_id,contract_address,score\nann,s1,0.9\nann,s1,0.9\nbob,nothing,1\nbob,t1,0.3\n",
  );
  const { code, stdout } = await divvy(
    ["report", ...INPUTS, "--assign", "theirs.csv", "--json", "-q"],
    { cwd: folder.path },
  );
  assertEquals(code, 0);
  const facts: ReportFacts = JSON.parse(stdout);
  assertEquals([facts.solver, facts.totals.bound, facts.totals.assignments], [null, null, 2]);
  assertEquals(facts.warnings, [
    "1 assignment left out: no eligible pair of this drop",
    "1 assignment left out: there twice",
  ]);
});

Deno.test("report: without assignments a preview of the drop, as text, JSON and page", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const run = (...more: string[]) =>
    divvy(["report", ...INPUTS, "-q", ...more], { cwd: folder.path });
  const json = await run("--json", "--title", "Week 7");
  assertEquals({ code: json.code, stderr: json.stderr }, { code: 0, stderr: "" });
  const facts: PreviewFacts = JSON.parse(json.stdout);
  assertEquals([facts.title, facts.k, facts.totals.users], ["Week 7", 3, 4]);
  assertEquals(facts.feasibility.least_shortfall, 0);
  const text = await run("-k", "1");
  assert(text.stdout.startsWith(`${facts.headline.sentence} Nothing is allocated yet.\n`));
  assertMatch(text.stdout, /all slots +4\n/);
  assertEquals(await run("--html", "p.html"), { code: 0, stdout: "", stderr: "" });
  assertMatch(folder.read("p.html"), /<title>elig · Divvy preview<\/title>/);
  for (const option of ["--certificate", "--summary"]) {
    const { code, stderr } = await run(option, "x.json");
    assertEquals({ code, stderr }, { code: 1, stderr: `divvy: ${option} needs --assign\n` });
  }
});

Deno.test("report: a drop is named by its file, or by the folder of a file that says nothing", () => {
  const names = ["week7.csv", "week7/assignments.csv.gz", "assignments.csv", "../elig.parquet"];
  assertEquals(names.map(dropTitle), ["week7", "week7", "assignments", "elig"]);
  assertEquals(dropTitle("week7/elig/*.parquet"), "elig");
  assertEquals(dropTitle("postgres://ops:secret@db.example/drops?query=sql/elig.sql"), "drops");
});

Deno.test("report and explain: user and contract are all that assignments need", async () => {
  await using folder = await allocated();
  const ids = folder.read("assignments.csv").replaceAll(/^([^,]*,[^,]*),.*$/gm, "$1");
  folder.write("ids.csv", ids);
  const facts = async (file: string) => {
    const run = await divvy(["report", ...INPUTS, "--assign", file, "--json", "-q"], {
      cwd: folder.path,
    });
    return JSON.parse(run.stdout).totals;
  };
  assertEquals(await facts("ids.csv"), await facts("assignments.csv"));
  const { code } = await divvy(
    ["explain", ...INPUTS, "--assign", "ids.csv", ...FILES.slice(2), "--user", "bob", "-q"],
    { cwd: folder.path },
  );
  assertEquals(code, 0);
});

Deno.test("explain: assignments that the certificate did not come with are told of", async () => {
  await using folder = await allocated();
  const rows = folder.read("assignments.csv").trimEnd().split("\n");
  folder.write("fewer.csv", rows.slice(0, -1).join("\n") + "\n");
  const said = async (file: string) => {
    const { code, stderr } = await divvy(
      ["explain", ...INPUTS, "--assign", file, ...FILES.slice(2), "--group", "g1"],
      { cwd: folder.path },
    );
    assertEquals(code, 0);
    return /the certificate came with other assignments: its objective is .*, theirs /.test(stderr);
  };
  assertEquals([await said("assignments.csv"), await said("fewer.csv")], [false, true]);
});

Deno.test("report and explain: files of another drop, or of another kind, are one line", async () => {
  await using folder = await allocated();
  folder.write("other.csv", "user_id,contract_address\nzoe,s1\nbob,s9\n");
  const prices = JSON.parse(folder.read("certificate.json"));
  folder.write("other.json", JSON.stringify({ ...prices, contracts: { a: 1, b: 0 } }));
  const cases: [string[], string][] = [
    [
      ["--assign", "other.csv"],
      "other.csv: none of its 2 rows is an eligible pair of this drop, expected assignments of it",
    ],
    [
      ["--assign", "assignments.csv", "--certificate", "other.json"],
      "the certificate has prices of 2 contracts, none of them in this drop, " +
      "expected the certificate that came with the assignments",
    ],
    [
      ["--assign", "assignments.csv", "--certificate", "summary.json"],
      "summary.json: no certificate: cov_w is missing, expected a list, each a number",
    ],
    [
      ["--assign", "assignments.csv", "--summary", "certificate.json"],
      "certificate.json: no summary: solver is missing, expected text",
    ],
  ];
  const cwd = folder.path;
  const runs = await divvyMany(
    cases.map(([more]) => ({ cwd, args: ["report", ...INPUTS, "-q", ...more] })),
  );
  for (const [i, [, message]] of cases.entries()) {
    assertEquals(runs[i], { code: 1, stderr: `divvy: ${message}\n`, stdout: "" });
  }
});

Deno.test("report: a user with more than k offers is named with file and line", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  folder.write(
    "theirs.csv",
    "user_id,contract_address,score\nbob,s1,0.8\nbob,t1,0.3\nbob,t2,0.2\n",
  );
  const { code, stderr } = await divvy(
    ["report", ...INPUTS, "--assign", "theirs.csv", "-k", "2", "-q"],
    { cwd: folder.path },
  );
  assertEquals(code, 1);
  assertStringIncludes(stderr, "theirs.csv:4: user bob has more than k = 2 offers");
  assertEquals(folder.names().includes("report.html"), false);
});

Deno.test("report and explain: more offers than a user's own k are more than k, whatever others may get", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const groups = folder.read("user_groups.csv").trim().split("\n");
  const withK = groups.map((row, i) => `${row},${i === 0 ? "k" : row.startsWith("bob,") ? 1 : ""}`);
  folder.write("user_groups.csv", `${withK.join("\n")}\n`);
  folder.write("theirs.csv", "user_id,contract_address,score\nbob,s1,0.8\nbob,t1,0.3\n");
  const run = (...command: string[]) =>
    divvy([...command, ...INPUTS, "--assign", "theirs.csv", "-k", "3", "-q"], { cwd: folder.path });
  for (const command of [["report"], ["explain", "--user", "bob"]]) {
    const { code, stderr } = await run(...command);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "theirs.csv:3: user bob has more than its own k = 1 offer, ");
  }
  const { code, stdout } = await run("check", "--json");
  assertEquals(code, 2);
  assertMatch(stdout, /"rule": "more_than_k",\s+"count": 1,/);
});

Deno.test("explain: a user, a contract, a group; what is not there is one line", async () => {
  await using folder = await allocated();
  const run = (...more: string[]) =>
    divvy(["explain", ...INPUTS, ...FILES, "--quiet", ...more], { cwd: folder.path });
  const user = await run("--user", "bob");
  assertEquals(user.code, 0);
  assertMatch(user.stdout, /^User bob, group g1\n/);
  const json = await run("--user", "bob", "--json");
  assertEquals(
    JSON.parse(json.stdout).options.map((o: { contract_address: string }) => o.contract_address),
    ["s1", "t1", "t2"],
  );
  assertMatch((await run("--contract", "s1")).stdout, /^Contract s1, sponsored\n2 of 2 units/);
  assertMatch((await run("--group", "g2")).stdout, /^Group g2\n/);
  const errors: [string[], string][] = [
    [
      ["--user", "zoe"],
      'user is "zoe", expected a user with an eligible pair that is not left out',
    ],
    [
      ["--contract", "S1"],
      'contract is "S1", expected a contract with a cap (did you mean s1?)',
    ],
    [[], "explain needs one of --user, --contract, --group, --limit"],
    [
      ["--user", "bob", "--group", "g1"],
      "explain needs one of --user, --contract, --group, --limit",
    ],
  ];
  const cwd = folder.path;
  const runs = await divvyMany(
    errors.map(([more]) => ({ cwd, args: ["explain", ...INPUTS, ...FILES, "--quiet", ...more] })),
  );
  for (const [i, [, message]] of errors.entries()) {
    const { code, stderr } = runs[i];
    assertEquals({ code, stderr }, { code: 1, stderr: `divvy: ${message}\n` });
  }
});

Deno.test("whatif: options and a file make scenarios; table, CSV, JSON and page", async () => {
  await using folder = await allocated();
  folder.write("more.json", '[{"name": "fewer tea", "cap_scale": {"t1": 0.5}}]');
  const { code, stdout, stderr } = await divvy(
    [
      ...["whatif", ...INPUTS, "--certificate", "certificate.json", "--ratio-scale", "0..1:3"],
      ...["--scenarios", "more.json", "--out", "w.csv", "--html", "w.html", "--json", "--quiet"],
    ],
    { cwd: folder.path },
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const facts: WhatIfFacts = JSON.parse(stdout);
  const names = ["as it is", "ratios × 0", "ratios × 0.5", "fewer tea"];
  assertEquals(facts.scenarios.map((s) => s.name), names);
  const [asItIs, free] = facts.scenarios;
  assert(free.objective >= asItIs.objective - 1e-9, "no rule, no loss");
  assertEquals(
    folder.read("w.csv").trimEnd().split("\n").slice(1).map((l) => l.split(",")[0]),
    names,
  );
  assertStringIncludes(folder.read("w.html"), "Trade-off");
});

Deno.test("whatif: faults of scenarios are one line and write nothing", async () => {
  await using folder = await allocated();
  folder.write("bad.json", '[{"name": "x", "ratio_scal": 2}]');
  folder.write("twice.json", '[{"name": "x", "k": 2}, {"name": "x", "k": 3}]');
  const before = folder.names();
  const faults: [string[], RegExp][] = [
    [[], /whatif needs a change/],
    [["--set-ratio", "g1"], /"g1", expected group=ratio, the ratio a number from 0 to 1$/m],
    [
      ["--set-ratio", "g1=1.5"],
      /"g1=1\.5", expected group=ratio, the ratio a number from 0 to 1$/m,
    ],
    [["--cap-scale", "zzz=2"], /contract zzz is not in the drop \(or all, sponsored, unspon/],
    [["--cap-scale", "sponsord=2"], /sponsord is not in the drop \(did you mean sponsored\?\)/],
    [["--set-ratio", "G1=0.5"], /group G1 is not in the drop \(did you mean g1\?\)/],
    [["--ratio-scale", "0.5..1:0"], /--ratio-scale is "0\.5\.\.1:0", expected a whole number/],
    [["--k", "2", "--html", "-", "--json"], /--html and --json both go to standard output/],
    [["--ratio-scale", "much"], /--ratio-scale is "much", expected a number ≥ 0/],
    [["--scenarios", "bad.json"], /bad\.json: \[0\]: there is no "ratio_scal"/],
    [["--scenarios", "twice.json"], /twice\.json: \[1\]\.name is "x", expected a new name/],
  ];
  const command = ["whatif", ...INPUTS, "--certificate", "certificate.json", "--out", "w.csv"];
  const cwd = folder.path;
  const runs = await divvyMany(
    faults.map(([more]) => ({ cwd, args: [...command, "-q", ...more] })),
  );
  for (const [i, [, message]] of faults.entries()) {
    const { code, stderr } = runs[i];
    assertEquals(code, 1, stderr);
    assertMatch(stderr, message);
    assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  }
  assertEquals(folder.names(), before);
});

Deno.test("whatif: how the command line spells scenarios", () => {
  const names = (values: Parameters<typeof scenariosOf>[0]) =>
    scenariosOf(values).map((s) => s.name);
  assertEquals(names({}), []);
  assertEquals(names({ ratioScale: "0.8" }), ["ratios × 0.8"]);
  assertEquals(names({ ratioScale: "0.9..1.1:3" }), ["ratios × 0.9", "ratios × 1.1"]);
  assertEquals(names({ ratioScale: ".5,2", k: 4 }), ["ratios × 0.5, k = 4", "ratios × 2, k = 4"]);
  assertEquals(names({ setRatio: ["a=b=0.25"], capScale: ["sponsored=2"] }), [
    "ratio of a=b = 25.0 %, cap of sponsored × 2",
  ]);
});

Deno.test("report: inputs are named without the passwords of databases", () => {
  const files = reportFiles({
    caps: "postgres://ops:secret@db.example/drops?table=caps",
    elig: "elig.csv",
    userGroups: "groups.csv",
    groupRatios: "ratios.csv",
  });
  assert(!JSON.stringify(files).includes("secret"), files.caps);
  assertMatch(files.caps, /db\.example/);
  assertEquals(files.elig, "elig.csv");
});

Deno.test("report --compare: two files side by side as text, JSON and page; a folder's own beside one; slips are told", async () => {
  await using folder = await allocated();
  const options = { cwd: folder.path };
  const greedy = await divvy(
    ["allocate", ...INPUTS, "--solver", "greedy", "--out", "greedy.csv", "--quiet"],
    options,
  );
  assertEquals(greedy.code, 0);
  const run = (more: string[]) => divvy(["report", ...INPUTS, "--quiet", ...more], options);
  const both = ["--compare", "greedy.csv", "assignments.csv"];
  const json = await run([...both, "--json"]);
  assertEquals({ code: json.code, stderr: json.stderr }, { code: 0, stderr: "" });
  const facts: CompareFacts = JSON.parse(json.stdout);
  assertEquals(facts.allocations.map(({ name }) => name), ["greedy", "assignments"]);
  assertEquals(facts.allocations[0].totals.bound, null);
  const text = await run(both);
  assertMatch(text.stdout, /^(assignments|greedy)( is worth| and )/);
  const page = await run([...both, "--certificate", "certificate.json", "--html", "compare.html"]);
  assertEquals({ code: page.code, stdout: page.stdout }, { code: 0, stdout: "" });
  assertStringIncludes(folder.read("compare.html"), "Proven gap");

  // With --dir the folder's own assignments stand for the first.
  const own = await divvy(
    ["report", "--dir", ".", "--compare", "greedy.csv", "--json", "--quiet"],
    options,
  );
  assertEquals(own.code, 0, own.stderr);
  const names = (JSON.parse(own.stdout) as CompareFacts).allocations.map(({ name }) => name);
  assertEquals(names, ["assignments", "greedy"]);

  const wrong: [string[], string][] = [
    [["--compare", "greedy.csv"], "--compare needs two assignments files"],
    [["--compare", "a.csv", "b.csv", "c.csv"], "--compare needs two assignments files"],
    [[...both, "--assign", "assignments.csv"], "--assign can't be given beside them"],
    [[...both, "--summary", "summary.json"], "--summary is of one run"],
    [[...both, "--html", "greedy.csv"], "--html"],
  ];
  const cwd = folder.path;
  const runs = await divvyMany(
    wrong.map(([more]) => ({ cwd, args: ["report", ...INPUTS, "--quiet", ...more] })),
  );
  for (const [i, [, message]] of wrong.entries()) {
    const { code, stderr } = runs[i];
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
  }
});
