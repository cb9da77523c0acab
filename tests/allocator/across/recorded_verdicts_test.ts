/** Verdicts that were recorded: tests/fuzz/record_verdicts.ts makes them anew. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { recordedVerdicts, verdictOn } from "../../support/recorded_verdicts.ts";

Deno.test("check: what it said of certificates and assignments before it says today, to the digit", () => {
  const records = recordedVerdicts();
  assertEquals(records.length >= 280, true);
  for (const record of records) {
    const { report, ...judged } = record;
    assertEquals(verdictOn(judged), report, `case ${record.seed}: ${record.what}`);
  }
});
