/** What is wrong with an input or an option is said in one line; nothing is written. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import {
  type CliRun,
  divvy,
  type DropTexts,
  INPUTS,
  SMALL_DROP,
  TempFolder,
  writeDrop,
} from "../../support/cli.ts";
import { divvyMany } from "../../support/many_runs.ts";

type Changes = Partial<Record<keyof DropTexts, string | null>>;

/** Each file with other rows under its own header. */
const caps = (...rows: string[]): Changes => under("caps.csv", rows);
const elig = (...rows: string[]): Changes => under("elig.csv", rows);
const groups = (...rows: string[]): Changes => under("user_groups.csv", rows);
const ratios = (...rows: string[]): Changes => under("group_ratios.csv", rows);

function under(name: keyof DropTexts, rows: string[]): Changes {
  const [header] = SMALL_DROP[name].split("\n");
  return { [name]: [header, ...rows, ""].join("\n") };
}

const BOOLEAN = "expected true/false, t/f, yes/no, y/n or 1/0";
const NO_PAIR = "elig.csv: no pair is left:";

/** What is put in the files, and the one line that it earns. */
const FILES: [Changes, string][] = [
  // caps
  [caps("s1,2,maybe"), `caps.csv:2: is_sponsored is "maybe", ${BOOLEAN}`],
  [caps("s1,2,"), `caps.csv:2: is_sponsored is "", ${BOOLEAN}`],
  [caps("s1,2,true", "t1,3,2"), `caps.csv:3: is_sponsored is "2", ${BOOLEAN}`],
  [caps("s1,many,true"), 'caps.csv:2: cap_face is "many", expected a finite number'],
  [
    caps('s1,"1,000",true'),
    'caps.csv:2: cap_face is "1,000", expected a finite number (thousands are not separated)',
  ],
  [caps("s1,inf,true"), 'caps.csv:2: cap_face is "inf", expected a finite number'],
  [caps("s1,NaN,true"), 'caps.csv:2: cap_face is "NaN", expected a finite number'],
  [
    caps("s1,,true"),
    'caps.csv:2: cap_face is "", expected a finite number, 0 for an unsponsored contract without a cap of its own',
  ],
  [caps("s1,1e999,true"), 'caps.csv:2: cap_face is "1e999", expected a finite number'],
  [caps("s1,0x10,true"), 'caps.csv:2: cap_face is "0x10", expected a finite number'],
  [caps(" ,2,true"), 'caps.csv:2: contract_address is "", expected an id'],
  [caps("s1,2"), "caps.csv:2: the row has 2 fields, expected 3"],
  // elig
  [elig("ann,s1,"), 'elig.csv:2: score is "", expected a finite number'],
  [elig("ann,s1,0.5", "bob,s1,high"), 'elig.csv:3: score is "high", expected a finite number'],
  [elig("ann,s1,NaN"), 'elig.csv:2: score is "NaN", expected a finite number'],
  [elig("ann,s1,-inf"), 'elig.csv:2: score is "-inf", expected a finite number'],
  [elig("ann,s1,Infinity"), 'elig.csv:2: score is "Infinity", expected a finite number'],
  [
    elig('ann,s1,"0,5"'),
    'elig.csv:2: score is "0,5", expected a finite number (--decimal , reads decimal commas)',
  ],
  [elig("ann,s1,0.5x"), 'elig.csv:2: score is "0.5x", expected a finite number'],
  [elig(",s1,0.5"), 'elig.csv:2: user_id is "", expected an id'],
  [elig("ann, ,0.5"), 'elig.csv:2: contract_address is "", expected an id'],
  [elig("ann,s1"), "elig.csv:2: the row has 2 fields, expected 3"],
  [elig("ann,s1,0.5", "bob,s1,0.5,7"), "elig.csv:3: the row has 4 fields, expected 3"],
  [elig('"ann,s1,0.5'), "elig.csv:2: a quoted field has no closing quote"],
  // user_groups
  [groups(",g1"), 'user_groups.csv:2: user_id is "", expected an id'],
  [groups("ann,"), 'user_groups.csv:2: group_id is "", expected an id'],
  // group_ratios
  [
    ratios("g1,1.5"),
    'group_ratios.csv:2: sponsorship_ratio is "1.5", expected a number from 0 to 1 (1.5 % is 0.015)',
  ],
  [
    ratios("g1,-0.1"),
    'group_ratios.csv:2: sponsorship_ratio is "-0.1", expected a number from 0 to 1',
  ],
  [
    ratios("g1,half"),
    'group_ratios.csv:2: sponsorship_ratio is "half", expected a number from 0 to 1',
  ],
  [
    ratios("g1,50%"),
    'group_ratios.csv:2: sponsorship_ratio is "50%", expected a number from 0 to 1 (50 % is 0.5)',
  ],
  [ratios("g1,"), 'group_ratios.csv:2: sponsorship_ratio is "", expected a number from 0 to 1'],
  [ratios(",0.5"), 'group_ratios.csv:2: group_id is "", expected an id'],
  [
    ratios("g1,0.5"),
    'group_ratios.csv: 1 group has eligible users and no sponsorship_ratio: "g2" (--default-ratio fills it in)',
  ],
  [
    groups("ann,a", "bob,b", "cy,c", "dee,d"),
    'group_ratios.csv: 4 groups have eligible users and no sponsorship_ratio: "a", "b", "c", "d" (--default-ratio fills it in)',
  ],
  // headers
  [
    { "caps.csv": "contract_address,cap,is_sponsored\ns1,2,true\n" },
    'caps.csv:1: missing column cap_face (the header has "contract_address", "cap", "is_sponsored"; --columns cap_face=cap if that is meant)',
  ],
  [
    { "elig.csv": "user,contract,score\nann,s1,1\n" },
    'elig.csv:1: missing columns user_id, contract_address (the header has "user", "contract", "score"; --columns user_id=user,contract_address=contract if that is meant)',
  ],
  [
    { "user_groups.csv": "user_id:group_id\nann:g1\n" },
    'user_groups.csv:1: missing columns user_id, group_id (the header has "user_id:group_id")',
  ],
  [
    { "group_ratios.csv": "group_id,ratio\ng1,0.5\n" },
    'group_ratios.csv:1: missing column sponsorship_ratio (the header has "group_id", "ratio"; --columns sponsorship_ratio=ratio if that is meant)',
  ],
  [
    { "elig.csv": "user_id,score,contract_address,score\nann,1,s1,2\n" },
    "elig.csv:1: the header has score twice",
  ],
  // whole files
  [
    { "caps.csv": "" },
    "caps.csv: the file is empty, expected columns contract_address, cap_face, is_sponsored",
  ],
  [
    { "elig.csv": "" },
    "elig.csv: the file is empty, expected columns user_id, contract_address, score",
  ],
  [{ "caps.csv": null }, "caps.csv: no such file"],
  [{ "elig.csv": null }, "elig.csv: no such file"],
  [{ "user_groups.csv": null }, "user_groups.csv: no such file"],
  [{ "group_ratios.csv": null }, "group_ratios.csv: no such file"],
  // sums that would be Infinity, and differences of them NaN
  [
    elig("ann,s1,1e308", "bob,s1,-3e299"),
    `elig.csv:2: score is "1e+308", expected a number of at most ±5.0e+299, so that sums of scores don't overflow (it is that of user_id ann with contract_address s1)`,
  ],
  // no pair is left
  [elig(), `${NO_PAIR} it has no rows`],
  [
    elig("ann,S1,0.5"),
    `${NO_PAIR} of 1 row 1 has a contract_address that is not in caps.csv (elig.csv has "S1", caps.csv "s1": they differ only by case)`,
  ],
  [
    elig("ann,zzz,0.5"),
    `${NO_PAIR} of 1 row 1 has a contract_address that is not in caps.csv (elig.csv has for example "zzz", caps.csv "s1")`,
  ],
  [
    groups("Ann,g1"),
    `${NO_PAIR} of 9 rows 9 have a user_id that is not in user_groups.csv (elig.csv has "ann", user_groups.csv "Ann": they differ only by case)`,
  ],
  [
    groups(),
    `${NO_PAIR} of 9 rows 9 have a user_id that is not in user_groups.csv (user_groups.csv has no rows)`,
  ],
];

