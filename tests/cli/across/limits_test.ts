/** `--limits` on the command line and in the configuration file. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../../lib/deps/std_assert.ts";
import { configJsonSchema } from "../../../lib/cli/frame/config/config_schema.ts";
import { divvyProgram } from "../../../lib/cli/program.ts";
import type { LimitExplanation } from "../../../types.ts";
import type { Summary } from "../../../lib/report/facts/summary.ts";
import { DENIED, divvy, TempFolder } from "../../support/cli.ts";
import { divvyInFolders } from "../../support/many_runs.ts";

const EXAMPLE = new URL("../../../examples/limits/", import.meta.url);

/** A folder with the small drop of examples/limits in it. */
function exampleFolder(): TempFolder {
  const folder = new TempFolder();
  for (const { name } of Deno.readDirSync(EXAMPLE)) {
    folder.write(name, Deno.readFileSync(new URL(name, EXAMPLE)));
  }
  return folder;
}

async function allocated(folder: TempFolder, ...args: string[]): Promise<Summary> {
  const line = ["allocate", "--config", "divvy.json", "--out", "o.csv", "--json", "-q", ...args];
  const { code, stdout, stderr } = await divvy(line, { cwd: folder.path });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return JSON.parse(stdout);
}

Deno.test("every command that reads a drop takes --limits, and says so in its help", () => {
  const program = divvyProgram();
  const reading = program.commands.filter((c) => c.options.some((o) => o.long === "--elig"));
  assert(reading.length >= 6);
  for (const command of reading) {
    const option = command.options.find((o) => o.long === "--limits");
    assert(option !== undefined && !option.hidden, command.name());
  }
  assertStringIncludes(
    program.commands.find((c) => c.name() === "allocate")!.helpInformation(),
    "--limits <file>",
  );
});

Deno.test("allocate: the summary has the limits, whether they are a file or a list in the configuration", async () => {
  await using folder = exampleFolder();
  const byFile = await allocated(folder);
  assertEquals(byFile.limits!.families.map((f) => f.limit), [
    "brand in market",
    "budget",
    "least delivery",
    "new users",
    "half sponsored",
  ]);
  const config = JSON.parse(folder.read("divvy.json"));
  config.limits = [
    { limit: "brand in market", per: ["brand_id", "group_id"], at_most: 14 },
    {
      limit: "budget",
      per: "contract_address",
      counts: "expected_cost",
      at_most: "budget_left",
      is_sponsored: true,
    },
    { limit: "least delivery", per: "contract_address", at_least: "least" },
    { limit: "new users", at_most: 12, segment: ["new"] },
    {
      limit: "half sponsored",
      per: "group_id",
      at_least: 0.5,
      share_of: "offers",
      price: 0.2,
      is_sponsored: "t",
    },
  ];
  folder.write("divvy.json", JSON.stringify(config));
  const byList = await allocated(folder);
  assertEquals(byList.limits, byFile.limits);
  assertEquals(byList.objective, byFile.objective);
  // The command line wins.
  folder.write("few.csv", "limit,at_most\nfew,3\n");
  const few = await allocated(folder, "--limits", "few.csv");
  assertEquals(few.limits!.rows.map(({ limit, used }) => [limit, used]), [["few", 3]]);
  assertEquals(few.assignments, 3);
});

const FAULTS: readonly (readonly [string, string, string])[] = [
  [
    "divvy.json",
    '"limits": [{ "limit": "a", "at_most": "x" }]',
    'divvy.json: limits[0]: at_most is "x", expected a number (a column can give the amounts only where per is one column)',
  ],
  [
    "divvy.json",
    '"limits": [{ "limit": "a", "at_most": 1, "citty": "oslo" }]',
    'divvy.json: limits[0]: there is no column "citty" in caps, user_groups, group_ratios or elig (did you mean city?)',
  ],
  [
    "divvy.json",
    '"limits": [{ "limit": "a", "at_most": -1 }]',
    'divvy.json: limits[0]: at_most is "-1", expected a number of at least 0, or a column',
  ],
  [
    "divvy.json",
    '"limits": 3',
    "divvy.json: limits is 3, expected a file, or a list of limits",
  ],
  [
    "divvy.json",
    '"limits": ["a"]',
    'divvy.json: limits is ["a"], expected a file, or a list of limits',
  ],
  ["divvy.json", '"limits": "none.csv"', "none.csv: no such file"],
  [
    "limits.csv",
    "limit,at_most,city\na,1,paris\n",
    'limits.csv:2: city is "paris", expected a value that user_groups has there for an eligible pair, such as',
  ],
];

