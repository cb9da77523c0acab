/** `--dir`, and the `divvy.json` that is found. */
import { assert, assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";
import { divvy, SMALL_DROP, TempFolder, writeDrop } from "../../../support/cli.ts";

/** Writes a drop into a folder of a folder. */
function writeDropInto(folder: TempFolder, name: string): void {
  Deno.mkdirSync(`${folder.path}/${name}`);
  for (const [file, text] of Object.entries(SMALL_DROP)) folder.write(`${name}/${file}`, text);
}

Deno.test("--dir: inputs by their names, results beside them, and every command finds them", async () => {
  await using folder = new TempFolder();
  writeDropInto(folder, "drop");
  const at = { cwd: folder.path };
  const allocated = await divvy(["allocate", "--dir", "drop/", "-q"], at);
  assertEquals(allocated, { code: 0, stdout: "", stderr: "" });
  const names = [...Deno.readDirSync(`${folder.path}/drop`)].map(({ name }) => name).sort();
  assertEquals(names, [
    ...["assignments.csv", "caps.csv", "certificate.json", "elig.csv", "group_ratios.csv"],
    ...["summary.json", "user_groups.csv"],
  ]);
  const checked = await divvy(["check", "--dir", "drop", "--json"], at);
  assertEquals(checked.code, 0);
  assertEquals(JSON.parse(checked.stdout).certificate.certified, true);
  const reported = await divvy(["report", "--dir", "drop", "--json", "-q"], at);
  assertEquals(JSON.parse(reported.stdout).title, "drop");
  const explained = await divvy(["explain", "--dir", "drop", "--user", "ann", "--json"], at);
  assertEquals(JSON.parse(explained.stdout).user_id, "ann");
  const what = await divvy(["whatif", "--dir", "drop", "--k", "1", "--json", "-q"], at);
  assertEquals(what.code, 0);
});

Deno.test("--dir: limits are kept, and a certificate of another run is ignored", async () => {
  await using folder = new TempFolder();
  writeDropInto(folder, "drop");
  folder.write("drop/limits.csv", "limit,per,at_most\nfew,contract_address,1\n");
  const at = { cwd: folder.path };
  assertEquals((await divvy(["allocate", "--dir", "drop", "-q"], at)).code, 0);
  const offers = folder.read("drop/assignments.csv").trimEnd().split("\n").length - 1;
  assertEquals(offers, 3, "one of each of three contracts");
  const summary = JSON.parse(folder.read("drop/summary.json"));
  folder.write("drop/summary.json", JSON.stringify({ ...summary, objective: 0.5 }));
  const { stdout, stderr } = await divvy(["check", "--dir", "drop", "--json"], at);
  assertEquals(JSON.parse(stdout).certificate, undefined);
  assertStringIncludes(
    stderr,
    "drop/certificate.json is ignored: drop/summary.json is of another run\n",
  );
});

Deno.test("--dir: a Parquet file's name stays, files named on their own win", async () => {
  await using folder = new TempFolder();
  writeDropInto(folder, "drop");
  const at = { cwd: folder.path };
  const parquet = ["allocate", "--dir", "drop", "-q", "--out", "drop/assignments.parquet"];
  assertEquals((await divvy(parquet, at)).code, 0);
  assert(!folder.names().includes("summary.json"), "a named --out is all that is written");
  assertEquals((await divvy(["allocate", "--dir", "drop", "-q"], at)).code, 0);
  assert(
    ![...Deno.readDirSync(`${folder.path}/drop`)].some(({ name }) => name === "assignments.csv"),
  );
  folder.write("other.csv", SMALL_DROP["caps.csv"].replace("s1,2", "s1,0"));
  const args = ["allocate", "--dir", "drop", "--caps", "other.csv", "--out", "o.csv", "-q"];
  assertEquals((await divvy(args, at)).code, 0);
  assert(!folder.read("o.csv").includes(",s1,"));
});

Deno.test("--dir: what is missing or there twice is said in one line", async () => {
  await using folder = new TempFolder();
  writeDropInto(folder, "drop");
  const at = { cwd: folder.path };
  const fault = async (...args: string[]) => {
    const { code, stderr } = await divvy(args, at);
    assertEquals(code, 1);
    return stderr;
  };
  assertEquals(await fault("allocate", "--dir", "no"), "divvy: --dir: no: no such folder\n");
  assertEquals(
    await fault("check", "--dir", "drop"),
    "divvy: --dir: drop has no assignments (assignments.csv, .csv.gz, .parquet, …), and no --assign names one\n",
  );
  folder.write("drop/elig.csv.gz", "x");
  assertEquals(
    await fault("allocate", "--dir", "drop"),
    "divvy: --dir: elig.csv and elig.csv.gz are both in drop: keep one, or name one by its option\n",
  );
  Deno.removeSync(`${folder.path}/drop/elig.csv`);
  Deno.removeSync(`${folder.path}/drop/elig.csv.gz`);
  assertEquals(
    await fault("allocate", "--dir", "drop"),
    "divvy: --dir: drop has no elig (elig.csv, .csv.gz, .parquet, …), and no --elig names one\n",
  );
});

Deno.test("divvy.json: found in the folder or above, its paths relative to it, and said", async () => {
  await using folder = new TempFolder();
  writeDropInto(folder, "drop");
  Deno.mkdirSync(`${folder.path}/drop/deep`);
  folder.write(
    "divvy.json",
    '{ "dir": "drop", "k": 1, /* one each */ "allocate": {"out": "o.csv"} }',
  );
  const run = (cwd: string, ...args: string[]) =>
    divvy(["allocate", "--json", ...args], { cwd, readsAll: true });
  const above = await run(`${folder.path}/drop/deep`);
  assertEquals(above.code, 0, above.stderr);
  assertStringIncludes(above.stderr, "Options from ../../divvy.json\n");
  const { options } = JSON.parse(above.stdout);
  assertEquals([options.k, options.caps, options.out], [1, "../../drop/caps.csv", "../../o.csv"]);
  assert(folder.names().includes("o.csv"));
  const none = await run(folder.path, "--no-config");
  assertEquals(none.code, 1);
  assertStringIncludes(none.stderr, "allocate needs --caps");
  const named = await run(
    `${folder.path}/drop`,
    "--config",
    "../divvy.json",
    "--out",
    "p.csv",
    "-q",
  );
  assertEquals([named.code, named.stderr], [0, ""]);
  assert([...Deno.readDirSync(`${folder.path}/drop`)].some(({ name }) => name === "p.csv"));
});

Deno.test("divvy.json: --dir of the command line comes before inputs that one elsewhere names", async () => {
  await using folder = new TempFolder();
  writeDropInto(folder, "week1");
  writeDropInto(folder, "week2");
  folder.write(
    "divvy.json",
    '{ "caps": "week1/caps.csv", "user_groups": "week1/user_groups.csv" }',
  );
  Deno.removeSync(`${folder.path}/week2/user_groups.csv`);
  const at = { cwd: folder.path };
  const { code, stdout } = await divvy(["allocate", "--dir", "week2", "--json", "-q"], at);
  assertEquals(code, 0);
  const { options } = JSON.parse(stdout);
  assertEquals(options.caps, "week2/caps.csv");
  assertEquals(options.user_groups, "week1/user_groups.csv");
  folder.write(
    "week2/divvy.json",
    '{ "caps": "caps_v2.csv", "user_groups": "../week1/user_groups.csv" }',
  );
  folder.write("week2/caps_v2.csv", SMALL_DROP["caps.csv"]);
  const own = await divvy(["allocate", "--dir", "week2", "--json", "-q"], at);
  assertEquals(JSON.parse(own.stdout).options.caps, "week2/caps_v2.csv");
});

Deno.test("--dir: history, pins and bans beside the inputs are taken, in any format", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const [, ...rows] = SMALL_DROP["elig.csv"].trim().split("\n").map((row) => row.split(","));
  const pair = (i: number) => ({ user_id: rows[i][0], contract_address: rows[i][1] });
  folder.write("history.jsonl", `${JSON.stringify(pair(0))}\n`);
  folder.write("pins.json", JSON.stringify([pair(1)]));
  folder.write("bans.csv", `user_id,contract_address\n${Object.values(pair(2)).join(",")}\n`);
  const { code, stderr, stdout } = await divvy(["validate", "--dir", "."], { cwd: folder.path });
  assertEquals([code, stderr.includes("divvy:")], [0, false], stderr);
  for (const table of ["pins: 1 pair", "bans: 1 pair"]) assert(stdout.includes(table), stdout);
  assert(stderr.includes("read ./history.jsonl") || stderr.includes("read history.jsonl"), stderr);
});