/** Options added to a right command line, and the one line that they earn. */
const OPTIONS: [string[], string][] = [
  [["-k", "0"], '--k is "0", expected a whole number from 1 to 65535'],
  [["-k", "2.5"], '--k is "2.5", expected a whole number from 1 to 65535'],
  [["--ratio_slack", "2"], '--ratio-slack is "2", expected a number from 0 to 1'],
  [
    ["--cov-w", "0.1,x"],
    '--cov-w is "0.1,x", expected a number, or several with commas between them',
  ],
  [["--cov_mode", "y"], '--cov-mode is "y", expected one of z, shortfall'],
  [["--timeout", "0"], '--timeout is "0", expected a number > 0'],
  [["--rng", "1.5"], '--rng is "1.5", expected a whole number ≥ 0'],
  [["--top_n", "-1"], '--top-n is "-1", expected a whole number ≥ 0'],
  [["--min-score", "abc"], '--min-score is "abc", expected a number'],
  [["--min-score", "5"], `${NO_PAIR} of 9 rows 9 have a score below 5`],
  [["--default-ratio", "2"], '--default-ratio is "2", expected a number from 0 to 1'],
  [
    ["--max-sponsored-ratio", "1.1"],
    '--max-sponsored-ratio is "1.1", expected a number from 0 to 1',
  ],
  [["--max_mixed_share=-0.1"], '--max-mixed-share is "-0.1", expected a number from 0 to 1'],
  [
    ["--assignment_ratio_guard", "soft"],
    '--assignment-ratio-guard is "soft", expected one of none, moving, hard',
  ],
  [["--scarcity-alpha", "0x1"], '--scarcity-alpha is "0x1", expected a number ≥ 0'],
  [["--cache_factor", "lots"], '--cache-factor is "lots", expected a number'],
  [
    ["--max-per-brand", "1"],
    "a limit per brand (--max-per-brand) is 1, expected none: the drop has no brands (column brand_id in caps)",
  ],
  [
    ["--shortfal-price", "1"],
    "unknown option '--shortfal-price' (did you mean --shortfall-price?)",
  ],
  [
    ["a.csv", "b.csv"],
    'allocate takes no such arguments: a.csv, b.csv (options begin with -; quote a pattern: "*.csv")',
  ],
  [["--summary"], "--summary needs a value"],
  [
    ["--summary", "--strict"],
    "--summary needs a value, and --strict is an option (--summary=--strict if that is meant)",
  ],
  [["-k", "-q"], "--k needs a value, and -q is an option (--k=-q if that is meant)"],
  [
    ["--title", "--top_n=3"],
    "--title needs a value, and --top-n=3 is an option (--title=--top-n=3 if that is meant)",
  ],
  [["--summary", "out.csv"], "--summary and --out name the same file, out.csv"],
  [["--out", "elig.csv"], "--out and --elig name the same file, elig.csv"],
  [["--out", ".//elig.csv"], "--out and --elig name the same file, .//elig.csv"],
  [
    ["--out", "././new.csv", "--summary", "new.csv"],
    "--summary and --out name the same file, new.csv",
  ],
  [
    ["--out", "nowhere/out.csv"],
    "nowhere/out.csv: can't write it: its folder does not exist (--out)",
  ],
  [
    ["--out", "s3://bucket/out.csv"],
    "s3://bucket/out.csv: can't write it: it is an address, expected a file (--out)",
  ],
  [
    ["--out", "postgres://u:secret@h/d?table=t"],
    "postgres://u:***@h/d?table=t: can't write it: it is an address, expected a file " +
    "(divvy publish puts assignments into a table) (--out)",
  ],
  [["--out", "caps.csv/x"], "caps.csv/x: can't write it: caps.csv is no folder (--out)"],
  [["--out", "-", "--summary", "-"], "--summary and --out both go to standard output"],
  [["--out", "."], ".: can't write it: it is a folder (--out)"],
  [["--out", ""], '--out is "", expected a file'],
  [
    ["--out", "new.zip"],
    'new.zip: tables are written as .csv, .jsonl, .json, .parquet or .xlsx (text also .gz or .zst), not as ".zip"',
  ],
  [
    ["--out", "new.parquet.gz"],
    'new.parquet.gz: tables are written as .csv, .jsonl, .json, .parquet or .xlsx (text also .gz or .zst), not as ".parquet.gz"',
  ],
  [["--summary", "s.csv"], '--summary is "s.csv", expected a name that ends in .json'],
  [["--html", "r.pdf"], '--html is "r.pdf", expected a name that ends in .html or .htm'],
  [["--summary", ""], '--summary is "", expected a file'],
  [["--caps", ""], '--caps is "", expected a file'],
  [
    ["--out", `${"x".repeat(300)}.csv`],
    `${"x".repeat(300)}.csv: can't write it: file name too long (--out)`,
  ],
  [
    ["--elig", ".", "--out", "new.csv"],
    '--out is "new.csv", which --elig "." would read the next time: write it elsewhere',
  ],
  [
    ["--elig", "./el*.csv", "--out", "elig2.csv"],
    '--out is "elig2.csv", which --elig "./el*.csv" would read the next time: write it elsewhere',
  ],
  [
    ["--elig", "e*.csv", "--out", "elig.csv"],
    '--out is "elig.csv", a file that --elig "e*.csv" reads',
  ],
  [
    ["--elig", ".", "--out", "elig.csv"],
    '--out is "elig.csv", a file that --elig "." reads',
  ],
];

