/** `divvy allocate` as a user runs it. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../../../lib/deps/std_assert.ts";
import type { Summary } from "../../../../lib/report/facts/summary.ts";
import {
  denoArgs,
  divvy,
  INPUTS,
  SMALL_DROP,
  TempFolder,
  writeDrop,
} from "../../../support/cli.ts";

const HEADER = "user_id,contract_address,score,is_sponsored,group_id,sponsorship_ratio";

/** Writes a synthetic drop into a folder. */
async function generate(folder: TempFolder, users: number): Promise<void> {
  const args = ["generate", "--dir", ".", "--users", String(users), "--quiet"];
  const { code, stderr } = await divvy(args, { cwd: folder.path });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

Deno.test("the replaced tool's production command line runs as it stands", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const line = "allocate --caps caps.csv --elig elig.csv --user_groups user_groups.csv " +
    "--group_ratios group_ratios.csv --out assignments.csv --solver greedy --timeout 1200 " +
    "--cache_factor 40 --sponsored_first_rounds 3 --enforce_assignment_ratio " +
    "--assignment_ratio_guard hard --ratio_slack 0.0 --max_mixed_share 0.0 " +
    "--scarcity_alpha 0.05 --log_level INFO";
  const { code, stdout, stderr } = await divvy(line.split(" "), { cwd: folder.path });
  assertEquals({ code, stdout }, { code: 0, stdout: "" });
  assertStringIncludes(stderr, "minima           met in both groups");
  const rows = folder.read("assignments.csv").trimEnd().split("\n");
  assertEquals(rows[0], HEADER);
  assertEquals(rows.slice(1), rows.slice(1).toSorted(), "by user; one offer each of s1 here");
  assertMatch(rows[1], /^ann,(?:s1,0\.9,True|t1,0\.4,False),g1,0\.5$/);

  const judge = [...INPUTS, "--assign", "assignments.csv", "--enforce-assignment-ratio"];
  const verdict = await divvy(["check", ...judge], { cwd: folder.path });
  assertEquals(verdict.code, 0, verdict.stdout);
});

Deno.test("every option of the replaced tool is taken, in both spellings", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const options: [string, string?][] = [
    ["--timeout", "1200"],
    ["--cache-factor", "40"],
    ["--sponsored-first-rounds", "3"],
    ["--enforce-assignment-ratio"],
    ["--assignment-ratio-guard", "moving"],
    ["--ratio-slack", "0.1"],
    ["--mix-tail"],
    ["--third-slot-only-mixing"],
    ["--no-third-slot-only-mixing"],
    ["--max-sponsored-ratio", "0.9"],
    ["--max-mixed-share", "0.5"],
    ["--scarcity-alpha", "0.05"],
    ["--unsponsored-cap", "5000"],
    ["--top-n", "10"],
    ["--min-score", "0"],
    ["--rng", "7"],
    ["--unspon-overflow-pct", "0.1"],
    ["--cov-w", "0.1,0.2,0.3"],
    ["--cov-mode", "shortfall"],
    ["--shortfall-penalty", "0.2"],
    ["--warm-start"],
    ["--no-warm-start"],
    ["--or-workers", "4"],
    ["--or-log"],
    ["--log-level", "DEBUG"],
  ];
  const kebab = options.flat().filter((arg) => arg !== undefined);
  const snake = kebab.map((arg) =>
    arg.startsWith("--") ? `--${arg.slice(2).replaceAll("-", "_")}` : arg
  );
  const base = ["allocate", ...INPUTS, "--solver", "greedy", "--json", "-q"];
  const runs = [];
  for (const [i, given] of [kebab, snake].entries()) {
    const { code, stdout, stderr } = await divvy([...base, "--out", `${i}.csv`, ...given], {
      cwd: folder.path,
    });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const { options } = JSON.parse(stdout) as Summary;
    delete options.out;
    runs.push(options);
  }
  assertEquals(runs[0], runs[1]);
  assertEquals(runs[0].third_slot_only_mixing, false);
  assertEquals(runs[0].cov_w, [0.1, 0.2, 0.3]);
  assertEquals(folder.read("0.csv"), folder.read("1.csv"));
});

Deno.test("--json prints the summary that --summary writes, and nothing else, on stdout", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const args = ["allocate", ...INPUTS, "--out", "out.csv", "--summary", "s.json", "--json"];
  const { code, stdout } = await divvy(args, { cwd: folder.path });
  assertEquals(code, 0);
  const summary = JSON.parse(stdout) as Summary;
  assertEquals(summary, JSON.parse(folder.read("s.json")));
  assertEquals(Object.keys(summary).slice(0, 6), [
    ...["solver", "model", "k", "seed", "options", "input"],
  ]);
  assertEquals(summary.users, 4);
  assertEquals(summary.pairs, 9);
  assertEquals(summary.input.elig.rows, 9);
  assertEquals(Object.values(summary.offer_counts).reduce((a, b) => a + b), 4);
  assertEquals(summary.timings, undefined);
  assertEquals(folder.names(), [...Object.keys(SMALL_DROP), "out.csv", "s.json"].sort());
});

