/** Cells of numbers that may be blank are so whether they hold nothing or blanks, and −0 is 0. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

Deno.test("a blank number is none, and a minus before 0 is nothing", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const made = async (blank: string, zero: string) => {
    folder.writeAll({
      "pins.csv": `user_id,contract_address,score\nann,t1,${blank}\n`,
      "history.csv": `user_id,contract_address,offered_at,score\ncy,t1,2025-08-01,${blank}\n`,
      "limits.csv": "limit,per,at_most,at_least,price\n" +
        `L,group_id,3,${zero},${zero}\nM,,4,,${blank}\n`,
    });
    const args = ["allocate", ...INPUTS, "--out", "out.csv", "--change-cost", zero, "-q"];
    for (const table of ["pins", "history", "limits"]) args.push(`--${table}`, `${table}.csv`);
    args.push("--as-of", "2025-08-08", "--rotate", "0.5", `--shortfall-price=${zero}`);
    args.push(`--sponsored-bonus=${zero}`, `--min-score=${zero}`);
    const { code, stderr } = await divvy(args, { cwd: folder.path });
    assertEquals([code, stderr], [0, ""], JSON.stringify([blank, zero]));
    return folder.read("out.csv");
  };
  const plain = await made("", "0");
  assertEquals(await made("  ", "0"), plain);
  assertEquals(await made("\t", "0"), plain);
  assertEquals(await made('" "', "-0"), plain);
  assertEquals(await made("", "-0.0"), plain);
});