Deno.test("a limit that can't be is one line, exit 1 and no output", async () => {
  await using folder = exampleFolder();
  const files = Object.fromEntries(folder.names().map((name) => [name, folder.read(name)]));
  const args = ["allocate", "--config", "divvy.json", "--out", "o.csv", "-q"];
  const runs = await divvyInFolders(FAULTS.map(([name, text]) => {
    const changed = name === "limits.csv"
      ? text
      : files["divvy.json"].replace('"limits": "limits.csv"', text);
    return { files: { ...files, [name]: changed }, args };
  }));
  for (const [i, { code, stderr, stdout, written }] of runs.entries()) {
    const [, text, message] = FAULTS[i];
    assertEquals([code, stdout, written], [1, "", {}], text);
    assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
    assertStringIncludes(stderr, message);
  }
});

Deno.test("the limits are an input: no output may take their place; one thing is standard input", async () => {
  await using folder = exampleFolder();
  const out = ["allocate", "--config", "divvy.json", "--out", "limits.csv", "-q"];
  const taken = await divvy(out, { cwd: folder.path });
  assertEquals(taken.code, 1);
  assertMatch(taken.stderr, /--out .*--limits/);
  const twice = [
    "allocate",
    "--config",
    "divvy.json",
    "--out",
    "o.csv",
    "--limits",
    "-",
    "--elig",
    "-",
  ];
  const { code, stderr } = await divvy(twice, { cwd: folder.path, stdin: "" });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "standard input");
  const piped = [
    "allocate",
    "--config",
    "divvy.json",
    "--out",
    "o.csv",
    "-q",
    "--json",
    "--limits",
    "-",
  ];
  const run = await divvy(piped, { cwd: folder.path, stdin: "limit,at_most\nfew,2\n" });
  assertEquals(run.code, 0, run.stderr);
  assertEquals((JSON.parse(run.stdout) as Summary).assignments, 2);
});

Deno.test("explain --limit, whatif --limit-scale and limit_scale in scenarios", async () => {
  await using folder = exampleFolder();
  const cwd = folder.path;
  folder.write("limits.csv", "limit,per,at_most,segment\nmarket,group_id,20,\nnew users,,6,new\n");
  await allocated(folder, "--certificate", "c.json");
  const base = ["--config", "divvy.json", "--certificate", "c.json", "-q"];
  const asked = async (...args: string[]) =>
    await divvy(["explain", ...base, "--assign", "o.csv", ...args], { cwd });
  const all = await asked("--limit", "market");
  assertStringIncludes(all.stdout, "Limit market, 2 rows");
  const one = await asked("--limit", "market", "--row", "north", "--json");
  assertEquals(one.code, 0, one.stderr);
  const { row } = JSON.parse(one.stdout) as LimitExplanation;
  assertEquals([row!.used, row!.amount, row!.values], [20, 20, { group_id: "north" }]);
  for (
    const [args, message] of [
      [
        ["--limit", "markt"],
        'limit is "markt", expected the name of a limit (did you mean market?)',
      ],
      [["--limit", "market", "--row", "nord"], 'row is "nord", expected values of group_id'],
      [["--row", "north"], "explain needs one of --user, --contract, --group, --limit"],
      [["--row", "north", "--user", "u01"], "--row needs --limit"],
      [["--side", "at_least", "--user", "u01"], "--side needs --limit"],
      [
        ["--limit", "new users", "--side", "at_least"],
        'side is "at_least", but limit "new users" has only at_most',
      ],
    ] as const
  ) {
    const { code, stderr } = await asked(...args);
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
  }
  folder.write("s.json", '[{ "name": "more", "limit_scale": { "market": 1.5, "all": 2 } }]');
  const what = await divvy(
    ["whatif", ...base, "--json", "--limit-scale", "market=1.5", "--scenarios", "s.json"],
    { cwd },
  );
  assertEquals(what.code, 0, what.stderr);
  const { scenarios } = JSON.parse(what.stdout);
  assertEquals(scenarios.map((s: { assignments: number }) => s.assignments > 40), [
    false,
    true,
    true,
  ]);
  assertEquals(scenarios[1].changes, "limit market × 1.5");
  const wrong = await divvy(["whatif", ...base, "--limit-scale", "markt=2"], { cwd });
  assertEquals(wrong.code, 1);
  assertStringIncludes(wrong.stderr, 'limit "markt" is not in the drop (did you mean market?)');
});

