/** `divvy validate`, `divvy init`, `divvy check` as a gate, and `divvy --version`. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../../lib/deps/std_assert.ts";
import { VERSION } from "../../../lib/base/version.ts";
import { divvy, SMALL_DROP, TempFolder, writeDrop } from "../../support/cli.ts";

/** A sponsored contract for one, where the two groups need one each. */
const ONE_UNIT = { "caps.csv": SMALL_DROP["caps.csv"].replace("s1,2", "s1,1") };

Deno.test("validate: a sound drop passes, with its preview, or with the verdict alone", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const at = { cwd: folder.path };
  const told = await divvy(["validate", "--dir", "."], at);
  assertEquals(told.code, 0, told.stderr);
  assertStringIncludes(told.stdout, "Feasibility");
  assertStringIncludes(told.stdout, "\nok: the drop can be allocated as it is\n");
  const quiet = await divvy(["validate", "--dir", ".", "-q"], at);
  const ok = "ok: the drop can be allocated as it is\n";
  assertEquals(quiet, { code: 0, stdout: ok, stderr: "" });
});

Deno.test("two inputs from standard input are refused by commands of other files, too", async () => {
  await using folder = new TempFolder();
  const options = { cwd: folder.path, stdin: "user_id,contract_address\nann,s1\n" };
  for (const args of [["diff", "-", "-"], ["review", "--assign", "-", "--selections", "-"]]) {
    const { code, stderr } = await divvy([...args, "-q"], options);
    assertEquals({ code, stderr }, {
      code: 1,
      stderr: "divvy: only one input can be - (standard input)\n",
    });
  }
});

Deno.test("validate: leasts that stand in each other's way are not said to be met", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const at = { cwd: folder.path };
  // Each alone can be: together they ask for three offers, of which two are allowed.
  folder.write("group_ratios.csv", SMALL_DROP["group_ratios.csv"].replace(/,[\d.]+$/gm, ",0"));
  const ok = "ok: nothing known before solving keeps the drop from being allocated as it is\n";
  for (
    const limits of [
      "limit,at_least,at_most,contract_address\nall,,2,\nfirst,2,,s1\nsecond,1,,t1\n",
      // Shares of no offers are kept, so that a drop without offers misses none of them.
      "limit,at_least,share_of,contract_address\nfirst,0.9,offers,s1\nsecond,0.9,offers,t1\n",
    ]
  ) {
    folder.write("limits.csv", limits);
    const told = await divvy(["validate", "--dir", ".", "-q"], at);
    assertEquals(told, { code: 0, stdout: ok, stderr: "" });
  }
});

Deno.test("validate: minima and leasts that nobody can meet are exit code 2, with reasons", async () => {
  await using folder = new TempFolder();
  writeDrop(folder, ONE_UNIT);
  folder.write("limits.csv", "limit,contract_address,at_least\nplenty,t2,9\n");
  const at = { cwd: folder.path };
  const { code, stdout } = await divvy(["validate", "--dir", ".", "-q"], at);
  assertEquals(code, 2);
  assertStringIncludes(stdout, "FAILS: Not all minima can be met");
  assertStringIncludes(stdout, "FAILS: limit plenty");
  const json = await divvy(["validate", "--dir", ".", "--json", "-q"], at);
  const { ok, reasons } = JSON.parse(json.stdout);
  assertEquals([json.code, ok, reasons.length], [2, false, 2]);
  const uncovered = await divvy(["validate", "--dir", ".", "-q", "--model", "coverage"], at);
  assert(!uncovered.stdout.includes("minima"), "the coverage model has none");
});

Deno.test("check: minima that miss as few as any allocation must are no broken rule, others are", async () => {
  await using folder = new TempFolder();
  writeDrop(folder, ONE_UNIT);
  const at = { cwd: folder.path };
  folder.write("a.csv", "user_id,contract_address,score\nann,s1,0.9\n");
  const args = ["check", "--dir", ".", "-q", "--assign"];
  const kept = await divvy([...args, "a.csv"], at);
  assertEquals(kept, {
    code: 0,
    stdout: "1 user missing in minima, as few as in any allocation: no broken rule\n" +
      "ok: every rule holds\n",
    stderr: "",
  });
  const json = await divvy([...args, "a.csv", "--json"], at);
  assertEquals(JSON.parse(json.stdout).unmeetable_minima, 1);
  folder.write("b.csv", "user_id,contract_address,score\nann,t1,0.4\n");
  const broken = await divvy([...args, "b.csv"], at);
  assertEquals(broken.code, 2);
  assertMatch(broken.stdout, /^BROKEN {2}min_sponsored: 2 cases .*\n1 rule broken\n$/s);
});

