/** Drops without a table of group ratios: every group has the default ratio, in all commands and engines. */
import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { divvy, INPUTS, refusal, TempFolder, writeDrop } from "../../support/cli.ts";

const permissions = ["--allow-all"];

/** The options of the three tables that are left. */
const THREE = INPUTS.slice(0, -2);

/** Makes a drop twice: in `with/`, with this ratio for every group, and in `without/`, without a table of ratios. */
async function twoDrops(folder: TempFolder, ratio: number): Promise<void> {
  await generateDrop({ dir: `${folder.path}/without`, users: 120, groups: 5 });
  Deno.removeSync(`${folder.path}/without/group_ratios.csv`);
  Deno.mkdirSync(`${folder.path}/with`);
  for (const table of ["caps.csv", "elig.csv", "user_groups.csv"]) {
    folder.write(`with/${table}`, folder.read(`without/${table}`));
  }
  const rows = folder.read("with/user_groups.csv").trimEnd().split("\n").slice(1);
  const groups = [...new Set(rows.map((row) => row.split(",")[1].trim()))];
  const ratios = groups.map((group) => `${group},${ratio}\n`).join("");
  folder.write("with/group_ratios.csv", `group_id,sponsorship_ratio\n${ratios}`);
}

/** Runs a command on both drops; returns what both wrote to standard output. */
async function onBoth(
  folder: TempFolder,
  args: readonly string[],
  withoutTable: readonly string[],
  code = 0,
): Promise<[withTable: string, without: string]> {
  const outputs: string[] = [];
  for (const [dir, more] of [["with", []], ["without", withoutTable]] as const) {
    const run = await divvy([...args, "--dir", ".", ...more], {
      cwd: `${folder.path}/${dir}`,
      permissions,
    });
    assertEquals(run.code, code, run.stderr);
    outputs.push(run.stdout);
  }
  return [outputs[0], outputs[1]];
}

/** JSON without what is said of the table itself (its counts, its name and the options), and without times. */
function withoutTable(json: string): unknown {
  const facts = JSON.parse(json, (key, value) => key === "seconds" ? undefined : value);
  delete facts.input?.group_ratios;
  delete facts.files?.group_ratios;
  delete facts.options;
  return facts;
}

/** The ratio, the options by which both drops are allocated, and what the drop without a table is given beside them. */
const CASES: readonly (readonly [ratio: number, rules: string[], given: string[]])[] = [
  [0.3, [], ["--default-ratio", "0.3"]],
  [0.2, ["--enforce-assignment-ratio", "--solver", "greedy"], ["--default-ratio", "0.2"]],
  [0, ["--model", "coverage"], []],
  [0, ["--solver", "pulp"], []],
];

for (const [ratio, rules, given] of CASES) {
  for (const engine of [[], ["--engine", "duckdb", "--out", "assignments.csv"]]) {
    if (engine.length > 0 && rules.includes("greedy")) continue;
    const named = [...rules, ...engine].join(" ");
    Deno.test(`without ratios: the bytes of a table of ${ratio}, with ${named || "the defaults"}`, async () => {
      await using folder = new TempFolder();
      await twoDrops(folder, ratio);
      const proves = !rules.includes("greedy");
      const files = [
        ...["--summary", "summary.json"],
        ...(proves ? ["--certificate", "certificate.json"] : []),
      ];
      await onBoth(folder, ["allocate", "-q", ...rules, ...engine, ...files], given);
      for (const file of ["assignments.csv", ...(proves ? ["certificate.json"] : [])]) {
        assertEquals(folder.read(`without/${file}`), folder.read(`with/${file}`), file);
      }
      const [table, none] = ["with", "without"].map((dir) => folder.read(`${dir}/summary.json`));
      assertEquals(withoutTable(none), withoutTable(table));
      const { group_ratios: counts } = JSON.parse(none).input;
      assertEquals([counts.of_every_group, counts.rows, counts.default_ratio_groups], [
        ratio,
        0,
        5,
      ]);
      if (!proves) return;
      // The certificate says which model there is.
      const [judged, same] = await onBoth(folder, ["check", "--json"], given);
      assertEquals(JSON.parse(same).certificate.certified, true);
      assertEquals(withoutTable(same), withoutTable(judged));
    });
  }
}

