import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { divvy, refusal, TempFolder } from "../../support/cli.ts";
import { readIdRows } from "../../../lib/io/tables/id_rows.ts";

const INPUTS = ["--caps", "d/caps.csv", "--elig", "d/elig.csv", "--group-ratios"]
  .concat(["d/group_ratios.csv", "--user-groups", "d/user_groups.csv"]);

Deno.test("allocate --alternates: a file of their own, in CSV and Parquet alike; the summary says what they keep", async () => {
  await using folder = new TempFolder();
  const cwd = folder.path, run = (args: string[]) => divvy(args, { cwd });
  await run(["generate", "--dir", "d", "--users", "200", "-q"]);
  const made = await run(["allocate", ...INPUTS, "--out", "a.csv", "--alternates", "2"]
    .concat(["--alternates-out", "next.csv"]));
  assertEquals(made.code, 0, made.stderr);
  assertStringIncludes(made.stderr, "they keep caps on average only");
  const lines = (await Deno.readTextFile(`${cwd}/next.csv`)).trim().split("\n");
  assertEquals(lines[0], "user_id,contract_address,rank,score,net_value,is_sponsored,group_id");
  assert(lines.length > 100);
  for (const line of lines.slice(1)) {
    // Scores have six decimals, prices as many as a double: differences have no more of them.
    const [, , , score, net] = line.split(",").map(Number);
    const size = Math.max(Math.abs(score), Math.abs(score - net));
    assertEquals(net, Number(net.toFixed(14 - Math.floor(Math.log10(size)))), line);
  }
  const parquet = await run(["allocate", ...INPUTS, "--out", "a.csv", "--alternates", "2", "--json"]
    .concat(["--alternates-out", "next.parquet", "-q"]));
  assertEquals(parquet.code, 0, parquet.stderr);
  const { alternates } = JSON.parse(parquet.stdout);
  assertEquals(alternates.alternates, lines.length - 1);
  const columns = ["user_id", "contract_address"], beside = { number: "net_value" };
  const [csv, packed] = await Promise.all(
    ["csv", "parquet"].map((ending) => readIdRows(`${cwd}/next.${ending}`, columns, beside)),
  );
  assertEquals(packed.number, csv.number);
  assertEquals(packed.codes, csv.codes);
});

Deno.test("alternates without a file, a file without alternates, a solver without prices: one line", async () => {
  await using folder = new TempFolder();
  const said = (...args: string[]) =>
    refusal(["allocate", ...INPUTS, "--out", "a.csv", ...args], { cwd: folder.path });
  assertStringIncludes(await said("--alternates", "2"), "--alternates-out");
  assertStringIncludes(await said("--alternates-out", "n.csv"), "--alternates,");
  assertStringIncludes(
    await said("--alternates", "2", "--alternates-out", "n.csv", "--solver", "greedy"),
    "needs prices",
  );
});
