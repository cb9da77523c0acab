/** What is said of odd files, and of faults in them, is the same whether one machine reads them or an engine does. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

const OFFERS = "user_id,contract_address\n";
const ARGS = ["allocate", ...INPUTS, "--out", "out.csv"];
/** Native code, which DuckDB is, needs a permission of its own. */
const run = (args: readonly string[], { path: cwd }: TempFolder) =>
  divvy(args, { cwd, ...(args.includes("--engine") && { permissions: ["--allow-all"] }) });
const WAYS = [[], ["--engine", "duckdb", "--memory", "500MB"]];

Deno.test("a table that is given and has no rows is said to have none, by every engine", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const empty = { history: OFFERS, pins: OFFERS, bans: OFFERS, previous: OFFERS };
  for (const [name, text] of Object.entries(empty)) folder.write(`${name}.csv`, text);
  folder.write("limits.csv", "limit,at_most\n");
  folder.write("divvy.json", JSON.stringify({ limits: [] }));
  const said = {
    history: "earlier offers",
    pins: "pins",
    bans: "bans",
    previous: "previous offers",
    limits: "limits",
  };
  for (const way of WAYS) {
    const tables = Object.keys(said).flatMap((name) => [`--${name}`, `${name}.csv`]);
    const { code, stderr } = await run([...ARGS, ...tables, ...way], folder);
    assertEquals(code, 0, stderr);
    for (const [name, what] of Object.entries(said)) {
      assert(stderr.includes(`${name}.csv: no rows, so there are no ${what}\n`), stderr);
    }
    const configured = await run([...ARGS, "--config", "divvy.json", ...way], folder);
    assert(
      configured.stderr.includes("divvy.json: limits: no rows, so there are no limits"),
      configured.stderr,
    );
  }
});

Deno.test("rows of separators only have the same words in every table", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  folder.write("limits.csv", "limit,at_most\nmost,9\n,\n , \n");
  for (const way of WAYS) {
    const { stderr } = await run([...ARGS, "--limits", "limits.csv", ...way], folder);
    assert(stderr.includes("limits.csv: 2 rows of separators only left out\n"), stderr);
  }
});

Deno.test("the first fault of a table is named with its line, by every engine", async () => {
  const head = { elig: "user_id,contract_address,score", user_groups: "user_id,group_id,k" };
  const offers = "user_id,contract_address,offered_at,outcome,score";
  const cases: [table: string, header: string, good: string, bad: string, said: string][] = [
    ["elig", head.elig, "ann,s1,0.5", "ann,s1,1_000", 'score is "1_000", expected a finite number'],
    ["elig", head.elig, "ann,s1,0.5", ",s1,1", 'user_id is "", expected an id'],
    ["user_groups", head.user_groups, "ann,g1,2", "bob,,1", 'group_id is "", expected an id'],
    ["user_groups", head.user_groups, "ann,g1,2", "bob,g1,x", 'k is "x", expected '],
    ["previous", OFFERS.trim(), "ann,s1", "ann,", 'contract_address is "", expected an id'],
    ["history", offers, "ann,s1,2026-01-01,,1", "ann,s1,2026-02-30,,1", 'offered_at is "2026-0'],
    ["history", offers, "ann,s1,2026-01-01,,1", "ann,s1,2026-01-01,so,1", 'outcome is "so", exp'],
    ["history", offers, "ann,s1,2026-01-01,,1", "ann,s1,2026-01-01,,inf", 'score is "inf", exp'],
  ];
  await using folder = new TempFolder();
  for (const [table, header, good, bad, said] of cases) {
    writeDrop(folder);
    const other = bad.replace(/^(ann|bob)/, "zoe");
    // Two faults, so that an engine that finds any of them may name the second.
    folder.write(
      `${table}.csv`,
      `${header}\n${good}\n\n"${good.replace(",", '",')}\n${bad}\n${other}\n`,
    );
    const isDrop = INPUTS.includes(`${table}.csv`);
    const given = isDrop ? [] : [`--${table}`, `${table}.csv`];
    const rules = table === "history"
      ? ["--decline-factor", "0.5", "--rotate", "1", "--as-of", "2026-03-01"]
      : [];
    for (const way of WAYS) {
      const { code, stderr } = await run([...ARGS, ...given, ...rules, ...way], folder);
      assertEquals(code, 1, stderr);
      const lines = stderr.trimEnd().split("\n");
      assert(lines.at(-1)!.startsWith(`divvy: ${table}.csv:5: ${said}`), stderr);
    }
  }
});

