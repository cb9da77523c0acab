/** What is said of odd files, and of faults in them, is the same whether one machine reads them or an engine does. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

const OFFERS = "user_id,contract_address\n";
const ARGS = ["allocate", ...INPUTS, "--out", "out.csv"];
/** Native code, which DuckDB is, needs this. */
const ALLOW_FFI = ["--allow-read", "--allow-write", "--allow-ffi", "--allow-sys", "--allow-env"];
const run = (args: readonly string[], { path: cwd }: TempFolder) =>
  divvy(args, {
    cwd,
    ...(args.includes("--engine") && { permissions: ["--no-prompt", ...ALLOW_FFI] }),
  });
const WAYS = [[], ["--engine", "duckdb", "--memory", "500MB"]];

Deno.test("a table that is given and has no rows is said to have none, by every engine", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const empty = { history: OFFERS, pins: OFFERS, bans: OFFERS, previous: OFFERS };
  for (const [name, text] of Object.entries(empty)) folder.write(`${name}.csv`, text);
  folder.write("limits.csv", "limit,at_most\n");
  folder.write("divvy.json", JSON.stringify({ limits: [] }));
  const said = {
    history: "earlier offers",
    pins: "pins",
    bans: "bans",
    previous: "previous offers",
    limits: "limits",
  };
  for (const way of WAYS) {
    const tables = Object.keys(said).flatMap((name) => [`--${name}`, `${name}.csv`]);
    const { code, stderr } = await run([...ARGS, ...tables, ...way], folder);
    assertEquals(code, 0, stderr);
    for (const [name, what] of Object.entries(said)) {
      assert(stderr.includes(`${name}.csv: no rows, so there are no ${what}\n`), stderr);
    }
    const configured = await run([...ARGS, "--config", "divvy.json", ...way], folder);
    assert(
      configured.stderr.includes("divvy.json: limits: no rows, so there are no limits"),
      configured.stderr,
    );
  }
});

Deno.test("rows of separators only have the same words in every table", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  folder.write("limits.csv", "limit,at_most\nmost,9\n,\n , \n");
  for (const way of WAYS) {
    const { stderr } = await run([...ARGS, "--limits", "limits.csv", ...way], folder);
    assert(stderr.includes("limits.csv: 2 rows of separators only left out\n"), stderr);
  }
});

Deno.test("the first fault of a table is named with its line, by every engine", async () => {
  const head = { elig: "user_id,contract_address,score", user_groups: "user_id,group_id,k" };
  const offers = "user_id,contract_address,offered_at,outcome,score";
  const cases: [table: string, header: string, good: string, bad: string, said: string][] = [
    ["elig", head.elig, "ann,s1,0.5", "ann,s1,1_000", 'score is "1_000", expected a finite number'],
    ["elig", head.elig, "ann,s1,0.5", ",s1,1", 'user_id is "", expected an id'],
    ["user_groups", head.user_groups, "ann,g1,2", "bob,,1", 'group_id is "", expected an id'],
    ["user_groups", head.user_groups, "ann,g1,2", "bob,g1,x", 'k is "x", expected '],
    ["previous", OFFERS.trim(), "ann,s1", "ann,", 'contract_address is "", expected an id'],
    ["history", offers, "ann,s1,2026-01-01,,1", "ann,s1,2026-02-30,,1", 'offered_at is "2026-0'],
    ["history", offers, "ann,s1,2026-01-01,,1", "ann,s1,2026-01-01,so,1", 'outcome is "so", exp'],
    ["history", offers, "ann,s1,2026-01-01,,1", "ann,s1,2026-01-01,,inf", 'score is "inf", exp'],
  ];
  await using folder = new TempFolder();
  for (const [table, header, good, bad, said] of cases) {
    writeDrop(folder);
    const other = bad.replace(/^(ann|bob)/, "zoe");
    // Two faults, so that an engine that finds any of them may name the second.
    folder.write(
      `${table}.csv`,
      `${header}\n${good}\n\n"${good.replace(",", '",')}\n${bad}\n${other}\n`,
    );
    const isDrop = INPUTS.includes(`${table}.csv`);
    const given = isDrop ? [] : [`--${table}`, `${table}.csv`];
    const rules = table === "history"
      ? ["--decline-factor", "0.5", "--rotate", "1", "--as-of", "2026-03-01"]
      : [];
    for (const way of WAYS) {
      const { code, stderr } = await run([...ARGS, ...given, ...rules, ...way], folder);
      assertEquals(code, 1, stderr);
      const lines = stderr.trimEnd().split("\n");
      assert(lines.at(-1)!.startsWith(`divvy: ${table}.csv:5: ${said}`), stderr);
    }
  }
});
