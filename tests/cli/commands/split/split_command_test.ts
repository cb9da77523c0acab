/** `divvy split` as a user runs it. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../../../lib/deps/std_assert.ts";
import { parse } from "../../../../lib/deps/std_csv.ts";
import { divvy } from "../../../support/cli.ts";
import { divvyInFolders, type FolderRun } from "../../../support/many_runs.ts";
import { runSplit } from "../../../support/split_command.ts";
import { withFolder } from "../../../support/temp_folder.ts";

/** As the replaced program's README has it, trailing commas and all. */
const EXAMPLE = `{
    // Two people and 70 units.
    "total": 70,
    "price": 10,
    "requirements": [
        {
            "name": "alice",
            "interval": [30, 40],
            "target": "upper",
        },
        {
            "name": "bob",
            "interval": [30, 40],
            "target": "lower",
        }
    ]
}
`;
const PIZZA = "name,lower,upper,target\nann,2,4,3\nben,3,6,upper\ncleo,1,3,lower\ndan,0,2,center\n";

Deno.test("split: the replaced program's example and command line", async () => {
  const args = ["--input", "example.json", "--gamma", "0.2", "--t-min", "0.5", "-absolute"];
  const { code, stdout, stderr } = await runSplit({ "example.json": EXAMPLE }, args);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(
    stdout,
    "70 units for 2 people: everybody's interval is kept.\n\n" +
      "name   units  target  interval  off  discontent    share  pays\n" +
      "alice     40      40   30 … 40    0           0  5.71429  5.71             ├───◉\n" +
      "bob       30      30   30 … 40    0           0  4.28571  4.29             ◉───┤\n" +
      "● units  ○ target  ◉ both  ├─┤ interval; bars from 0 to 40\n\n" +
      "discontent in all 0\none unit more changes it by +0.2, one less by +0.2\n" +
      "at the margin a unit more changes it by +0\n" +
      "price 10, 0.1429 a unit\n",
  );
});

Deno.test("split: -absolute and --absolute are one", async () => {
  const short = await runSplit({ "p.csv": PIZZA }, [
    "-i",
    "p.csv",
    "--total",
    "8",
    "-absolute",
    "--json",
  ]);
  const long = await runSplit({ "p.csv": PIZZA }, [
    "-i",
    "p.csv",
    "--total",
    "8",
    "--absolute",
    "--json",
  ]);
  const without = await runSplit({ "p.csv": PIZZA }, ["-i", "p.csv", "--total", "8", "--json"]);
  assertEquals(short.stdout, long.stdout);
  assert(short.stdout !== without.stdout);
});

