import { gapInPercent, gapInShort, proofInWords } from "../../lib/report/proof_words.ts";
import { assertEquals } from "../../lib/deps/std_assert.ts";

Deno.test("words: a gap is a percentage of two digits, and 0 % below 1e-10", () => {
  assertEquals([null, 0, 3e-15, 5e-9, 6.4e-7, 0.0123].map(gapInPercent), [
    "–",
    "0 %",
    "0 %",
    "<0.000001 %",
    "0.000064 %",
    "1.3 %",
  ]);
});

Deno.test("words: gaps of a table keep to nine characters", () => {
  assertEquals([null, 0, 3e-15, 5e-9, 6.4e-7, 2.5e-6, 0.0123].map(gapInShort), [
    "–",
    "0 %",
    "0 %",
    "<0.0001 %",
    "<0.0001 %",
    "0.00025 %",
    "1.3 %",
  ]);
});

Deno.test("what only a search proves is said to be by the search", () => {
  assertEquals(proofInWords(5, 5, 5, 0), "no allocation can be better");
  assertEquals(proofInWords(5, 5, null, 0), "no allocation can be better, by the solver's search");
  assertEquals(
    proofInWords(5, 5, 5.5, 0),
    "no allocation can be better, by the solver's search; by the certificate alone no allocation can be more than 10 % better",
  );
  // What exact figures leave counts where doubles can't tell the two apart.
  assertEquals(
    proofInWords(-50, -50, -50, 4.2e-20),
    "no allocation can be better by more than 2.1e-18",
  );
  assertEquals(proofInWords(5, 5.5, 5.5, 0.1), "no allocation can be more than 10 % better");
  assertEquals(
    proofInWords(5, null, null, null),
    "no bound was proven, so a better allocation may exist",
  );
});