const ALLOCATE = ["allocate", ...INPUTS, "--out", "out.csv", "-q", "--solver", "greedy"];

/** Each fault with the message it earns, and the test's name. */
const FAULTS: { name: string; changes: Changes; options: string[]; message: string }[] = [
  ...FILES.map(([changes, message]) => {
    return { name: `malformed input: ${message}`, changes, options: [], message };
  }),
  ...OPTIONS.map(([options, message]) => {
    return { name: `malformed options: ${options.join(" ")}`, changes: {}, options, message };
  }),
];

/** What came of a fault: the run, and the files before and after it. */
interface Outcome {
  run: CliRun;
  before: string[];
  after: string[];
}

/** Runs all faults in one process, each in a folder of its own. */
async function outcomesOf(): Promise<Outcome[]> {
  await using all = new TempFolder();
  const folders = FAULTS.map(({ changes }, i) => {
    const folder = new TempFolder(`${all.path}/${i}`);
    writeDrop(folder, changes);
    return folder;
  });
  const before = folders.map((folder) => folder.names());
  const runs = await divvyMany(
    FAULTS.map(({ options }, i) => ({ cwd: folders[i].path, args: [...ALLOCATE, ...options] })),
  );
  return runs.map((run, i) => ({ run, before: before[i], after: folders[i].names() }));
}