Deno.test("without ratios: what every command finds is as with a table", async () => {
  for (const [ratio, rules, given] of [CASES[0], CASES[2]]) {
    await using folder = new TempFolder();
    await twoDrops(folder, ratio);
    await onBoth(folder, ["allocate", "-q", ...rules], given);
    const user = folder.read("with/elig.csv").split("\n")[1].split(",")[0];
    for (
      const command of [
        ["report", "--json"],
        ["explain", "--user", user, "--json"],
        ["whatif", "--cap-scale", "all=0.9", "--json", "-q"],
      ]
    ) {
      const [table, none] = await onBoth(folder, command, given);
      assertEquals(withoutTable(none), withoutTable(table), command[0]);
    }
    for (const command of [["validate", "--json"], ["allocate", "--dry-run", "--json"]]) {
      const [table, none] = await onBoth(folder, [...command, ...rules], given);
      assertEquals(withoutTable(none), withoutTable(table), command[0]);
    }
    for (const out of [["--out", "tables", "--format", "csv"], ["--out", "drop.lp"]]) {
      await onBoth(folder, ["export", "-q", ...rules, ...out], given);
    }
    for (const file of ["tables/group_ratios.csv", "tables/user_groups.csv", "drop.lp"]) {
      assertEquals(folder.read(`without/${file}`), folder.read(`with/${file}`), file);
    }
    await onBoth(folder, ["studio", "--export", "studio.html"], given);
    await onBoth(folder, ["report", "--html", "page.html"], given);
    assertStringIncludes(
      folder.read("without/page.html"),
      `no group ratios given: every group has ratio ${ratio}`,
    );
  }
});

Deno.test("without ratios: one line says so, in memory and by an engine, and a table in the folder counts", async () => {
  await using folder = new TempFolder();
  writeDrop(folder, { "group_ratios.csv": null });
  const args = ["allocate", "--dir", ".", "--default-ratio", "0.25", "--out", "a.csv"];
  const at = { cwd: folder.path, permissions };
  for (const engine of [[], ["--engine", "duckdb"]]) {
    const { code, stderr } = await divvy([...args, ...engine], at);
    assertEquals(code, 0, stderr);
    assertEquals(
      [...stderr.matchAll(/ratio[^\n]*/g)].map(([words]) => words).filter((words) =>
        /given|0\.25/.test(words)
      ),
      ["ratios given: every group has ratio 0.25"],
      stderr,
    );
  }
  folder.write("group_ratios.csv", "group_id,sponsorship_ratio\ng1,0.5\n");
  const { stderr } = await divvy(args, at);
  assertStringIncludes(stderr, "group_ratios: 1 group given --default-ratio\n");
  assert(!stderr.includes("no group ratios given"), stderr);
});

Deno.test("without ratios: the configuration file may give the default", async () => {
  await using folder = new TempFolder();
  writeDrop(folder, { "group_ratios.csv": null });
  folder.write("divvy.json", '{"default_ratio": 0.5}');
  const { code, stderr } = await divvy(["allocate", "--dir", "."], { cwd: folder.path });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "no group ratios given: every group has ratio 0.5\n");
});

/** Command lines without a table of ratios that are refused, and why. */
const REFUSED: readonly (readonly [args: string[], why: string])[] = [
  [
    ["allocate", ...THREE, "--out", "a.csv"],
    "allocate needs --group-ratios (or --default-ratio), or the drop's folder: --dir " +
    "(see: divvy allocate --help)",
  ],
  [
    ["allocate", ...THREE, "--out", "a.csv", "--engine", "duckdb"],
    "allocate needs --group-ratios (or --default-ratio), or the drop's folder: --dir " +
    "(see: divvy allocate --help)",
  ],
  // Its own model is uniform, whatever is asked for.
  [
    ["allocate", ...THREE, "--out", "a.csv", "--model", "coverage", "--solver", "or"],
    "allocate needs --group-ratios (or --default-ratio), or the drop's folder: --dir " +
    "(see: divvy allocate --help)",
  ],
  [
    ["validate", "--dir", "."],
    "--dir: . has no group_ratios (group_ratios.csv, .csv.gz, .parquet, …), and no " +
    "--group-ratios (or --default-ratio) is given",
  ],
  // A scenario may change the model.
  [
    ["allocate", ...THREE, "--out", "a.csv", "--model", "coverage", "--scenario", "uniform.json"],
    "allocate needs --group-ratios (or --default-ratio), or the drop's folder: --dir " +
    "(see: divvy allocate --help)",
  ],
  [
    ["check", ...THREE, "--assign", "made.csv", "--certificate", "made.json"],
    "--group-ratios is missing, expected a file, folder, glob, - or address, or --default-ratio: " +
    "the ratio of every group",
  ],
];

