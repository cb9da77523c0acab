/** Caps from budgets: what the table for people says. */
import { assertEquals, assertMatch } from "../../../../lib/deps/std_assert.ts";
import { divvyInFolders } from "../../../support/many_runs.ts";

Deno.test("caps: the offers redeemed are those of the budgets, fractions too", async () => {
  const budgets =
    "contract_address,is_sponsored,budget,spent,live_claims,face_value,redeemed,assigned\n" +
    "tea,true,1000,0,0,5,3.5,9\ncake,true,1000,0,0,5,1234,12345\n";
  const [{ code, stdout, stderr, written }] = await divvyInFolders([
    { files: { "b.csv": budgets }, args: ["caps", "--budgets", "b.csv", "--out", "c.csv"] },
  ]);
  assertEquals(code, 0, stderr);
  assertEquals(Object.keys(written), ["c.csv"]);
  assertMatch(stdout + stderr, /^\s*tea .* 3\.5\/9 /m);
  assertMatch(stdout + stderr, /^\s*cake .* 1,234\/12,345 /m);
});
