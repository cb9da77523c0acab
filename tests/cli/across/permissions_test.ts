/** Each command with the permissions that the README says it needs, and no other. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { DENIED, divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

const ASSIGN = ["--assign", "in/out.csv", "--certificate", "in/c.json"];
const IN = INPUTS.map((arg) => arg.endsWith(".csv") ? `in/${arg}` : arg);
const PROBLEM = JSON.stringify({
  total: 10,
  requirements: [
    { name: "ann", interval: [2, 6], target: 5 },
    { name: "bob", interval: [4, 8], target: 4 },
  ],
});
const BUDGETS =
  "contract_address,is_sponsored,budget,spent,live_claims,face_value,redeemed,assigned\n" +
  "s1,true,1000,200,10,5,3,50\n";

/** Command lines; what they may read and write. */
const COMMANDS: [args: string[], read: string[], write: string[]][] = [
  [["allocate", ...IN, "--out", "out/a.csv", "-q"], ["in", "out"], ["out"]],
  [["allocate", ...IN, "--out", "out/a.csv", "--html", "out/a.html", "-q"], ["in", "out"], ["out"]],
  [["allocate", ...IN, "--out", "out/a.parquet", "--solver", "greedy", "-q"], ["in", "out"], [
    "out",
  ]],
  [["check", ...IN, ...ASSIGN], ["in"], []],
  [["report", ...IN, ...ASSIGN], ["in"], []],
  [["report", ...IN, ...ASSIGN, "--html", "out/r.html"], ["in", "out"], ["out"]],
  [["explain", ...IN, ...ASSIGN, "--user", "ann"], ["in"], []],
  [["whatif", ...IN, "--certificate", "in/c.json", "--k", "2"], ["in"], []],
  [["export", ...IN, "--out", "out/d.lp", "-q"], ["in", "out"], ["out"]],
  [["generate", "--dir", "out/drop", "--users", "50"], ["out"], ["out"]],
  [["split", "-i", "in/problem.json"], ["in"], []],
  [["split", "-i", "in/problem.json", "--out", "out/s.csv"], ["in", "out"], ["out"]],
  [["caps", "--budgets", "in/budgets.csv", "--out", "out/caps.csv"], ["in", "out"], ["out"]],
  [["schema"], [], []],
  [["schema", "certificate"], [], []],
  [["certificate", "explain"], [], []],
  [["completions", "bash"], [], []],
  [["complete", "--", "allo"], [], []],
  [["--help"], [], []],
  [["allocate", "--help"], [], []],
  [["--version"], [], []],
];

Deno.test("every command with its least permissions", async (t) => {
  await using folder = new TempFolder();
  for (const name of ["in", "out"]) Deno.mkdirSync(`${folder.path}/${name}`);
  await using files = new TempFolder();
  writeDrop(files);
  for (const name of files.names()) folder.write(`in/${name}`, files.read(name));
  folder.write("in/problem.json", PROBLEM);
  folder.write("in/budgets.csv", BUDGETS);
  const made = ["allocate", ...IN, "--out", "in/out.csv", "--certificate", "in/c.json", "-q"];
  assertEquals((await divvy(made, { cwd: folder.path })).code, 0);

  for (const [args, read, write] of COMMANDS) {
    await t.step(args.filter((arg) => !arg.startsWith("in/")).join(" "), async () => {
      const paths = (names: string[]) => names.map((name) => `${folder.path}/${name}`).join(",");
      const permissions = [
        ...DENIED,
        ...(read.length > 0 ? [`--allow-read=${paths(read)}`] : []),
        ...(write.length > 0 ? [`--allow-write=${paths(write)}`] : []),
      ];
      const { code, stderr } = await divvy(args, { cwd: folder.path, permissions });
      assertEquals(code, 0, stderr);
    });
  }
});

Deno.test("a missing permission is one line that names it", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const args = ["allocate", ...INPUTS, "--out", "out.csv", "-q"];
  const cases: [permissions: string[], needs: string][] = [
    [[], "read"],
    [[`--allow-read=${folder.path}`], "write"],
    // Not the file beside it either, which then takes its name.
    [[`--allow-read=${folder.path}`, `--allow-write=${folder.path}/out.csv`], "write"],
  ];
  for (const [granted, needs] of cases) {
    const options = { cwd: folder.path, permissions: [...DENIED, ...granted] };
    const { code, stderr } = await divvy(args, options);
    const said = `requires ${needs} access to its folder, run again with the --allow-${needs} flag`;
    assertEquals([code, stderr], [1, `divvy: out.csv: can't write it: ${said} (--out)\n`]);
  }
});
