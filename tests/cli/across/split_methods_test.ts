/** `divvy split --method`, `--totals`, `--explain` and `--html` as a user runs them. */
import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { parse } from "../../../lib/deps/std_csv.ts";
import { METHOD_NAMES } from "../../../lib/cli/commands/split/split_command.ts";
import { METHODS } from "../../../lib/woptim/methods/methods.ts";
import { divvyInFolders } from "../../support/many_runs.ts";
import { runSplit } from "../../support/split_command.ts";

const run = (files: Record<string, string>, ...args: string[]) => runSplit(files, args);

const PIZZA = "name,lower,upper,target\nann,2,4,3\nben,3,6,upper\ncleo,1,3,lower\ndan,0,2,center\n";
const VOTES = "name,target\nA,100000\nB,80000\nC,30000\nD,20000\n";

Deno.test("split --method: the names are the registry's", () => {
  assertEquals([...METHOD_NAMES].slice(1), Object.keys(METHODS));
});

Deno.test("split --method: seats as a table with quotas", async () => {
  const { code, stdout, stderr } = await run(
    { "v.csv": VOTES },
    ...["-i", "v.csv", "--total", "8", "--method", "webster", "--ascii"],
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertStringIncludes(stdout, "name  units   claim     quota  interval       off");
  assertStringIncludes(stdout, "A         3  100000  3.478261");
  assertStringIncludes(stdout, "D         1   20000  0.695652");
  assertStringIncludes(stdout, "by webster: seats to the nearest whole number (Sainte-Laguë)");
  assert(!stdout.includes("discontent"), "claims are no targets");
});

Deno.test("split --method: an open lower bound is 0 wherever it is said, from CSV and JSON alike", async () => {
  const requirements = [{ name: "a", interval: [null], target: 100 }, {
    name: "b",
    interval: [null],
    target: 3,
  }];
  const files = {
    "v.csv": "name,target\na,100\nb,3\n",
    "v.json": JSON.stringify({ total: 10, requirements }),
  };
  const method = "webster";
  for (const problem of [["v.csv", "--total", "10"], ["v.json"]]) {
    const said = await run(files, "-i", ...problem, "--method", method, "--out", "o.csv");
    assertEquals(parse(said.written["o.csv"]).slice(1).map((row) => row[3]), ["0", "0"]);
    const page = await run(files, "-i", ...problem, "--method", method, "--html", "o.html");
    assert(!page.written["o.html"].includes("−∞"), method);
    const totals = await run(
      files,
      ...["-i", problem[0], "--method", method, "--totals", "9,10", "--json"],
    );
    const { people } = JSON.parse(totals.stdout);
    assertEquals(people.map((p: { lower: number }) => p.lower), [0, 0]);
    const why = await run(files, "-i", ...problem, "--method", method, "--explain", "a");
    assertStringIncludes(why.stdout, "[0, ∞]");
    assert(!why.stdout.includes("below 0"), why.stdout);
  }
});

Deno.test("split --method: --json and --out have every method's answer, from CSV and JSON alike", async () => {
  const json = JSON.stringify({
    total: 8,
    requirements: parse(VOTES).slice(1).map(([name, votes]) => ({
      name,
      interval: [null],
      target: Number(votes),
    })),
  });
  const expected = { webster: [3, 3, 1, 1], dhondt: [4, 3, 1, 0], hamilton: [3, 3, 1, 1] };
  for (const [method, units] of Object.entries(expected)) {
    const args = ["--method", method, "--json", "--out", "o.csv"];
    const csv = await run({ "v.csv": VOTES }, "-i", "v.csv", "--total", "8", ...args);
    const found = JSON.parse(csv.stdout);
    assertEquals(found.people.map((p: { units: number }) => p.units), units);
    assertEquals([found.method, found.tie, found.status], [method, null, "feasible"]);
    assertEquals(parse(csv.written["o.csv"]).slice(1).map((row) => Number(row[1])), units);
    const other = await run({ "v.json": json }, "-i", "v.json", ...args);
    assertEquals(JSON.parse(other.stdout), found);
    assertEquals(other.written, csv.written);
  }
});

Deno.test("split --method: a tie is reported", async () => {
  const { stdout } = await run(
    { p: "name,target\na,1\nb,1\nc,1\n" },
    ...["-i", "p", "--total", "2", "--method", "hamilton"],
  );
  assertStringIncludes(
    stdout,
    "a tie: 2 units could as well go to others of a, b, c; the first in order got them\n",
  );
});

Deno.test("split --method: options that it does not take are one line", async () => {
  const refused: [string[], string][] = [
    [["--method", "webster", "--gamma", "0.2"], "--method webster takes no --gamma"],
    [
      ["--method", "max-min", "--t-min", "1", "--absolute"],
      "--method max-min takes no --t-min, --absolute",
    ],
    [
      ["--method", "proportional", "--step", "1"],
      "--method proportional takes no --step (for whole units in proportion: hamilton)",
    ],
    [["--method", "borda"], '--method is "borda", expected one of woptim, max-min'],
    [["--totals", "1..3:1"], "--totals can't be given with --total"],
    [
      ["--explain", "ann", "--html", "a.html"],
      "--explain prints one person as text or JSON: no --html",
    ],
    [["--explain", "an"], '--explain is "an", expected a name of p (did you mean ann, dan?)'],
  ];
  const runs = await divvyInFolders(refused.map(([args]) => {
    return { files: { p: PIZZA }, args: ["split", "-i", "p", "--total", "9", ...args] };
  }));
  for (const [i, [, message]] of refused.entries()) {
    const { code, stdout, stderr, written } = runs[i];
    assertEquals({ code, stdout, written }, { code: 1, stdout: "", written: {} });
    assertStringIncludes(stderr, `divvy: ${message}`);
    assertEquals(stderr.trimEnd().split("\n").length, 1);
  }
});

Deno.test("split --totals: a table, CSV and JSON of several totals", async () => {
  const { code, stdout, written } = await run(
    { p: PIZZA },
    ...["-i", "p", "--totals", "6..12:3,7", "--out", "o.csv"],
  );
  assertEquals(code, 0);
  assertEquals(
    stdout,
    "4 totals for 4 people:\n" +
      "name             6     9    12       7\n" +
      "ann              2   2.4   3.6  2.0000\n" +
      "ben              3   4.8   6.0  3.4286\n" +
      "cleo             1   1.0   1.2  1.0000\n" +
      "dan              0   0.8   1.2  0.5714\n" +
      "status         met   met   met     met\n" +
      "discontent  0.5667  0.08  0.04  0.3238\n",
  );
  const rows = parse(written["o.csv"]);
  assertEquals(rows[0], ["total", "status", "name", "units", "inside"]);
  assertEquals(rows.length, 17);
  assertEquals(rows[6].slice(0, 3), ["9", "feasible", "ben"]);
  const json = await run({ p: PIZZA }, "-i", "p", "--totals", "6..12:3,7", "--json");
  const { method, people, totals } = JSON.parse(json.stdout);
  assertEquals([method, people.length, totals.length], ["woptim", 4, 4]);
  assertEquals(totals[0].units, [2, 3, 1, 0]);
});

Deno.test("split --totals: the whole curve, other methods, and what is no list of totals", async () => {
  const curve = await run({ p: PIZZA }, "-i", "p", "--totals", "4..16", "--json");
  const totals = JSON.parse(curve.stdout).totals.map((t: { total: number }) => t.total);
  assertEquals([totals.length, totals[0], totals[totals.length - 1]], [13, 4, 16]);
  const shown = await run({ p: PIZZA }, "-i", "p", "--totals", "4..16");
  assertStringIncludes(shown.stdout, "6−       6");
  assertStringIncludes(shown.stdout, "15     15+");
  const seats = await run({ v: VOTES }, "-i", "v", "--totals", "7,8", "--method", "dhondt");
  assertStringIncludes(seats.stdout, "2 totals for 4 people by dhondt:");
  const bad = ["4..", "8..4:1", "1..2:0", "x", "-1", "1;2", ""];
  const refused = await divvyInFolders(bad.map((totals) => {
    return { files: { p: PIZZA }, args: ["split", "-i", "p", `--totals=${totals}`] };
  }));
  for (const [i, { code, stderr }] of refused.entries()) {
    assertEquals(code, 1, bad[i]);
    assertStringIncludes(stderr, "expected totals from 0 up: 60..80:5, 60..80, or 60,65,70");
  }
  const steps = await run({ p: PIZZA }, "-i", "p", "--totals", "4..16", "--step", "2");
  assertStringIncludes(steps.stderr, "--totals 4..16 needs a step here: 4..16:2");
});

Deno.test("split --explain: at a price, at a bound, and who has the unit that is lacking", async () => {
  const of = async (...args: string[]) => (await run({ p: PIZZA }, "-i", "p", ...args)).stdout;
  assertEquals(
    await of("--total", "9", "--explain", "ann"),
    "ann gets 2.4 of 9 units, 0.6 less than the target, 3; between the bounds of [2, 4].\n" +
      "At the price: one more unit changes ann's discontent by −0.08 at the margin, as for everybody at no bound.\n" +
      "Of a total of 10 ann would get 2.7 (+0.3).\n" +
      "Of a total of 8 ann would get 2.1 (−0.3).\n" +
      "One more for ann (3.4) would come from ben (−0.85714), dan (−0.14286): discontent in all +0.095238.\n" +
      "One less for ann (1.4, below the lower bound) would go to ben (+0.85714), dan (+0.14286): discontent in all +0.27524.\n",
  );
  const ben = await of("--total", "13", "--step", "1", "--explain", "ben");
  assertStringIncludes(
    ben,
    "ben gets 6 of 13 units, just the target; at the upper bound of [3, 6].",
  );
  assertStringIncludes(ben, "Held by the bound: ");
  assertStringIncludes(ben, "One less for ben (5) would go to dan (+1)");
  const seats = await of("--total", "9", "--method", "webster", "--explain", "dan");
  assertStringIncludes(seats, "with a claim of 1");
  const { name, of_one_more, one_more } = JSON.parse(
    await of("--total", "9", "--explain", "ann", "--json"),
  );
  assertEquals([name, one_more.changes[0].name, one_more.changed], ["ann", "ben", 2]);
  assert(Math.abs(of_one_more - 2.7) < 1e-12);
});

Deno.test("split --html: pages of few people, of many, by claims and of several totals", async () => {
  const few = await run(
    { p: PIZZA },
    ...["-i", "p", "--total", "9", "--price", "20", "-q", "--html", "few.html"],
  );
  assertEquals({ code: few.code, stdout: few.stdout }, { code: 0, stdout: "" });
  assertStringIncludes(few.written["few.html"], "9 units among 4 people");
  assert(!few.written["few.html"].includes("How many people get how many units"));
  const list = Array.from({ length: 1500 }, (_, i) => `<p${i}>,${i % 7},${i % 7 + 3},center`);
  const text = `name,lower,upper,target\n${list.join("\n")}\n`;
  const many = await run({ p: text }, "-i", "p", "--total", "5000", "-q", "--html", "m.html");
  const page = many.written["m.html"];
  assertStringIncludes(page, "How many people get how many units");
  assertStringIncludes(page, "Where in their intervals");
  assertStringIncludes(page, "The first 60 are drawn.");
  assertStringIncludes(page, "500 more people");
  assert(!page.includes("<p7>"), "names are escaped");
  const votes = await run(
    { v: VOTES },
    ...["-i", "v", "--total", "8", "--method", "dhondt", "-q", "--html", "v.html"],
  );
  assertStringIncludes(votes.written["v.html"], "Quota");
  const totals = await run({ p: PIZZA }, "-i", "p", "--totals", "4..16", "-q", "--html", "t.html");
  assertStringIncludes(totals.written["t.html"], "Who gets what as the total moves");
});

const WISHES =
  "name,lower,upper,target,weight,priority,fixed\na,0,10,6,2,1,\nb,2,10,6,1,2,\nc,0,10,6,1,2,3\n";
const GROUPS = { "g.csv": "name,upper\nx,7\n", "p": "name,target,group\na,6,x\nb,6,x\nc,6,\n" };
const GOODS = {
  "g.csv": "name,total\nbread,6\nmilk,2\n",
  "p": "name,target,good\nann,4,bread\nben,2,bread\nann,3,milk\n",
};

Deno.test("split: what only woptim, or only one good, takes is refused in one line", async () => {
  const groups = ["-i", "p", "--groups", "g.csv"], goods = ["-i", "p", "--goods", "g.csv"];
  const cases: [Record<string, string>, string[], string][] = [
    [
      { p: WISHES },
      ["-i", "p", "--total", "12", "--method", "max-min"],
      "the method max-min makes nothing of priority: leave it out",
    ],
    [
      GROUPS,
      [...groups, "--total", "9", "--method", "webster"],
      "the method webster makes nothing of group: leave it out",
    ],
    [
      GROUPS,
      [...groups, "--total", "9", "--explain", "a"],
      "what one person gets is not explained where there are groups",
    ],
    [GROUPS, [...groups, "--totals", "8..9"], "--totals 8..9 needs a step here: 8..9:1"],
    [
      GOODS,
      [...goods, "--totals", "8"],
      "several goods are split by woptim, and all at once: no --totals",
    ],
    [
      GOODS,
      [...goods, "--method", "webster"],
      "several goods are split by woptim, and all at once: no --method",
    ],
    [
      { p: WISHES },
      ["-i", "p", "--total", "12", "--method", "webster", "--leftover", "--change-weight", "1"],
      "--method webster takes no --leftover, --change-weight",
    ],
  ];
  const runs = await divvyInFolders(
    cases.map(([files, args]) => ({ files, args: ["split", ...args] })),
  );
  for (const [i, [, , message]] of cases.entries()) {
    const { code, stderr, stdout } = runs[i];
    assertEquals({ code: code === 0, stderr, stdout }, {
      code: false,
      stderr: `divvy: ${message}\n`,
      stdout: "",
    });
  }
});

Deno.test("split: weights are claims of a method; totals and explanations know what people may ask for", async () => {
  const votes = await run(
    { p: "name,target,weight\na,3,2\nb,3,1\n" },
    ...["-i", "p", "--total", "9", "--method", "webster", "--json"],
  );
  const units = (text: string) => JSON.parse(text).people.map((p: { units: number }) => p.units);
  assertEquals(units(votes.stdout), [6, 3]);
  for (const [files, ...more] of [[GROUPS, "--groups", "g.csv"], [{ p: WISHES }]] as const) {
    const args = ["-i", "p", ...more, "--json"];
    const all = JSON.parse((await run(files, ...args, "--totals", "9..12:1")).stdout);
    for (const [k, total] of ["9", "10", "11", "12"].entries()) {
      const alone = units((await run(files, ...args, "--total", total)).stdout);
      assertEquals(all.totals[k].units, alone);
    }
  }
  const told = await run({ p: WISHES }, "-i", "p", "--total", "12", "--explain", "b");
  assertStringIncludes(told.stdout, "Of a total of 13 b would get 4 (+1).\n");
  const fixed = await run({ p: WISHES }, "-i", "p", "--total", "12", "--explain", "c");
  assertStringIncludes(fixed.stdout, "c's amount was fixed beforehand.\n");
});

Deno.test("split: steps that are fractions are added as such where a person is explained", async () => {
  const args = ["-i", "p", "--total", "3", "--step", "1/3", "--explain", "a", "--json"];
  const { stdout } = await run({ p: "name,target\na,3\nb,2\n" }, ...args);
  const why = JSON.parse(stdout);
  assertEquals(why.step, 1 / 3);
  assertEquals(why.one_more.units, 2);
  assertEquals(why.one_more.changes, [{ name: "b", units: 4 / 3, change: 1 - 4 / 3 }]);
});
