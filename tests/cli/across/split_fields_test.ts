/** `divvy split` with what people and groups may have beside intervals and targets: read, checked, written. */
import { assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "../../support/cli.ts";
import { divvyInFolders } from "../../support/many_runs.ts";

async function run(files: Record<string, string>, args: string) {
  await using folder = new TempFolder();
  folder.writeAll(files);
  const result = await divvy(["split", ...args.split(" ")], { cwd: folder.path });
  return { ...result, out: folder.names().includes("out.csv") ? folder.read("out.csv") : null };
}

Deno.test("split: further columns are read and written", async () => {
  const csv = "name,lower,upper,target,weight,priority,previous,fixed\n" +
    "ann,0,9,4,2,1,3,\nben,0,9,4,,2,,\ncleo,0,9,4,,,1.5,true\n";
  const { code, stderr, out } = await run(
    { "p.csv": csv },
    "-i p.csv --total 9.5 --quiet --out out.csv",
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(
    out!.replaceAll("\r", ""),
    [
      "name,units,target,lower,upper,inside,distance,discontent,weight,priority,previous,change,fixed",
      "ann,4,4,0,9,true,0,0,2,1,3,1,",
      "ben,4,4,0,9,true,0,0,1,2,,,",
      "cleo,1.5,4,0,9,true,2.5,0.3125,1,1,1.5,0,true",
      "",
    ].join("\n"),
  );
});

Deno.test("split: every further field's faults are told at once, by line and column", async () => {
  const csv = "name,target,weight,priority,or_zero,previous,fixed,step,group\n" +
    "ann,1,0,1.5,maybe,x,y,1/0,ops\n";
  const { code, stderr, stdout } = await run({ p: csv }, "-i p --total 3");
  assertEquals({ code, stdout, stderr }, {
    code: 1,
    stdout: "",
    stderr: [
      'divvy: p:2: weight is "0", expected a number from 1e-15 to 1e15',
      'p:2: priority is "1.5", expected a whole number from 1 to 1000000',
      'p:2: or_zero is "maybe", expected true or false',
      'p:2: previous is "x", expected 0 or a number from ±1e-100 to ±1e100',
      'p:2: fixed is "y", expected 0 or a number from ±1e-100 to ±1e100, or true for the previous amount',
      'p:2: step is "1/0", expected a number from 1e-100 to 1e100, or a fraction such as "1/3"',
      'p:2: group is "ops", expected the name of one of the groups, given by --groups',
      "",
    ].join("\n"),
  });
});

Deno.test("split: fixed at an amount of last time that nobody has is told by line, or place", async () => {
  const csv = "name,target,previous,fixed\nann,1,2,true\nben,1,,True\n";
  const { code, stderr } = await run({ p: csv }, "-i p --total 3");
  const expected = "expected a number, as there is no previous amount\n";
  assertEquals([code, stderr], [1, `divvy: p:3: fixed is "True", ${expected}`]);
  const requirements = [{ name: "ann", interval: [0, 3], target: 1, fixed: true, previous: null }];
  const json = await run({ p: JSON.stringify({ total: 3, requirements }) }, "-i p");
  assertEquals([json.code, json.stderr], [
    1,
    `divvy: p: requirements[0].fixed is "true", ${expected}`,
  ]);
});

Deno.test("split: the same fields in JSON, and their faults by place", async () => {
  const person = { name: "ann", interval: [2, 4], target: 3 };
  const good = {
    total: 5,
    requirements: [
      { ...person, or_zero: true, weight: 2, group: "ops" },
      { ...person, name: "ben", previous: 4, fixed: null },
    ],
  };
  const json = JSON.stringify({ ...good, groups: [{ name: "ops", interval: [null, "inf"] }] });
  const refused = await run({ p: json }, "-i p --json");
  assertEquals(refused.stderr, "divvy: groups and or_zero can't be combined: give one of them\n");
  const bad = {
    total: 5,
    requirements: [{ ...person, weight: "2", priority: 0, or_zero: 1, step: "half", group: "dev" }],
    groups: [{ name: "ops", interval: [3, 2], group: "dev", weigth: 1 }],
  };
  const { stderr } = await run({ p: JSON.stringify(bad) }, "-i p --json");
  for (
    const message of [
      'p: requirements[0].weight is "2", expected a number from 1e-15 to 1e15',
      'p: requirements[0].priority is "0", expected a whole number from 1 to 1000000',
      'p: requirements[0].or_zero is "1", expected true or false',
      'p: requirements[0].step is "half", expected a number from 1e-100',
      'p: groups[0].interval is "[3, 2]", expected [lower, upper]',
    ]
  ) assertStringIncludes(stderr, message);
  const unknown = {
    ...bad,
    requirements: [{ ...person, group: "dev" }],
    groups: [{ name: "ops" }],
  };
  assertEquals(
    (await run({ p: JSON.stringify(unknown) }, "-i p")).stderr,
    'divvy: p: requirements[0].group is "dev", expected the name of one of the groups\n',
  );
});

Deno.test("split: groups from a file of their own, and its faults by line", async () => {
  const people = "name,target,group\nann,5,web\nben,5,\n";
  const groups = "name,lower,upper,target,weight,group\nweb,,3,,2,all\nall,,,,,\n";
  const { stdout } = await run({ p: people, g: groups }, "-i p --total 10 --groups g --json");
  const found = JSON.parse(stdout);
  assertEquals(found.people.map((p: { units: number }) => p.units), [3, 7]);
  assertEquals(found.groups[0], {
    name: "web",
    units: 3,
    target: null,
    lower: null,
    upper: 3,
    inside: true,
    discontent: 0,
    group: "all",
  });
  const bad = "name,lower,upper,target,weight,group\nweb,4,3,x,0,dev\nweb,,,center,,\n";
  const { code, stderr } = await run({ p: people, g: bad }, "-i p --total 10 --groups g");
  assertEquals(code, 1);
  assertEquals(
    stderr,
    [
      'divvy: g:2: lower is "4", expected at most the upper bound, 3',
      'g:2: target is "x", expected 0 or a number from ±1e-100 to ±1e100, "lower", "center" or "upper"',
      'g:2: weight is "0", expected a number from 1e-15 to 1e15',
      'g:2: group is "dev", expected the name of one of the groups',
      'g:3: name is "web", expected a name that nobody else has',
      'g:3: target is "center", expected a number, as the interval is open on that side',
      "",
    ].join("\n"),
  );
});

Deno.test("split: a step of a third on the command line and in its configuration, and leftovers", async () => {
  const people = "name,lower,upper,target\nann,0,9,1\nben,0,9,1\n";
  const thirds = await run({ p: people }, "-i p --total 1 --step 1/3 --json");
  assertEquals(JSON.parse(thirds.stdout).people.map((p: { units: number }) => p.units), [
    2 / 3,
    1 / 3,
  ]);
  const config = await run(
    { p: people, c: '{"split": {"step": "1/3"}}' },
    "-i p --total 1 --config c --json",
  );
  assertEquals(config.stdout, thirds.stdout);
  const left = await run({ p: people }, "-i p --total 2.5 --step 1 --leftover");
  assertStringIncludes(
    left.stdout,
    "everybody's interval is kept.\n0.5 left over: no whole step.\n",
  );
  assertEquals(
    (await run({ p: people }, "-i p --total 1 --step 1/0")).stderr,
    'divvy: --step is "1/0", expected a fraction such as 1/3\n',
  );
});

Deno.test("split: several goods, as CSV and JSON, and their faults", async () => {
  const wishes = "name,good,lower,upper,target\nann,bread,0,4,4\nann,milk,0,3,2\nben,bread,0,4,2\n";
  const goods = "name,total,price\nbread,6,3\nmilk,2,\n";
  const { out, stdout } = await run({ p: wishes, g: goods }, "-i p --goods g --json --out out.csv");
  assertEquals(
    out,
    [
      "good,name,units,target,lower,upper,inside,distance,discontent,share,payment",
      "bread,ann,4,4,0,4,true,0,0,2,2",
      "bread,ben,2,2,0,4,true,0,0,1,1",
      "milk,ann,2,2,0,3,true,0,0,,",
      "",
    ].join("\n"),
  );
  const found = JSON.parse(stdout);
  assertEquals(stdout, JSON.stringify(found, null, 2) + "\n");
  assertEquals(found.goods.map((g: { good: string; total: number }) => [g.good, g.total]), [
    ["bread", 6],
    ["milk", 2],
  ]);
  const json = {
    goods: [{ name: "bread", total: 6, price: 3 }, { name: "milk", total: 2 }],
    requirements: [
      { name: "ann", good: "bread", interval: [0, 4], target: 4 },
      { name: "ann", good: "milk", interval: [0, 3], target: 2 },
      { name: "ben", good: "bread", interval: [0, 4], target: 2 },
    ],
  };
  const same = await run({ "p.json": JSON.stringify(json) }, "-i p.json --json");
  assertEquals(same.stdout, stdout);
  assertEquals(
    (await run({ p: wishes, g: "name,total\nbread,-1\nbread,x\nmilk,2\n" }, "-i p --goods g"))
      .stderr,
    'divvy: g:2: total is "-1", expected 0 or a number from 1e-100 to 1e100\n' +
      'g:3: name is "bread", expected a name that nobody else has\n' +
      'g:3: total is "x", expected 0 or a number from 1e-100 to 1e100\n',
  );
  const cases: [Record<string, string>, string, string][] = [
    [
      { p: wishes, g: "name,total,price\nbread,1,-1e-101\n" },
      "-i p --goods g",
      'g:2: price is "-1e-101", expected 0 or a number from ±1e-100 to ±1e100',
    ],
    [
      { p: wishes, g: "name,total\nbread,1\n" },
      "-i p --goods g",
      'p:3: good is "milk", expected the name of one of the goods',
    ],
    [
      { p: wishes, g: `${goods}salt,1,\n` },
      "-i p --goods g",
      "good salt: nobody asks for it, expected at least one person",
    ],
    [
      { p: wishes, g: goods },
      "-i p --goods g --total 3",
      "--total can't be given with several goods, which have their own",
    ],
    [
      { p: wishes },
      "-i p --total 3",
      'p:2: good is "bread", expected the name of one of the goods, given by --goods',
    ],
    [
      { p: JSON.stringify({ ...json, goods: [{ name: "bread", total: 1 }] }) },
      "-i p",
      'p: requirements[1].good is "milk", expected the name of one of the goods',
    ],
  ];
  const runs = await divvyInFolders(
    cases.map(([files, args]) => ({ files, args: ["split", ...args.split(" ")] })),
  );
  for (const [i, [, , message]] of cases.entries()) {
    assertEquals([runs[i].code, runs[i].stderr.split("\n")[0]], [1, `divvy: ${message}`]);
  }
});

Deno.test("split: what a solver finds wrong is told by file and line, or path", async () => {
  const blank = "\n", quoted = '"two\nlines"';
  const people = (column: string, last: string) =>
    `name,target,${column}\n${quoted},1,\n${blank}ben,2,${last}\n`;
  const json = (person: object, others: object = {}) =>
    JSON.stringify({
      total: 4,
      requirements: [
        { name: "ann", interval: [0, 9], target: 1, fixed: 1 },
        { name: "ben", interval: [0, 9], target: 2, ...person },
      ],
      ...others,
    });
  const claims = "expected a number from 0, as methods other than woptim take them";
  const counted = "expected at most 9007199254740991 steps of 1";
  const members = "expected at most 9, all that its members may have";
  const cases: [Record<string, string>, string, string][] = [
    // The quick reader's lines, those of the other one, and paths; somebody who is fixed is set aside before.
    [
      { p: people("lower", "-1") },
      "-i p --total 4 --method proportional",
      `p:5: lower is "-1", ${claims}`,
    ],
    [
      { p: people("weight,lower", "2,-1").replace("1,\n", "1,,\n") },
      "-i p --total 4 --method webster",
      `p:5: lower is "-1", ${claims}`,
    ],
    [
      { p: people("fixed", "").replace("1,\n", "1,1\n").replace("ben,2", "ben,1e99") },
      "-i p --total 0.5",
      'total is "0.5", expected at least 1, what is fixed',
    ],
    [
      { p: people("lower,fixed", "1e30,").replace("1,\n", "1,,1\n") },
      "-i p --total 4 --step 1",
      `p:5: lower is "1e+30", ${counted}`,
    ],
    [
      { p: json({ interval: [1e30] }) },
      "-i p --step 1",
      `p: requirements[1].interval is "1e+30", ${counted}`,
    ],
    [
      { p: json({ target: -1 }).replace(',"fixed":1', "") },
      "-i p --method webster",
      `p: requirements[1].target is "-1", ${claims}`,
    ],
    [
      { p: json({}) },
      "-i p --step 2",
      'p: total is "4", expected a multiple of the step 2 (--leftover leaves the rest undivided) beside the 1 that are fixed',
    ],
    [
      { p: json({}) },
      "-i p --step 2 --total 6",
      'total is "6", expected a multiple of the step 2 (--leftover leaves the rest undivided) beside the 1 that are fixed',
    ],
    [
      { p: json({ group: "g" }, { groups: [{ name: "g", interval: [10] }] }) },
      "-i p",
      `p: groups[0].interval is "g, lower 10", ${members}`,
    ],
    [
      { p: json({ group: "g" }), g: "name,lower\n\nf,\ng,10\n" },
      "-i p --groups g",
      `g:4: interval is "g, lower 10", ${members}`,
    ],
    [
      { p: "name,good,target\nann,tea,1\nann,ale,2\n", g: "name,total\ntea,2\nale,3\n" },
      "-i p --goods g --step 2",
      'g:3: total is "3", expected a multiple of the step 2 (--leftover leaves the rest undivided)',
    ],
    [
      {
        p: "name,good,target,lower\nann,tea,1,0\nann,ale,2,1e30\n",
        g: "name,total\ntea,2\nale,3\n",
      },
      "-i p --goods g --step 1",
      `p:3: lower is "1e+30", ${counted}`,
    ],
    [
      { p: people("lower", "-1") },
      "-i p --totals 3,4 --method proportional",
      `p:5: lower is "-1", ${claims}`,
    ],
    [
      { p: people("lower", "-1") },
      "-i p --total 4 --explain ben --method proportional",
      `p:5: lower is "-1", ${claims}`,
    ],
  ];
  const runs = await divvyInFolders(
    cases.map(([files, args]) => ({
      files,
      args: ["split", ...args.split(" "), "--out", "o.csv"].slice(
        0,
        args.includes("explain") ? -2 : undefined,
      ),
    })),
  );
  for (const [i, [, args, message]] of cases.entries()) {
    const { code, stderr, stdout, written } = runs[i];
    assertEquals([code, stderr, stdout, written], [1, `divvy: ${message}\n`, "", {}], args);
  }
});

Deno.test("split: fixed may be false in tables as in JSON, and is true or null in outputs of types", async () => {
  const flags = ["yes", "false", "No", ""];
  const csv = "name,target,previous,fixed\n" +
    flags.map((flag, i) => `p${i},2,${i + 1},${flag}\n`).join("");
  const lines = [true, false, false, null].map((fixed, i) =>
    JSON.stringify({ name: `p${i}`, target: 2, previous: i + 1, fixed })
  ).join("\n");
  const runs = await divvyInFolders(
    [csv, lines].map((p) => ({
      files: { p },
      args: ["split", "-i", "p", "--total", "7", "--out", "o.jsonl"],
    })),
  );
  for (const { code, stderr, written } of runs) {
    assertEquals([code, stderr], [0, ""]);
    const found = written["o.jsonl"].trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(found.map(({ units, fixed }) => [units, fixed]), [
      [1, true],
      [2, null],
      [2, null],
      [2, null],
    ]);
  }
});