Deno.test("every solver keeps the limits of a file, and check says so", async () => {
  await using folder = exampleFolder();
  const cwd = folder.path;
  // HiGHS reads its own file.
  const permissions = [...DENIED, "--allow-read", `--allow-write=${cwd}`];
  folder.write(
    "limits.csv",
    "limit,per,counts,at_most,at_least,share_of,price,segment\n" +
      "brand in market,brand_id+group_id,,14,,,,\n" +
      "budget,contract_address,expected_cost,budget_left,,,,\n" +
      "loyal,,,,10,,,loyal\n" +
      "new,group_id,,0.3,,offers,,new\n",
  );
  const objectives: Record<string, number> = {};
  for (const solver of ["optimal", "ilp", "greedy"]) {
    const out = ["--config", "divvy.json", "--out", "o.csv", "--solver", solver, "--json", "-q"];
    const certificate = solver === "optimal" ? ["--certificate", "c.json"] : [];
    const run = await divvy(["allocate", ...out, ...certificate], { cwd, permissions });
    assertEquals(run.code, 0, run.stderr);
    const summary = JSON.parse(run.stdout) as Summary;
    assert(summary.limits!.rows.every(({ missed }) => missed === 0), solver);
    objectives[solver] = summary.objective;
    const judge = ["check", "--config", "divvy.json", "-k", "2", "--assign", "o.csv", "-q"];
    const { code, stdout } = await divvy([...judge, ...certificate], { cwd, permissions });
    assertEquals(code, 0, `${solver}: ${stdout}`);
  }
  assert(Math.abs(objectives.optimal - objectives.ilp) < 1e-6, JSON.stringify(objectives));
  assert(objectives.greedy <= objectives.ilp + 1e-6);
});

Deno.test("allocate --strict: a least that is missed is exit 2, one with a price is not", async () => {
  await using folder = exampleFolder();
  const strict = ["allocate", "--config", "divvy.json", "--out", "o.csv", "-q", "--strict"];
  const { code, stderr } = await divvy(strict, { cwd: folder.path });
  assertEquals([code, stderr], [2, "divvy: --strict: 1 of 19 limits misses its least\n"]);
  assert(folder.names().includes("o.csv"));
  folder.write("limits.csv", "limit,per,at_least,price\nleast,contract_address,least,0.5\n");
  assertEquals((await divvy(strict, { cwd: folder.path })).code, 0);
});

Deno.test("the configuration's schema knows the limits", () => {
  const text = JSON.stringify(configJsonSchema(divvyProgram()));
  for (const name of ["at_most", "at_least", "share_of", "counts"]) {
    assertStringIncludes(text, name);
  }
});

Deno.test("check takes limits that nobody names from the certificate, and names both where they differ", async () => {
  await using folder = exampleFolder();
  await allocated(folder, "--certificate", "c.json");
  const { limits: _, ...config } = JSON.parse(folder.read("divvy.json"));
  folder.write("bare.json", JSON.stringify(config));
  const line = ["check", "--config", "bare.json", "--assign", "o.csv", "--certificate", "c.json"];
  const run = (...more: string[]) => divvy([...line, ...more, "-q"], { cwd: folder.path });
  const own = await run();
  // The example's leasts can't all be met.
  assertEquals(own.code, 2, own.stdout + own.stderr);
  assertStringIncludes(own.stdout, "every limit has the least");
  assert(!own.stdout.includes("NOT CERTIFIED"), own.stdout);
  const { stdout } = await run("--json");
  assertEquals(JSON.parse(stdout).certificate.certified, true);
  folder.write("other.csv", "limit,at_most,segment\nnew users,13,new\n");
  const other = await run("--limits", "other.csv");
  assertEquals(other.code, 2);
  assertStringIncludes(
    other.stdout,
    'NOT CERTIFIED: limit new users is {"limit":"new users","per":[],"counts":"offers",' +
      '"at_most":12,"at_least":null,"share_of":null,"price":null,' +
      '"where":[{"column":"segment","values":["new"]}]}, checked with {"limit":"new users"',
  );
  assertStringIncludes(other.stdout, "NOT CERTIFIED: limit budget is {");
});

Deno.test("certificate explain and the certificate's schema are printed, and name every field", async () => {
  const run = (...args: string[]) => divvy(args, { cwd: "." });
  const explained = await run("certificate", "explain");
  const schema = JSON.parse((await run("schema", "certificate")).stdout);
  assertEquals(explained.code, 0);
  for (const name of Object.keys(schema.properties)) assertStringIncludes(explained.stdout, name);
  const nothing = await run("certificate");
  assertEquals(nothing.code, 1);
  assertStringIncludes(
    nothing.stderr,
    "certificate needs <topic>: divvy certificate explain\n",
  );
});