Deno.test("check: minima that a limit keeps from being met are not called broken: proven by a certificate, or unknown", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const at = { cwd: folder.path };
  folder.write("limits.csv", "limit,is_sponsored,at_most\nfew,true,1\n");
  const run = await divvy(
    ["allocate", "--dir", ".", "--out", "a.csv", "--certificate", "c.json", "-q"],
    at,
  );
  assertEquals(run.code, 0, run.stderr);
  const args = ["check", "--dir", ".", "-q", "--assign", "a.csv"];
  const proven = await divvy([...args, "--certificate", "c.json"], at);
  assertEquals(
    proven.stdout,
    "1 user missing in minima, as few as in any allocation: no broken rule\n" +
      "ok: every rule holds\n",
  );
  assertEquals(proven.code, 0);
  const unknown = await divvy(args, at);
  assertEquals(unknown.code, 2);
  assertMatch(unknown.stdout, /^MISSED {2}min_sponsored: 1 case /);
  assertStringIncludes(unknown.stdout, "whether limits would is not proven here");
  assert(unknown.stdout.endsWith("\nminima are missed, every other rule holds\n"));
  const json = await divvy([...args, "--json"], at);
  assertEquals(JSON.parse(json.stdout).not_counted, ["limits"]);
});

Deno.test("init: a divvy.json and a sample that are allocated, judged and never written over", async () => {
  await using folder = new TempFolder();
  const at = { cwd: folder.path };
  const made = await divvy(["init", "--dir", "try", "--sample", "--users", "60"], at);
  assertEquals(made.code, 0, made.stderr);
  assertStringIncludes(
    made.stderr,
    "Next: divvy validate --dir try, then divvy allocate --dir try",
  );
  assertStringIncludes(folder.read("try/divvy.json"), "// At most so many offers per user.");
  const run = await divvy(["allocate", "--dir", "try"], at);
  assertEquals(run.code, 0, run.stderr);
  assertStringIncludes(run.stderr, "Options from try/divvy.json\n");
  assertEquals((await divvy(["check", "--dir", "try", "-q"], at)).code, 0);
  const again = await divvy(["init", "--dir", "try"], at);
  assertEquals(again.code, 1);
  assertEquals(again.stderr, "divvy: try/divvy.json: exists already; --force overwrites it\n");
});

Deno.test("init, generate: files of the folder where one is are said by their names alone", async () => {
  await using folder = new TempFolder();
  const at = { cwd: folder.path };
  const files = "  caps.csv\n  elig.csv\n  user_groups.csv\n  group_ratios.csv\n";
  const made = await divvy(["init", "--sample", "--users", "20"], at);
  assertStringIncludes(made.stderr, `Written:\n  divvy.json\n${files}`);
  const again = await divvy(["generate", "--dir", "./", "--users", "20", "--force"], at);
  assertStringIncludes(again.stderr, `written:\n${files}`);
});

Deno.test("init: says which files the drop still lacks", async () => {
  await using folder = new TempFolder();
  Deno.mkdirSync(`${folder.path}/week`);
  folder.write("week/caps.csv", "contract_address,cap_face,is_sponsored\n");
  folder.write("week/elig.parquet", "");
  const made = await divvy(["init", "--dir", "week"], { cwd: folder.path });
  assertEquals(made.code, 0, made.stderr);
  const next =
    "Next: put user_groups, group_ratios into week (group_ratios may be left out with --default-ratio), " +
    "then divvy validate --dir week, ";
  assertStringIncludes(made.stderr, next);
});

Deno.test("--version: the version and the platform", async () => {
  await using folder = new TempFolder();
  const { code, stdout } = await divvy(["--version"], { cwd: folder.path });
  assertEquals(code, 0);
  assert(stdout.startsWith(`${VERSION} (deno ${Deno.version.deno}, `));
  assertMatch(stdout, /^[^ ]+ \(deno [\d.]+, [a-z0-9_-]+\)\n$/);
});

Deno.test("allocate --require-gap: exit code 4 where no gap is proven, 0 where it is; files are written", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const at = { cwd: folder.path };
  const args = ["allocate", "--dir", ".", "-q", "--require-gap"];
  assertEquals(await divvy(args, at), { code: 0, stdout: "", stderr: "" });
  const greedy = await divvy([...args, "--solver", "greedy", "--out", "g.csv"], at);
  const stderr = "divvy: --require-gap: solver greedy proves no gap\n";
  assertEquals(greedy, { code: 4, stdout: "", stderr });
  assertStringIncludes(folder.read("g.csv"), "user_id,");
});

Deno.test("allocate --dry-run: everything but solving and writing, faults told as in a run", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const at = { cwd: folder.path };
  const before = folder.names();
  const { code, stdout, stderr } = await divvy(["allocate", "--dir", ".", "--dry-run"], at);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "Feasibility");
  assertStringIncludes(
    stdout,
    "Nothing is solved or written; a run would write:\n" +
      "  assignments.csv\n  summary.json\n  certificate.json\n",
  );
  assertEquals(folder.names(), before);
  const args = ["allocate", "--dir", ".", "--dry-run", "--out", "none/o.csv"];
  const fault = await divvy(args, at);
  assertEquals(fault.code, 1);
  assertStringIncludes(fault.stderr, "its folder does not exist (--out)");
});
