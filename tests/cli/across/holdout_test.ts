import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { divvy, refusal, TempFolder } from "../../support/cli.ts";

const INPUTS = ["--caps", "d/caps.csv", "--elig", "d/elig.csv", "--group-ratios"]
  .concat(["d/group_ratios.csv", "--user-groups", "d/user_groups.csv", "-q"]);

/** Judges the assignments with their certificate. */
const JUDGE = ["check", ...INPUTS.filter((arg) => arg !== "-q")]
  .concat(["--assign", "a.csv", "--certificate", "c.json"]);

Deno.test("allocate --holdout: those users get nothing, a file names them, check knows them, review takes the file", async () => {
  await using folder = new TempFolder();
  const cwd = folder.path, run = (args: string[]) => divvy(args, { cwd });
  await run(["generate", "--dir", "d", "--users", "400", "-q"]);
  const made = await run(["allocate", ...INPUTS, "--holdout", "10%", "--out", "a.csv", "--json"]
    .concat(["--holdout-out", "held.csv", "--certificate", "c.json"]));
  assertEquals(made.code, 0, made.stderr);
  const { input, users } = JSON.parse(made.stdout);
  const held = (await Deno.readTextFile(`${cwd}/held.csv`)).trim().split("\n");
  assertEquals(held.shift(), "user_id,group_id");
  assertEquals(held.length, input.holdout.users);
  assertEquals(users, input.elig.users - held.length);
  const ids = new Set(held.map((line) => line.split(",")[0]));
  const rows = (await Deno.readTextFile(`${cwd}/a.csv`)).trim().split("\n").slice(1);
  assert(rows.length > 0 && rows.every((row) => !ids.has(row.split(",")[0])));
  const judge = (...more: string[]) => run([...JUDGE, ...more]);
  const judged = await judge("--holdout", "10%");
  assertEquals(judged.code, 0, judged.stdout);
  assertEquals((await judge()).code, 2);
  assertEquals((await judge("--holdout", "10%", "--holdout-seed", "7")).code, 2);
  folder.write("s.csv", "user_id,contract_address\n" + rows[0].split(",").slice(0, 2).join());
  const review = await run(["review", "--assign", "a.csv", "--selections", "s.csv", "--holdout"]
    .concat(["held.csv", "--json"]));
  assertEquals(review.code, 0, review.stderr);
  assert(JSON.parse(review.stdout).lift !== null);
});

Deno.test("a holdout that is no share, or a file without one: one line", async () => {
  await using folder = new TempFolder();
  const said = (...args: string[]) =>
    refusal(["allocate", ...INPUTS, "--out", "a.csv", ...args], { cwd: folder.path });
  assertStringIncludes(await said("--holdout", "5"), "--holdout");
  assertStringIncludes(await said("--holdout-out", "h.csv"), "needs --holdout");
});

Deno.test("--holdout-solver random: rows of users held out are told by a column, check and review know them", async () => {
  await using folder = new TempFolder();
  const cwd = folder.path, run = (args: string[]) => divvy(args, { cwd });
  await run(["generate", "--dir", "d", "--users", "400", "-q"]);
  const holdout = ["--holdout", "10%", "--holdout-solver", "random"];
  const made = await run([
    "allocate",
    ...INPUTS,
    ...holdout,
    "--out",
    "a.csv",
    "--certificate",
    "c.json",
  ]);
  assertEquals(made.code, 0, made.stderr);
  const rows = (await Deno.readTextFile(`${cwd}/a.csv`)).trim().split("\n");
  assert(rows[0].endsWith(",holdout"));
  const held = rows.filter((row) => row.endsWith(",True"));
  assert(held.length > 20 && rows.length - held.length > 200);
  assertEquals(
    rows.slice(1),
    rows.slice(1).toSorted((a, b) => {
      const [x, y] = [a.split(",")[0], b.split(",")[0]];
      return x < y ? -1 : x > y ? 1 : 0;
    }),
  );
  const judge = (...more: string[]) => run([...JUDGE, ...more]);
  const judged = await judge(...holdout);
  assertEquals(judged.code, 0, judged.stdout + judged.stderr);
  assertStringIncludes(judged.stdout, "random ones of users held out");
  const told = await run(["report", ...INPUTS, ...holdout, "--assign", "a.csv", "--json"]
    .concat(["--certificate", "c.json"]));
  assertEquals(told.code, 0, told.stderr);
  const { totals, contracts, warnings } = JSON.parse(told.stdout);
  assertEquals(totals.assignments, rows.length - 1 - held.length);
  assertEquals(warnings, []);
  assert(
    contracts.every(({ cap, assigned }: { cap: number; assigned: number }) => assigned <= cap),
  );
  // Without a word of random offers they are offers to users held out.
  assertEquals((await judge("--holdout", "10%")).code, 2);
  const [user, contract] = rows[1].split(",");
  folder.write("s.csv", `user_id,contract_address\n${user},${contract}`);
  const review = await run(["review", "--assign", "a.csv", "--selections", "s.csv", "--json"]);
  assertEquals(review.code, 0, review.stderr);
  assert(JSON.parse(review.stdout).lift !== null);
  const parquet = await run(["allocate", ...INPUTS, ...holdout, "--out", "a.parquet"]);
  assertEquals(parquet.code, 0, parquet.stderr);
  const same = await run(["diff", "a.csv", "a.parquet"]);
  assertStringIncludes(same.stdout, "Nothing changed");
});