/** Made by the first test that asks. */
let outcomes: Promise<Outcome[]> | undefined;

FAULTS.forEach(({ name, message }, i) =>
  Deno.test(name, async () => {
    const { run, before, after } = (await (outcomes ??= outcomesOf()))[i];
    assertEquals(run, { code: 1, stdout: "", stderr: `divvy: ${message}\n` });
    assertEquals(after, before, "nothing is written");
  })
);

Deno.test("a malformed input and a malformed option, each in a process of its own", async () => {
  for (const { changes, options, message } of [FAULTS[0], FAULTS[FILES.length]]) {
    await using folder = new TempFolder();
    writeDrop(folder, changes);
    const before = folder.names();
    const run = await divvy([...ALLOCATE, ...options], { cwd: folder.path });
    assertEquals(run, { code: 1, stdout: "", stderr: `divvy: ${message}\n` });
    assertEquals(folder.names(), before, "nothing is written");
  }
});

Deno.test({
  name: "a full disk is said in one line, and leaves nothing half-written",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = new TempFolder();
    writeDrop(folder);
    const before = folder.names();
    // Deno lets nobody with less at a device.
    const permissions = ["--allow-all"];
    const args = ["allocate", ...INPUTS, "-q", "--solver", "greedy", "--out"];
    const { code, stderr } = await divvy([...args, "/dev/full"], { cwd: folder.path, permissions });
    assertEquals(
      { code, stderr },
      { code: 1, stderr: "divvy: /dev/full: can't write it: no space left on device\n" },
    );
    assertEquals(folder.names(), before);
  },
});

Deno.test("a link to an input is no output", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  Deno.symlinkSync("elig.csv", `${folder.path}/link.csv`);
  const before = folder.read("elig.csv");
  const args = ["allocate", ...INPUTS, "--out", "link.csv", "-q", "--solver", "greedy"];
  const { code, stderr } = await divvy(args, { cwd: folder.path });
  assertEquals(
    { code, stderr },
    { code: 1, stderr: "divvy: --out and --elig name the same file, link.csv\n" },
  );
  assertEquals(folder.read("elig.csv"), before);
});

Deno.test("a split is one file: a folder of several is refused, not read in part", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const { code, stderr } = await divvy(["split", "-i", "."], { cwd: folder.path });
  assertEquals(
    { code, stderr },
    { code: 1, stderr: "divvy: .: expected one file, and here are 4\n" },
  );
});

Deno.test("a command that there is not is an error, also where its help is asked for", async () => {
  await using folder = new TempFolder();
  const expected = {
    code: 1,
    stdout: "",
    stderr: "divvy: unknown command 'alocate' (did you mean allocate?)\n",
  };
  for (
    const args of [["alocate"], ["alocate", "--caps", "c.csv"], ["alocate", "-h"], [
      "help",
      "alocate",
    ]]
  ) {
    assertEquals(await divvy(args, { cwd: folder.path }), expected, args.join(" "));
  }
  const help = await divvy(["help", "help"], { cwd: folder.path });
  assertEquals({ code: help.code, stderr: help.stderr }, { code: 0, stderr: "" });
});

Deno.test("a folder where a small file is asked for is one line that says so", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  Deno.mkdirSync(`${folder.path}/folder`);
  for (const option of ["--prices", "--scenario", "--config"]) {
    const { code, stderr } = await divvy(
      ["allocate", ...INPUTS, "--out", "out.csv", "-q", option, "folder"],
      { cwd: folder.path },
    );
    assertEquals([code, stderr], [
      1,
      "divvy: folder: can't read it: it is a folder, expected a file\n",
    ]);
  }
  assertEquals(folder.names().includes("out.csv"), false);
});