/** A drop with a fault of each kind, of which both name the one given. */
interface Faults {
  readonly name: string;
  readonly files: Record<string, string>;
  readonly more: readonly string[];
  readonly said: string;
}

const PINS = ["--pins", "pins.csv"], BRANDED = "contract_address,cap_face,is_sponsored,brand_id\n";

const SEVERAL: readonly Faults[] = [
  {
    name: "a pin that two rows ban: the first",
    files: { pins: `${OFFERS}bob,t1\n`, bans: "user_id,contract_address\ncy,\nbob,t1\n,t1\n" },
    more: [...PINS, "--bans", "bans.csv"],
    said: "pins.csv:2: the pinned pair of bob and t1 is banned by bans.csv:3, expected",
  },
  {
    name: "a user without a group in a row before a contract that caps lack",
    files: { pins: `${OFFERS}ann,s1\nzoe,s1\nann,gone\n` },
    more: PINS,
    said: 'pins.csv:3: pinned user_id is "zoe", expected a user that has a group',
  },
  {
    name: "a user without a group beside a contract without cap",
    files: {
      caps: "contract_address,cap_face,is_sponsored\ns1,0,true\nt1,3,false\nt2,2,false\n",
      pins: `${OFFERS}zoe,s1\n`,
    },
    more: PINS,
    said: 'pins.csv:2: pinned user_id is "zoe", expected a user that has a group',
  },
  {
    name: "a pin that is no pair before one that is banned",
    files: { pins: `${OFFERS}ann,t1\ncy,s1\n`, bans: "user_id\nann\n" },
    more: [...PINS, "--bans", "bans.csv"],
    said: "pins.csv:3: the pinned pair of cy and s1 is not eligible, expected an eligible pair",
  },
  {
    name: "a pin that is no pair before a cap that pins exceed",
    files: { pins: `${OFFERS}ann,s1\nbob,s1\ndee,s1\ncy,s1\n` },
    more: PINS,
    said: "pins.csv:5: the pinned pair of cy and s1 is not eligible",
  },
  {
    name: "too many of a brand before too many of a contract",
    files: {
      caps: `${BRANDED}s1,1,true,\nt1,3,false,b\nt2,2,false,b\n`,
      pins: `${OFFERS}ann,s1\nbob,s1\ncy,t1\ncy,t2\n`,
    },
    more: [...PINS, "--max-per-brand", "1"],
    said: "pins.csv:5: the pinned pair of cy and t2 is one more of brand b than the 1",
  },
  {
    name: "more pins than k, of which there are more than the cap too",
    files: { pins: `${OFFERS}bob,t1\nbob,t2\nann,s1\nbob,s1\ndee,s1\n` },
    more: [...PINS, "-k", "1"],
    said: "pins.csv:3: the pinned pair of bob and t2 is one more than k = 1 beside the pin of",
  },
  {
    name: "more previous offers that stay than k",
    files: { previous: `${OFFERS}bob,t2\nbob,t1\n` },
    more: ["--previous", "previous.csv", "--only-new", "-k", "1"],
    said: "previous (bob, t2): the pinned pair of bob and t2 is one more than k = 1 beside the " +
      "pin of previous (bob, t1)",
  },
  {
    name: "more pins and previous offers that stay than k",
    files: { previous: `${OFFERS}bob,t2\n`, pins: `${OFFERS}bob,t1\n` },
    more: [...PINS, "--previous", "previous.csv", "--only-new", "-k", "1"],
    said: "previous (bob, t2): the pinned pair of bob and t2 is one more than k = 1 beside the " +
      "pin of pins.csv:2",
  },
  {
    name: "a group without a ratio before a limit that selects nothing",
    files: {
      group_ratios: "group_id,sponsorship_ratio\ng1,0.5\n",
      limits: "limit,at_most,contract_address\nl,1,nope\n",
    },
    more: ["--limits", "limits.csv"],
    said: "group_ratios.csv: 1 group has eligible users and no sponsorship_ratio",
  },
  {
    name: "what a limit may select, in order",
    files: {
      user_groups: "user_id,group_id,city\nann,g1,Thun\nbob,g1,Bern\ncy,g2,Chur\ndee,g2,Aarau\n",
      limits: "limit,at_most,city\nl,1,Basel\n",
    },
    more: ["--limits", "limits.csv"],
    said: 'limits.csv:2: city is "Basel", expected a value that user_groups has there for an ' +
      'eligible pair, such as "Aarau", "Bern", "Chur"',
  },
  {
    name: "options that don't go together before what is wrong with the users",
    files: { user_groups: "user_id,group_id\nann,\n", limits: "limit,at_most\nl,1\n" },
    more: ["--limits", "limits.csv", "--holdout", "50%", "--holdout-solver", "random"],
    said: "random offers to users held out (--holdout-solver random) don't go with limits",
  },
  {
    name: "how users are held out, and not how many",
    files: { user_groups: "user_id,group_id\nann,\n" },
    more: ["--holdout-solver", "random"],
    said: "--holdout-solver needs --holdout, the share that is held out",
  },
  ...["--history", "--previous", "--pins", "--bans", "--limits", "--scenario", "--prices"].map((
    option,
  ) => ({
    name: `${option} that is not there before what is wrong with the tables`,
    files: { caps: "", elig: "" },
    more: [option, "none.csv"],
    said: "none.csv: no such file",
  })),
  {
    name: "a folder for results that is not there before a file that is not there",
    files: {},
    more: ["--history", "none.csv", "--summary", "none/summary.json"],
    said: "none/summary.json: can't write it: its folder does not exist (--summary)",
  },
  {
    name: "a summary that would be no JSON by its name",
    files: { caps: "" },
    more: ["--summary", "s.csv"],
    said: '--summary is "s.csv", expected a name that ends in .json',
  },
  {
    name: "the seed by which nobody is held out",
    files: {},
    more: ["--holdout-seed", "7"],
    said: "--holdout-seed needs --holdout, the share that is held out",
  },
  {
    name: "values that only a user without a pair has",
    files: {
      user_groups: "user_id,group_id,city\nann,g1,Thun\nbob,g1,Bern\ncy,g2,Chur\nzoe,g2,Aarau\n",
      limits: "limit,at_most,city\nl,1,Aarau\n",
    },
    more: ["--limits", "limits.csv"],
    said: 'limits.csv:2: city is "Aarau", expected a value that user_groups has there for an ' +
      'eligible pair, such as "Bern", "Chur", "Thun"',
  },
  {
    name: "pins, caps, ratios, users: in this order",
    files: {
      user_groups: "user_id,group_id\nann,\n",
      group_ratios: "group_id,sponsorship_ratio\ng1,x\n",
    },
    more: [],
    said: 'group_ratios.csv:2: sponsorship_ratio is "x", expected',
  },
  {
    name: "pins before caps",
    files: { caps: "contract_address,cap_face,is_sponsored\ns1,x,1\n", pins: `${OFFERS},s1\n` },
    more: PINS,
    said: 'pins.csv:2: user_id is "", expected an id',
  },
  {
    name: "a blank id in a row before one with too many fields",
    files: { elig: "user_id,contract_address,score\nann,s1,1\n,s1,1\nann,s1,1,1\n" },
    more: [],
    said: 'elig.csv:3: user_id is "", expected an id',
  },
  {
    name: "a blank group before previous offers with too many fields",
    files: { user_groups: "user_id,group_id\nann,\n", previous: `${OFFERS}a,b,c\n` },
    more: ["--previous", "previous.csv"],
    said: 'user_groups.csv:2: group_id is "", expected an id',
  },
];

for (const { name, files, more, said } of SEVERAL) {
  Deno.test(`of several faults the same is named, with and without an engine: ${name}`, async () => {
    await using folder = new TempFolder();
    writeDrop(folder);
    for (const [table, text] of Object.entries(files)) folder.write(`${table}.csv`, text);
    for (const way of WAYS) {
      const { code, stderr } = await run([...ARGS, "-q", ...more, ...way], folder);
      assertEquals(code, 1, stderr);
      assert(stderr.startsWith(`divvy: ${said}`), `${way.join(" ")}: ${stderr}`);
    }
  });
}
