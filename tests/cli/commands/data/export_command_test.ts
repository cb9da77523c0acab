/** `divvy export --format csv`: the drop that was decided on, which certificates are of. */
import { assert, assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "../../../support/cli.ts";
import { succeeds } from "../../../support/command.ts";

const CHECKER = new URL("../../../../checkers/check.py", import.meta.url).pathname;
const hasPython = await succeeds("python3", ["--version"]);

/** A drop with everything that comes before it. */
function writeDrop(folder: TempFolder): void {
  const users = Array.from({ length: 30 }, (_, u) => `u${u}`);
  const contracts = Array.from({ length: 6 }, (_, c) => `c${c}`);
  const csv = (name: string, head: string, rows: string[]) =>
    folder.write(name, `${head}\n${rows.join("\n")}\n`);
  csv(
    "caps.csv",
    "contract_address,cap_face,is_sponsored,brand_id,cost",
    contracts.map((id, c) => `${id},${4 + c},${c < 3},b${c % 4},${1 + c % 3}`),
  );
  csv("user_groups.csv", "user_id,group_id", users.map((id, u) => `${id},g${u % 2}`));
  csv("group_ratios.csv", "group_id,sponsorship_ratio", ["g0,0.3", "g1,0.2"]);
  csv(
    "elig.csv",
    "user_id,contract_address,score,kind",
    users.flatMap((user, u) =>
      contracts.map((id, c) => `${user},${id},${(u * 7 + c * 13) % 20 / 20},${u % 3}`)
    ),
  );
  csv("history.csv", "user_id,contract_address,outcome", ["u1,c1,declined", "u2,c2,", "u3,c0,"]);
  csv("pins.csv", "user_id,contract_address", ["u5,c0", "u8,c4"]);
  csv("bans.csv", "user_id,contract_address,brand_id", ["u9,,b1", ",c5,"]);
  csv(
    "previous.csv",
    "user_id,contract_address",
    users.map((id, u) => `${id},c${u % 6}`),
  );
  csv("limits.csv", "limit,per,counts,at_most,kind", ["a,brand_id,cost,20,", "b,,offers,9,1"]);
}

const INPUTS = ["--caps", "caps.csv", "--elig", "elig.csv", "--user-groups", "user_groups.csv"]
  .concat(["--group-ratios", "group_ratios.csv"]);
const BEFORE = ["--history", "history.csv", "--cooldown", "contract=1drops", "--pins", "pins.csv"]
  .concat(["--decline-factor", "0.7", "--bans", "bans.csv", "--holdout", "20%"])
  .concat(["--previous", "previous.csv", "--min-score", "0.1", "--top-n", "4"]);
const CERTIFIED = ["--assign", "a.csv", "--certificate", "c.json"];

Deno.test("export: a name that means another form is refused, and nothing written", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const before = folder.names(), expected = "expected a name that ends in .lp, .mps or .json\n";
  const refused: [args: string[], said: string][] = [
    [["--out", "x.csv"], `--out is "x.csv", ${expected}`],
    [["--out", "x.lp.gz"], `--out is "x.lp.gz", ${expected}`],
    [["--out", "x.XLSX", "--format", "mps"], `--out is "x.XLSX", ${expected}`],
    [
      ["--out", "x.lp", "--names", "x.json"],
      '--names is "x.json", expected a name that ends in .csv\n',
    ],
  ];
  for (const [args, said] of refused) {
    const { code, stderr } = await divvy(["export", ...INPUTS, ...args], { cwd: folder.path });
    assertEquals([code, stderr], [1, `divvy: ${said}`]);
  }
  // The drop's folder gives tables, and no name to write to.
  for (const args of [INPUTS, ["--dir", "."]]) {
    const { code, stderr } = await divvy(["export", ...args], { cwd: folder.path });
    assertEquals([code, stderr], [1, "divvy: export needs --out (see: divvy export --help)\n"]);
  }
  assertEquals(folder.names(), before);
});

