import {
  judgedShare,
  leftBesidePins,
  unitsOfText,
  worthOfLimits,
} from "../../../lib/allocator/check/exact_bound.ts";
import { LimitPrices } from "../../../lib/allocator/check/limit_prices.ts";
import { DeclaredLimits } from "../../../lib/allocator/check/limits.ts";
import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("exact bound: a text is the units that it names, or none", () => {
  assertEquals([unitsOfText("1.25", 2), unitsOfText("-1.25", 3)], [125n, -1250n]);
  assertEquals([unitsOfText("1.25", 1), unitsOfText("1.5", 0), unitsOfText("3", 0)], [
    null,
    null,
    3n,
  ]);
  assertEquals([unitsOfText("1200", -2), unitsOfText("1250", -2), unitsOfText("0", -2)], [
    12n,
    null,
    0n,
  ]);
  for (const text of ["", "1e3", ".5", "1.", "+1", "0x1", "one"]) {
    assertEquals(unitsOfText(text, 3), null, text);
  }
});

Deno.test("exact bound: a share is as it is told, but where a smaller one is let pass", () => {
  const of = (share: number, offers: number) => {
    const { top, bottom } = judgedShare(share, offers);
    return Number(top) / Number(bottom);
  };
  assertEquals([of(0.5, 10), of(0.5, 49_999_999), of(0.25, 4_999_999)], [0.5, 0.5, 0.25]);
  for (const [share, offers] of [[0.5, 50_000_000], [0.25, 5_000_000], [1 / 3, 3], [0.5, 1e12]]) {
    const judged = of(share, offers), expected = share * (1 - 1e-9);
    assert(judged < share && Math.abs(judged - expected) < 2e-15, `${share}: ${judged}`);
  }
});

Deno.test("exact bound: of an amount pins leave what they do not count, and no less than nothing", () => {
  const of = (amount: number, ...counted: number[]) => {
    const { top, bottom } = leftBesidePins(amount, counted);
    return [Number(top), Number(bottom)];
  };
  const [half, ten] = [of(2.5), of(10)];
  assertEquals([half[0] / half[1], ten[0] / ten[1]], [2.5, 10]);
  // A least below 0 stays one without pins.
  assert(of(-1)[0] < 0);
  assertEquals([of(2.5, 1, 0.25), of(1, 0.5, 0.5), of(1, 0.75, 0.5)], [[125, 100], [0, 10], [
    0,
    100,
  ]]);
  assertEquals(of(0.125, 0.1), [25, 1000]);
});

Deno.test("exact bound: limits are worth their price × amount, rounded up, and shares nothing", () => {
  const worth = (limit: Omit<LimitInput, "limit">, price: bigint) => {
    const { instance } = Drop.from({
      users: [{ id: "u", group: "g" }],
      contracts: [{ id: "c", cap: 1, sponsored: false, attributes: { cost: 1 } }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: [{ user: "u", contract: "c", score: 0.5 }],
      limits: [{ limit: "l", ...limit }],
    });
    return worthOfLimits(new LimitPrices(DeclaredLimits.of(instance)!, instance), [price]);
  };
  const counts = "cost";
  assertEquals([worth({ counts, atMost: 2.5 }, 3n), worth({ counts, atLeast: 2.5 }, 3n)], [
    8n,
    -7n,
  ]);
  assertEquals([worth({ atMost: 2 }, 3n), worth({ atLeast: 2 }, 3n), worth({ atMost: 2 }, 0n)], [
    6n,
    -6n,
    0n,
  ]);
  assertEquals(worth({ shareOf: "offers", atMost: 0.5 }, 3n), 0n);
});
