/** Limits that are means of a column, in words: no share, no offers that are missing. */
import { assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import {
  amountInWords,
  limitsFacts,
  missedInWords,
  shortOrBeyond,
  usedInWords,
} from "../../../lib/report/facts/limit_facts.ts";

/** The only row of a limit after two offers, of which one counts `rate` and the other nothing. */
async function rowOf(limit: Omit<LimitInput, "limit">, rate: number) {
  const drop = Drop.from({
    users: ["u", "v"].map((id) => ({ id, group: "g" })),
    contracts: [{ id: "tea", cap: 2, sponsored: true }],
    groups: [{ id: "g", ratio: 1 }],
    pairs: [
      { user: "u", contract: "tea", score: 1, attributes: { rate } },
      { user: "v", contract: "tea", score: 1, attributes: { rate: 0 } },
    ],
    limits: [{ limit: "mean", shareOf: "offers", counts: "rate", ...limit }],
  });
  const allocation = await allocate(drop, { k: 1, shortfallPrice: 1000 });
  assertEquals(allocation.offerPair.length, 2);
  return limitsFacts(drop.instance, allocation)!.rows[0];
}

Deno.test("a mean of a column is told in its units, not as a share of offers", async () => {
  const kept = await rowOf({ atMost: 0.9 }, 1.5);
  assertEquals([kept.is_share, kept.is_mean, kept.used], [true, true, 0.75]);
  assertEquals([usedInWords(kept.used, kept), amountInWords(kept)], ["0.75", "0.9"]);
  const missed = await rowOf({ atLeast: 1, price: 1 }, 0.5);
  assertEquals(shortOrBeyond(missed), "0.25 of at least 1, 1.5 missing, at a cost of 1.5");
  assertEquals(missedInWords(missed, true), "every eligible pair that counts is an offer");
});

Deno.test("a share of offers is told in percent, what it lacks in offers", async () => {
  const share = await rowOf({
    atLeast: 1,
    counts: undefined,
    price: 1,
    where: { user_id: "u" },
  }, 0.5);
  assertEquals(share.is_mean, undefined);
  assertEquals(shortOrBeyond(share), "50.0 % of at least 100.0 %, 1 offer missing, at a cost of 1");
});

Deno.test("what is used of a limit stands on its side of the amount, which is told as it was asked for", async () => {
  const share = await rowOf({ atLeast: 1, counts: undefined, where: { user_id: "u" } }, 0.5);
  const mean = await rowOf({ atLeast: 1 }, 0.5);
  const inNumbers = (text: string) => Number(text.replaceAll(/[, %]/g, ""));
  const side = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * b ? 0 : Math.sign(a - b);
  const cases = [
    [share, 0.5, 0.49975],
    [share, 0.9996, 0.5],
    [share, 0.0004, 0.00048],
    [
      share,
      1 / 8,
      0.125,
    ],
    [mean, 1234567.25, 1234567.4],
    [mean, 1234567.25, 1234567.25],
    [mean, 2e6, 1234567.4],
  ] as const;
  for (const [row, amount, used] of cases) {
    const told = { ...row, amount, used }, percent = row === share ? 100 : 1;
    const [usedText, amountText] = [usedInWords(used, told), amountInWords(told)];
    assertAlmostEquals(inNumbers(amountText), percent * amount, 1e-9);
    assertEquals(side(inNumbers(usedText), inNumbers(amountText)), side(used, amount), usedText);
  }
  assertEquals(
    shortOrBeyond({ ...share, amount: 0.5, used: 0.49975, missed: 1, unit_cost: null }),
    "49.98 % of at least 50.0 %, 1 offer missing",
  );
});