Deno.test("export --format csv: the drop after history, bans, pins, filters and holdouts is the certificate's, whoever checks", async (t) => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const run = (...args: string[]) => divvy(args, { cwd: folder.path });
  const limits = ["--limits", "limits.csv"];
  const made = await run(
    ...["allocate", ...INPUTS, ...BEFORE, ...limits, "--change-cost", "0.05", "-q"],
    ...["--out", "a.csv", "--certificate", "c.json"],
  );
  assertEquals(made.code, 0, made.stderr);
  const written = await run("export", ...INPUTS, ...BEFORE, ...limits, "--format", "csv")
    .then(({ code }) => code);
  assertEquals(written, 1);
  const exported = await run(
    ...["export", ...INPUTS, ...BEFORE, ...limits, "--format", "csv", "--out", "decided"],
  );
  assertEquals(exported.code, 0, exported.stderr);
  assertStringIncludes(exported.stderr, "pins.csv, previous.csv to decided");
  const rows = (name: string) => folder.read(name).trim().split("\n").length - 1;
  assert(rows("decided/user_groups.csv") < 30 && rows("decided/elig.csv") <= 4 * 30);
  const judged = await run("check", "--dir", "decided", ...limits, ...CERTIFIED);
  assertEquals(judged.code, 0, judged.stdout + judged.stderr);
  assertStringIncludes(judged.stdout + judged.stderr, "every rule holds");
  const pins = folder.read("decided/pins.csv");
  await Deno.remove(`${folder.path}/decided/pins.csv`);
  const plain = await run("check", "--dir", "decided", ...limits, ...CERTIFIED);
  assertEquals(plain.code, 2);
  assertStringIncludes(plain.stdout, "pins has SHA-256 none, the certificate is of");
  await t.step({
    name: "check.py on what was exported",
    ignore: !hasPython,
    fn: async () => {
      const python = async (...more: string[]) => {
        const { code, stdout } = await new Deno.Command("python3", {
          args: [CHECKER, ...more, "a.csv", "c.json"],
          cwd: folder.path,
        }).output();
        return `${code} ${new TextDecoder().decode(stdout)}`;
      };
      folder.write("decided/pins.csv", pins);
      assertStringIncludes(await python("--dir", "decided"), "0 certified: objective ");
      const four = ["caps", "elig", "user_groups", "group_ratios"].map((name) =>
        `decided/${name}.csv`
      );
      assertStringIncludes(await python(...four), "2 REFUSED: changes cost something");
      assertStringIncludes(
        await python("--previous", "decided/previous.csv", ...four),
        "2 REFUSED: the certificate is of other inputs",
      );
    },
  });
});

Deno.test("export --format csv: random offers to users held out are off the caps for check.py too", async (t) => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const run = (...args: string[]) => divvy(args, { cwd: folder.path });
  const random = ["--holdout", "20%", "--holdout-solver", "random"];
  const made = await run(
    ...["allocate", ...INPUTS, ...random, "-q", "--out", "a.csv", "--certificate", "c.json"],
  );
  assertEquals(made.code, 0, made.stderr);
  assertStringIncludes(folder.read("a.csv"), ",True\n");
  assertEquals(
    (await run("export", ...INPUTS, ...random, "--format", "csv", "--out", "d")).code,
    0,
  );
  await t.step({
    name: "check.py",
    ignore: !hasPython,
    fn: async () => {
      const { stdout } = await new Deno.Command("python3", {
        args: [CHECKER, "--dir", "d", "a.csv", "c.json"],
        cwd: folder.path,
      }).output();
      assertStringIncludes(new TextDecoder().decode(stdout), "certified: ");
    },
  });
});

Deno.test("export to standard output writes no other file but the one that --names names", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const before = folder.names();
  const args = ["export", ...INPUTS, "--out", "-"];
  const { code, stdout, stderr } = await divvy(args, { cwd: folder.path });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "Maximize");
  assertStringIncludes(stderr, "--names FILE says what its names mean");
  assertStringIncludes(stderr, "written standard output (");
  assertEquals(folder.names(), before);
  await divvy([...args, "--names", "names.csv"], { cwd: folder.path });
  assertEquals(folder.names(), [...before, "names.csv"].sort());
});

Deno.test("export --format csv: what can't be is one line", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const said = async (...args: string[]) => {
    const { code, stderr } = await divvy(["export", ...INPUTS, "--format", "csv", ...args], {
      cwd: folder.path,
    });
    assertEquals([code, stderr.trim().split("\n").length], [1, 1], stderr);
    return stderr;
  };
  assertStringIncludes(await said("--out", "caps.csv"), "a file has its name");
  assertStringIncludes(await said("--out", "."), "name the same file");
  assertStringIncludes(await said("--out", "d", "--names", "n.csv"), "--names");
});

Deno.test("a program has the format that its file's name says, or --format; no two of them", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const run = (...args: string[]) => divvy(["export", ...INPUTS, ...args], { cwd: folder.path });
  const begins = { "d.lp": "\\", "d.MPS": "*", "d.json": "{", "d.txt": "\\" };
  for (const [file, first] of Object.entries(begins)) {
    const { code, stderr } = await run("--out", file);
    assertEquals([code, folder.read(file)[0]], [0, first], stderr);
  }
  assertEquals((await run("--out", "e.txt", "--format", "json")).code, 0);
  assertEquals(folder.read("e.txt")[0], "{");
  const { code, stderr } = await run("--out", "f.mps", "--format", "lp");
  assertEquals(code, 1);
  assertStringIncludes(stderr, "--out f.mps is mps by its name, --format is lp");
  assert(!folder.names().includes("f.mps"));
});