Deno.test("the same options give the same bytes; --quiet says nothing", async () => {
  await using folder = new TempFolder();
  await generate(folder, 300);
  for (const out of ["1.csv", "2.csv"]) {
    const run = await divvy(["allocate", ...INPUTS, "--out", out, "-q"], { cwd: folder.path });
    assertEquals(run, { code: 0, stdout: "", stderr: "" });
  }
  assertEquals(folder.read("1.csv"), folder.read("2.csv"));
});

Deno.test("text for people has no escape codes without a terminal, whatever NO_COLOR says", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const environments: Record<string, string>[] = [
    { NO_COLOR: "1" },
    { NO_COLOR: "" },
    { FORCE_COLOR: "1" },
  ];
  for (const env of environments) {
    const args = ["allocate", ...INPUTS, "--out", "out.csv"];
    const { stderr } = await divvy(args, { cwd: folder.path, env });
    assertStringIncludes(stderr, "Written:\n  out.csv\n");
    assert(!stderr.includes("\x1b"), stderr);
  }
});

Deno.test("--strict: exit code 2 when a minimum is missed; the files are written all the same", async () => {
  await using folder = new TempFolder();
  // cy has no sponsored option, so g2 can't reach 2 of 2.
  writeDrop(folder, { "group_ratios.csv": "group_id,sponsorship_ratio\ng1,0.5\ng2,1\n" });
  const args = ["allocate", ...INPUTS, "--out", "out.csv"];
  assertEquals((await divvy(args, { cwd: folder.path })).code, 0);
  await Deno.remove(`${folder.path}/out.csv`);
  const { code, stderr } = await divvy([...args, "--strict", "-q"], { cwd: folder.path });
  assertEquals(code, 2);
  assertEquals(
    stderr,
    "divvy: --strict: 1 of 2 groups misses its minimum, by 1 user\n",
  );
  assert(folder.names().includes("out.csv"));
  // Model coverage asks for no minima.
  const coverage = await divvy([...args, "--strict", "-q", "--model", "coverage"], {
    cwd: folder.path,
  });
  assertEquals([coverage.code, coverage.stderr], [0, ""]);
});

Deno.test("what is missing is said at once", async () => {
  await using folder = new TempFolder();
  const { code, stderr } = await divvy(["allocate", "--caps", "c.csv"], { cwd: folder.path });
  assertEquals(code, 1);
  assertEquals(
    stderr,
    "divvy: allocate needs --elig, --user-groups, --group-ratios (or --default-ratio), --out, or the drop's folder: --dir (see: divvy allocate --help)\n",
  );
});

Deno.test("an existing output survives a run that is killed while writing", async () => {
  await using folder = new TempFolder();
  await generate(folder, 20_000);
  // The writing is short: on a busy machine it may be over before this test gets to look.
  for (let tries = 1; !await killedWhileWriting(folder); tries++) {
    assert(tries < 50, "the run was over each time before it could be killed");
  }
});

/** Starts a run over an existing output and kills it while it writes; whether it came to that. */
async function killedWhileWriting(folder: TempFolder): Promise<boolean> {
  folder.write("out.csv.gz", "what was there before");
  const options = { cwd: folder.path };
  const args = [
    ...["allocate", ...INPUTS, "--out", "out.csv.gz", "-q", "--solver", "greedy"],
  ];
  const child = new Deno.Command(Deno.execPath(), {
    args: denoArgs(args, options),
    ...options,
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  // The temporary file lies beside the output while it is being written.
  const temporary = () => folder.names().filter((name) => name.endsWith(".tmp"));
  while (temporary().length === 0 && !ended) await new Promise((resolve) => setTimeout(resolve));
  if (ended) return false;
  child.kill("SIGKILL");
  await child.status;
  // Killed after the file had its name.
  if (temporary().length === 0) return false;
  assertEquals(folder.read("out.csv.gz"), "what was there before");
  return true;
}

Deno.test("the least permissions: the inputs to read, the output's folder to read and write", async () => {
  await using inputs = new TempFolder();
  await using outputs = new TempFolder();
  writeDrop(inputs);
  const permissions = [
    ...["--no-prompt", "--deny-net", "--deny-env", "--deny-run", "--deny-ffi", "--deny-sys"],
    `--allow-read=${inputs.path},${outputs.path}`,
    `--allow-write=${outputs.path}`,
  ];
  const options = { cwd: inputs.path, permissions };
  const out = `${outputs.path}/out.csv`;
  const run = await divvy(["allocate", ...INPUTS, "--out", out, "-q"], options);
  assertEquals(run, { code: 0, stdout: "", stderr: "" });
  const { code } = await divvy(["check", ...INPUTS, "--assign", out], options);
  assertEquals(code, 0);

  const refused = await divvy(["allocate", ...INPUTS, "--out", "out.csv", "-q"], options);
  assertEquals(refused.code, 1);
  assertMatch(
    refused.stderr,
    /^divvy: out.csv: .* requires write access to .*--allow-write flag \(--out\)\n$/,
  );
});