Deno.test("without ratios and a default, model uniform is refused", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const at = { cwd: folder.path, permissions };
  const made = ["--out", "made.csv", "--certificate", "made.json", "-q"];
  assertEquals((await divvy(["allocate", ...INPUTS, ...made], at)).code, 0);
  Deno.removeSync(`${folder.path}/group_ratios.csv`);
  folder.write("uniform.json", '[{"name": "u", "policy": {"model": "uniform"}}]');
  for (const [args, why] of REFUSED) assertEquals(await refusal(args, at), `divvy: ${why}\n`);
  assert(!folder.names().includes("a.csv"));
});

Deno.test("without ratios: limits that need a column of them say that there is no such table", async () => {
  await using folder = new TempFolder();
  writeDrop(folder, { "group_ratios.csv": null });
  const at = { cwd: folder.path, permissions };
  const cases: [limits: string, why: RegExp][] = [
    ["limit,per,at_most,region\nl,contract_address,1,east\n", /column "region" in caps/],
    ["limit,per,at_most\nl,region,1\n", /per is "region", expected a column of caps/],
    ["limit,per,at_most\nl,group_id,most_offers\n", /at_most is "most_offers", expected a number/],
  ];
  for (const engine of [[], ["--engine", "duckdb"]]) {
    for (const [limits, why] of cases) {
      folder.write("limits.csv", limits);
      const args = ["allocate", ...THREE, "--limits", "limits.csv", "--default-ratio", "0"];
      const said = await refusal([...args, "--out", "a.csv", ...engine], at);
      assert(why.test(said), said);
      assertStringIncludes(said, " (no table of group ratios is given)");
    }
  }
  // The default ratio itself is a column that limits may name.
  folder.write(
    "limits.csv",
    "limit,per,at_least,share_of,is_sponsored\nl,group_id,sponsorship_ratio,offers,true\n",
  );
  const asked = ["allocate", "--dir", ".", "--default-ratio", "0.4", "--certificate", "c.json"];
  for (const engine of [[], ["--engine", "duckdb"]]) {
    const certificates: string[] = [];
    for (const table of [null, "group_id,sponsorship_ratio\ng1,0.4\ng2,0.4\n"]) {
      if (table !== null) folder.write("group_ratios.csv", table);
      const { code, stderr } = await divvy([...asked, "--out", "b.csv", ...engine], at);
      assertEquals(code, 0, stderr);
      certificates.push(folder.read("c.json"));
      if (table !== null) Deno.removeSync(`${folder.path}/group_ratios.csv`);
    }
    assertEquals(certificates[0], certificates[1]);
  }
});

Deno.test("without ratios: every engine shows its statements", async () => {
  await using folder = new TempFolder();
  writeDrop(folder, { "group_ratios.csv": null });
  folder.write("one.csv", "group_id,sponsorship_ratio\ngroup,0.5\n");
  const inFiles = ["--elig", "elig.csv", "--user-groups", "user_groups.csv", "--out", "o.parquet"];
  const engines = [
    ["duckdb", ...inFiles],
    ["spark", ...inFiles, "--master", "local"],
    [
      ...["clickhouse", "--url", "clickhouse://a:b@127.0.0.1:1/c", "--elig-table", "e"],
      ...["--user-groups-table", "g", "--out-table", "o"],
    ],
  ];
  for (const engine of engines) {
    const args = ["allocate", "--dry-run", "--caps", "caps.csv", "--engine", ...engine];
    const show = async (...ratios: string[]) => {
      const { code, stdout, stderr } = await divvy([...args, ...ratios], {
        cwd: folder.path,
        permissions,
      });
      assertEquals(code, 0, stderr);
      return stdout;
    };
    const none = await show("--default-ratio", "0.5");
    // One group stands for those that only the engine knows.
    assertEquals(none, await show("--group-ratios", "one.csv"), engine[0]);
  }
});