Deno.test("split: CSV from standard input, steps, CSV out", async () => {
  const { code, stdout, stderr, written } = await runSplit(
    {},
    ["-i", "-", "--total", "13", "--price", "45.50", "--step", "1", "--out", "out.csv"],
    PIZZA,
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertStringIncludes(stdout, "13 units for 4 people: everybody's interval is kept.");
  const [header, ...rows] = parse(written["out.csv"]);
  assertEquals(
    header.join(),
    "name,units,target,lower,upper,inside,distance,discontent,share,payment",
  );
  assertEquals(rows.map((row) => [row[0], row[1], row[5], row[9]]), [
    ["ann", "4", "true", "14"],
    ["ben", "6", "true", "21"],
    ["cleo", "2", "true", "7"],
    ["dan", "1", "true", "3.5"],
  ]);
});

Deno.test("split: --json has everything, and nothing else is on stdout", async () => {
  const { stdout, stderr } = await runSplit({ "p.csv": PIZZA }, [
    "-i",
    "p.csv",
    "--total",
    "20",
    "--json",
  ]);
  const { people, ...summary } = JSON.parse(stdout);
  assertEquals(stderr, "");
  assertEquals(Object.keys(summary), [
    "total",
    "price",
    "status",
    "amount",
    "objective",
    "more",
    "less",
    "multiplier",
  ]);
  assertEquals([summary.total, summary.price, summary.status, summary.amount], [
    20,
    null,
    "total_too_high",
    5,
  ]);
  assertEquals(
    Object.keys(people[0]).join(),
    "name,units,target,lower,upper,inside,distance,discontent,share,payment",
  );
});

Deno.test("split: infeasible totals are said, bars in ASCII where asked", async () => {
  const high = await runSplit({ "p.csv": PIZZA }, ["-i", "p.csv", "--total", "20", "--ascii"]);
  assertStringIncludes(
    high.stdout,
    "20 units for 4 people: 5 more than all upper bounds together.",
  );
  assert(/^[\x20-\x7e\n…]*$/.test(high.stdout.replaceAll("−", "-")), "bars are ASCII");
  const low = await runSplit({ "p.csv": PIZZA }, ["-i", "p.csv", "--total", "3"]);
  assertStringIncludes(low.stdout, "3 units for 4 people: 3 less than all lower bounds together.");
  assert(!low.stdout.includes("\x1b"), "no colour without a terminal");
});

Deno.test("split: prices and long numbers leave room for bars in 80 columns", async () => {
  const people = "name,lower,upper,target\nann,1,3,center\nbob,2,5,upper\n";
  for (const total of ["6", "20", "1"]) {
    const args = ["-i", "p.csv", "--total", total, "--price", "20"];
    const { stdout } = await runSplit({ "p.csv": people }, args);
    assertStringIncludes(stdout, "● units  ○ target");
    for (const line of stdout.split("\n")) assert(line.length <= 80, line);
  }
  const steps = await runSplit({ "p.csv": people }, ["-i", "p.csv", "--total", "8", "--step", "2"]);
  // 3 and 5 are no multiples of 2.
  assertStringIncludes(
    steps.stdout,
    "8 units for 2 people: 2 more than all upper bounds together, in steps of 2.",
  );
});

Deno.test("split: --schema prints a JSON Schema that fits the example", async () => {
  const { code, stdout } = await runSplit({}, ["--schema"]);
  const schema = JSON.parse(stdout);
  assertEquals(code, 0);
  assertEquals(schema.required, ["total", "requirements"]);
  assertEquals(schema.properties.requirements.items.required, ["name", "interval", "target"]);
});

Deno.test("split: keys that mean nothing are said", async () => {
  const text =
    `{"total": 1, "prize": 3, "requirements": [{"name": "a", "interval": [0, 2], "target": 1, "x": 1}]}`;
  const { code, stderr } = await runSplit({ "p.json": text }, ["-i", "p.json"]);
  assertEquals({ code, stderr }, {
    code: 0,
    stderr: "p.json: unknown, so ignored: prize, requirements[0].x\n",
  });
});

Deno.test("split: open bounds, in every way to write them", async () => {
  const csv = {
    "lower,upper": ["0.4,", "0.4,inf", "0.4,∞", "0.4,1e100"],
    "lower": ["0.4"],
  };
  const tables = Object.entries(csv).flatMap(([header, bounds]) =>
    bounds.map((bound) => {
      const last = header === "lower" ? "0.2" : "0.2,2.2";
      return `name,${header},target\nann,${bound},0.4\nben,${last},2.2\n`;
    })
  );
  const intervals = ["[0.4, null]", "[0.4]", '[0.4, "inf"]', '[0.4, "∞"]', '[0.4, ""]'];
  const lists = intervals.map((interval) =>
    people(`{"name": "ann", "interval": ${interval}, "target": 0.4}`)
  );
  const json = ["split", "-i", "p", "--json"];
  const runs = await divvyInFolders([
    ...tables.map((p) => ({ files: { p }, args: [...json, "--total", "2.6"] })),
    ...lists.map((p) => ({ files: { p }, args: json })),
  ]);
  for (const [i, text] of tables.entries()) {
    const units = JSON.parse(runs[i].stdout).people.map((p: { units: number }) => p.units);
    assertEquals({ code: runs[i].code, units }, { code: 0, units: [0.4, 2.2] }, text);
  }
  for (const [i, interval] of intervals.entries()) {
    const { code, stdout } = runs[tables.length + i];
    const { units, upper } = JSON.parse(stdout).people[0];
    assertEquals({ code, units, upper }, { code: 0, units: 3, upper: null }, interval);
  }
});

Deno.test("split: columns that mean nothing are named", async () => {
  const text = "name,lower,upper,target,place,note\na,0,2,1,1,x\n";
  const { code, stderr } = await runSplit({ p: text }, ["-i", "p", "--total", "1"]);
  assertEquals({ code, stderr }, {
    code: 0,
    stderr: "p: unknown, so ignored: place, note\n",
  });
});

Deno.test("split: a table of a spreadsheet is read as those of a drop are", async () => {
  const text = "name;lower;upper;target\r\nann;1,5;5;3\r\nben;2;8;4\r\n";
  const plain = text.replace("1,5", "1.5").replaceAll(";", ",").replaceAll("\r", "");
  const args = ["-i", "p", "--total", "10", "--json"];
  const [here, comma, unsaid] = await divvyInFolders([
    { files: { p: plain }, args: ["split", ...args] },
    { files: { p: text }, args: ["split", ...args, "--decimal", ","] },
    { files: { p: text }, args: ["split", ...args] },
  ]);
  assertEquals(comma, { ...here, stderr: "p: read separated by semicolons\n" });
  assertEquals(unsaid.code, 1);
  assertMatch(unsaid.stderr, /p:2: lower is "1,5", .* \(--decimal , reads decimal commas\)\n$/);
});

Deno.test("split: steps on a bound of any size come to an end", async () => {
  const text = "name,lower,upper,target\nann,0,1e100,4\nben,0,10,5\n";
  const { code, stdout } = await runSplit({ p: text }, [
    "-i",
    "p",
    "--total",
    "9",
    "--step",
    "1",
    "--json",
  ]);
  const units = JSON.parse(stdout).people.map((p: { units: number }) => p.units);
  assertEquals({ code, units }, { code: 0, units: [4, 5] });
});

Deno.test("split: payments in cash, and refunds", async () => {
  const text = "name,lower,upper,target\na,1,1,1\nb,1,1,1\nc,1,1,1\n";
  const of = async (price: string) => {
    const args = ["-i", "p", "--total", "3", `--price=${price}`, "--coin", "0.05", "--json"];
    const { stdout } = await runSplit({ p: text }, args);
    return JSON.parse(stdout).people.map((p: { payment: number }) => p.payment);
  };
  assertEquals(await of("10"), [3.35, 3.35, 3.3]);
  assertEquals(await of("-10"), [-3.35, -3.35, -3.3]);
});

Deno.test("split: open and huge bounds leave the table readable, in 80 columns and without noise", async () => {
  const text = "name,lower,upper,target\nann,0.4,1e100,0.4\nben,0.2,2.2,2.2\ncy,-inf,,0.1\n";
  const { stdout } = await runSplit({ p: text }, ["-i", "p", "--total", "2.7", "--price", "27"]);
  assertStringIncludes(stdout, "−∞ … ");
  assertStringIncludes(stdout, "0.4 … 1.0e+100");
  assert(!/e-1\d/.test(stdout), stdout);
  for (const line of stdout.split("\n")) assert(line.length <= 80, line);
  const bare = await runSplit({ p: text }, ["-i", "p", "--total", "2.7", "--ascii"]);
  assertStringIncludes(bare.stdout, "bars from 0 to 2.2");
});

Deno.test("split: large prices fit in 80 columns, and show no digits that doubles do not have", async () => {
  const text = "name,lower,upper,target\nann,0,9825824,3047272\nben,0,6857875,5842560\n";
  const { stdout } = await runSplit({ p: text }, [
    ...["-i", "p", "--total", "8888888.88", "--step", "0.01"],
    ...["--price", "760179076.65", "--currency-digits", "3"],
  ]);
  for (const line of stdout.split("\n")) assert(line.length <= 80, line);
  const args = ["-i", "p", "--total", "3", "--price", "10000000000000"];
  const thirds = "name,lower,upper,target\na,1,1,1\nb,2,2,2\n";
  const paid = (await runSplit({ p: thirds }, args)).stdout;
  assertStringIncludes(paid, "6666666666666.67");
  assert(!paid.includes("6666666666666.666"), paid);
});

Deno.test("split: many targets below --t-min are said", async () => {
  const text = "name,lower,upper,target\nann,0,1,0.1\nben,0,1,0.3\n";
  const { stderr } = await runSplit({ p: text }, ["-i", "p", "--total", "0.2"]);
  assertEquals(
    stderr,
    "p: 2 of 2 targets are below 0.5, where all weigh the same: a smaller --t-min tells them apart\n",
  );
  const other = await runSplit({ p: text }, ["-i", "p", "--total", "0.2", "--t-min", "0.1"]);
  assertEquals(other.stderr, "");
});

Deno.test("split: CSV has LF, and open bounds are blank in it", async () => {
  const text = "name,upper,target\nann,3,1\n";
  const { written } = await runSplit({ p: text }, [
    "-i",
    "p",
    "--total",
    "1",
    "--out",
    "o.csv",
    "-q",
  ]);
  assertEquals(
    written["o.csv"],
    "name,units,target,lower,upper,inside,distance,discontent\nann,1,1,,3,true,0,0\n",
  );
});

const INTERVAL =
  "expected [lower, upper], each 0 or a number from ±1e-100 to ±1e100, or null for no limit, the lower not above the upper";
const TARGET = 'expected 0 or a number from ±1e-100 to ±1e100, "lower", "center" or "upper"';
const AMOUNT = "expected 0 or a number from 1e-100 to 1e100";
const people = (...list: string[]) => `{"total": 3, "requirements": [${list.join(", ")}]}`;
const ANN = '{"name": "ann", "interval": [1, 2], "target": 1}';

/** Problem files, and all that is said of them. */
const MALFORMED: [string, string[]][] = [
  ['{"total": -1, "price": 1e999, "requirements": []}', [
    `p: total is "-1", ${AMOUNT}`,
    `p: price is "Infinity", expected 0 or a number from ±1e-100 to ±1e100`,
    'p: requirements is "[]", expected at least one person',
  ]],
  [
    people(
      ANN,
      '{"name": "ann", "interval": [2, 1], "target": "middle"}',
      '{"name": "", "interval": [0, 1e999], "target": null}',
      '{"interval": [1], "target": 1e200}',
    ),
    [
      `p: requirements[1].interval is "[2, 1]", ${INTERVAL}`,
      `p: requirements[1].target is "middle", ${TARGET}`,
      'p: requirements[2].name is "", expected a name',
      `p: requirements[2].interval is "[0, Infinity]", ${INTERVAL}`,
      `p: requirements[2].target is "null", ${TARGET}`,
      "p: requirements[3].name is missing, expected a name",
      `p: requirements[3].target is "1e+200", ${TARGET}`,
      'p: requirements[1].name is "ann", expected a name that nobody else has',
    ],
  ],
  ['{"requirements": [7]}', [
    `p: total is missing, ${AMOUNT}`,
    'p: requirements[0] is "7", expected an object with name, interval and target',
  ]],
  ["[]", ["p: no rows, expected at least one person"]],
  ['{"total": 3,\n "requirements": [,]}', ['p:2: not valid JSON: unexpected token ","']],
  ["", ["p: the file is empty, expected columns name, lower, upper, target"]],
  ["name,lower,upper\n", ['p:1: missing column target (the header has "name", "lower", "upper")']],
  // No option of split gives its columns other names.
  ["Name,lower,upper,target\n", [
    'p:1: missing column name (the header has "Name", "lower", "upper", "target"; ' +
    'call "Name" name if that is meant)',
  ]],
  ["name,lower,upper,target\n", ["p: no rows, expected at least one person"]],
  ["name,lower,upper,target\na,1,x,lower\na,3,2,uper\n,1,2,\nb,1,2,3\n", [
    'p:2: upper is "x", expected 0 or a number from ±1e-100 to ±1e100, or blank for no limit',
    'p:3: name is "a", expected a name that nobody else has',
    'p:3: lower is "3", expected at most the upper bound, 2',
    `p:3: target is "uper", ${TARGET}`,
    'p:4: name is "", expected a name',
    `p:4: target is "", ${TARGET}`,
  ]],
  ["name,lower,upper,target,previous\na,1e-101,1e101,-1e-320,1e-200\nb,0,1e-100,center,\n", [
    'p:2: lower is "1e-101", expected 0 or a number from ±1e-100 to ±1e100, or blank for no limit',
    'p:2: upper is "1e101", expected 0 or a number from ±1e-100 to ±1e100, or blank for no limit',
    `p:2: target is "-1e-320", ${TARGET}`,
    'p:2: previous is "1e-200", expected 0 or a number from ±1e-100 to ±1e100',
    `p:3: target is "center", ${TARGET}`,
  ]],
  ["name,target\na,1\nb,1e-101\n", [`p:3: target is "1e-101", ${TARGET}`]],
  ["name,lower,upper,target\na,1,,center\nb,-inf,∞,lower\nc,inf,9,1\n", [
    'p:2: target is "center", expected a number, as the interval is open on that side',
    'p:3: target is "lower", expected a number, as the interval is open on that side',
    'p:4: lower is "inf", expected 0 or a number from ±1e-100 to ±1e100, or blank for no limit',
  ]],
  [people('{"name": "ann", "interval": [1, null], "target": "center"}'), [
    'p: requirements[0].target is "center", expected a number, as the interval is open on that side',
  ]],
  [people(ANN, '{"name": " ann ", "interval": [1, 2], "target": 1}'), [
    'p: requirements[1].name is " ann ", expected a name that nobody else has',
  ]],
  ['{"total": 3,\n "total": 4, "requirements": [' + ANN + "]}", [
    'p:2: key is "total", expected each key once',
  ]],
];

Deno.test("split: standard input is called stdin, as by every command", async () => {
  const table = await runSplit({}, ["-i", "-", "--total", "3"], "name,target\nann,x\n");
  assertStringIncludes(table.stderr, 'divvy: stdin:2: target is "x"');
  const document = await runSplit({}, ["-i", "-"], '{"total": 3,');
  assertStringIncludes(document.stderr, "divvy: stdin:1: not valid JSON");
  const empty = await runSplit({}, ["-i", "-", "--total", "3"], "");
  assertStringIncludes(empty.stderr, "divvy: stdin: the file is empty");
});

/** The arguments for a malformed problem; a table has no total of its own. */
const argsFor = (text: string) => ["-i", "p", ...(/^[[{]/.test(text) ? [] : ["--total", "3"])];

/** What came of all that is malformed or refused, in one process; made by the first test that asks. */
let refusals: Promise<FolderRun[]> | undefined;
const refusalsOf = () =>
  refusals ??= divvyInFolders([
    ...MALFORMED.map(([text]) => ({ files: { p: text }, args: ["split", ...argsFor(text)] })),
    ...REFUSED.map(([args]) => ({ files: { p: people(ANN) }, args: ["split", ...args] })),
  ]);

for (const [i, [text, lines]] of MALFORMED.entries()) {
  Deno.test(`split: malformed input: ${lines[0]}`, async () => {
    const { code, stdout, stderr } = i === 0
      ? await runSplit({ p: text }, argsFor(text))
      : (await refusalsOf())[i];
    assertEquals({ code, stdout, stderr }, {
      code: 1,
      stdout: "",
      stderr: `divvy: ${lines.join("\n")}\n`,
    });
  });
}

/** Command lines, and the one line that each earns. */
const REFUSED: [string[], string][] = [
  [[], "split needs --input (see: divvy split --help)"],
  [["-i", "none.json"], "none.json: no such file"],
  [["-i", "p", "--gamma", "0"], '--gamma is "0", expected a number > 0 and ≤ 1e+100'],
  [["-i", "p", "--t-min=-1"], '--t-min is "-1", expected a number > 0 and ≤ 1e+100'],
  [["-i", "p", "--total=-2"], '--total is "-2", expected a number from 0 to 1e+100'],
  [["-i", "p", "--step", "half"], '--step is "half", expected a number > 0 and ≤ 1e+100'],
  [
    ["-i", "p", "--step", "0.4"],
    'p: total is "3", expected a multiple of the step 0.4 (--leftover leaves the rest undivided)',
  ],
  // Seats have no such option.
  [
    ["-i", "p", "--method", "webster", "--step", "0.4"],
    'p: total is "3", expected a multiple of the step 0.4',
  ],
  [
    ["-i", "p", "--currency-digits", "9"],
    '--currency-digits is "9", expected a whole number from 0 to 8',
  ],
  [
    ["-i", "p", "--price", "0.001"],
    'price is "0.001", expected at most 2 decimal places (see currency digits)',
  ],
  [["-i", "p", "--out", "p"], "--out and --input name the same file, p"],
];

for (const [i, [args, message]] of REFUSED.entries()) {
  Deno.test(`split: refused: ${args.join(" ")}`, async () => {
    const { code, stdout, stderr, written } = (await refusalsOf())[MALFORMED.length + i];
    assertEquals({ code, stdout, stderr, written }, {
      code: 1,
      stdout: "",
      stderr: `divvy: ${message}\n`,
      written: {},
    });
  });
}

Deno.test("split: that a table has no total is told before the rest of it is read", () =>
  withFolder(async (cwd) => {
    const people = Array.from({ length: 3000 }, (_, i) => `p${i},0,1,1\n`).join("");
    const table = `name,lower,upper,target\n${people}`;
    for (const text of [table, `\ufeff${table}`]) {
      Deno.writeTextFileSync(`${cwd}/p.csv`, text);
      // What follows is no text, which only reading it would tell.
      Deno.writeFileSync(`${cwd}/p.csv`, Uint8Array.of(0xff, 0, 0xff), { append: true });
      const { code, stderr } = await divvy(["split", "-i", "p.csv"], { cwd });
      assertEquals(code, 1);
      assertEquals(stderr, "divvy: p.csv is a table, which has no total: give --total\n");
    }
  }));
