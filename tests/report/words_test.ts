import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import {
  aligned,
  alignedDown,
  alignedUp,
  count,
  figure,
  figureBeside,
  figureDown,
  figureUp,
  ifNothingWereScarce,
  percent,
  percentBeside,
  shortIds,
  total,
} from "../../lib/report/words.ts";
import { gapInPercent, gapInWords } from "../../lib/report/proof_words.ts";
import { changeInPercent } from "../../lib/report/signed.ts";

const column = (values: (number | null)[], digits?: number) => values.map(aligned(values, digits));

Deno.test("words: numbers of a column have their points below each other", () => {
  assertEquals(column([1.9, 0.8717, 0, null]), ["1.900", "0.872", "0", "–"]);
  assertEquals(column([0.5, 0.05]), ["0.50", "0.05"]);
  assertEquals(column([10, 3]), ["10", "3"]);
  assertEquals(column([2093.29, 2337.5], 6), ["2,093.29", "2,337.50"]);
  assertEquals(column([25094.01, 2.25], 6), ["25,094.0", "2.3"]);
  assertEquals(column([742957.59, 1234.5]), ["742,958", "1,235"]);
  assertEquals(column([-0.25, 0.00001, -0.00001]), ["−0.25", "<0.01", ">−0.01"]);
  assertEquals(column([]), []);
  assertEquals(column([1e-9]), ["1.000e-9"]);
});

Deno.test('words: a column of what is "at most" has no number below what it is of, and none a digit above', () => {
  for (const scale of [1e-9, 1e-4, 0.37, 12, 4711, 3e8, 2e16]) {
    for (let i = 1; i <= 50; i++) {
      const values = [scale, scale * (i / 50) ** 3, 0], show = alignedUp(values);
      for (const value of values) {
        const text = show(value), number = Number(text.replaceAll(/[,<]/g, ""));
        const digits = text.split("e")[0].split(".")[1]?.length ?? 0;
        const exponent = Number(text.split("e")[1] ?? 0);
        assert(number >= value * (1 - 1e-12), `${text} of ${value}`);
        const step = 10 ** (exponent - digits) * (1 + 1e-9);
        assert(number - value <= step, `${text} of ${value}`);
        const below = alignedDown(values)(value), lower = Number(below.replaceAll(",", ""));
        if (below.startsWith("<")) assert(value < Number(below.slice(1)), `${below} of ${value}`);
        else {
          assert(
            lower <= value * (1 + 1e-12) && value - lower <= 10 * step,
            `${below} of ${value}`,
          );
        }
      }
    }
  }
  assertEquals([1.9, 0.87, null].map(alignedUp([1.9, 0.87, null])), ["1.90", "0.87", "–"]);
});

Deno.test("words: counts have separators as far as doubles have digits, and no more", () => {
  assertEquals([0, 999, 1e3, 1234567, 2 ** 53].map(count), [
    ...["0", "999", "1,000", "1,234,567", "9,007,199,254,740,992"],
  ]);
  assertEquals([1e21, 1.0000000001234568e21, 1e300].map(count), [
    ...["1.000e+21", "1.000e+21", "1.000e+300"],
  ]);
});

Deno.test("words: large figures have no more decimals than say something", () => {
  assertEquals(figure(742957.594), "742,958");
  assertEquals(figure(1942.965006), "1,942.97");
  assertEquals([figure(-2), figure(-2e-15), figure(-2e20)], ["−2", "−2.000e-15", "−2.000e+20"]);
  assertEquals([total(203971.513), total(669831938.05), total(2093.2937), total(0.5)], [
    "203,971.51",
    "669,831,938",
    "2,093.29",
    "0.5",
  ]);
});

Deno.test("words: what is said to be the most is rounded up, at every size", () => {
  assertEquals(
    [0.0121, 0.012, 12345.671, 1.0001e9, 1.21e20, 1.21e-9, -0.0129, 0].map((v) => figureUp(v, 2)),
    ["0.013", "0.012", "12,345.68", "1,000,100,000", "1.3e+20", "1.3e-9", "−0.012", "0"],
  );
  assertEquals(gapInPercent(1.2345e-4), "0.013 %");
  assertEquals(
    gapInWords(-10, -9.8766),
    "no allocation's objective can be more than 0.13 higher",
  );
  for (let i = 0; i < 2000; i++) {
    const value = (1 + i / 7) * 10 ** (i % 40 - 20);
    const shown = Number(figureUp(value, 3).replaceAll(",", ""));
    assert(shown >= value * (1 - 1e-11) && shown <= value * 1.0101, String(value));
  }
});

Deno.test("words: a share is not rounded to nothing or to all, from either side", () => {
  assertEquals([0, 0.0004, 0.9996, 1, 1.0004, 1.0006].map((share) => percent(share)), [
    "0.0 %",
    "<0.1 %",
    "99.9 %",
    "100.0 %",
    ">100.0 %",
    "100.1 %",
  ]);
  assertEquals([1.0004, 0.9996].map((share) => percentBeside(share, 1)), ["100.04 %", "99.9 %"]);
  assertEquals([0.0004, 1.0004, -1.0004].map((share) => changeInPercent(share)), [
    "+0.04 %",
    "+100 %",
    "−100 %",
  ]);
});

Deno.test("words: what so many are said to reach is rounded down, at every size", () => {
  assertEquals(
    [0.0128, 0.012, 12345.679, 1.21e-9, -0.0129, -2, 0].map((v) => figureDown(v, 2)),
    ["0.012", "0.012", "12,345.67", "1.2e-9", "−0.013", "−2", "0"],
  );
  for (let i = 0; i < 2000; i++) {
    const value = (1 + i / 7) * 10 ** (i % 40 - 20);
    const shown = Number(figureDown(value, 3).replaceAll(",", ""));
    assert(shown <= value * (1 + 1e-11) && shown >= value / 1.0101, String(value));
  }
});

Deno.test("words: shortened ids stay different, and whole where only their middles differ", () => {
  const one = `0x${"1".repeat(40)}`, two = `0x${"1".repeat(20)}2${"1".repeat(19)}`;
  assertEquals(shortIds([one, "north"]), ["0x111111…1111", "north"]);
  assertEquals(shortIds([one, two]), [one, two]);
  // No half of a pair of surrogates is left over.
  assertEquals(shortIds(["🍕".repeat(20)]), [`${"🍕".repeat(8)}…${"🍕".repeat(4)}`]);
});

Deno.test("what a user would have if nothing were scarce counts no pins, and says so of a user who has one", () => {
  assertEquals(ifNothingWereScarce({ options: [{}, {}] }), "if nothing were scarce");
  assertEquals(
    ifNothingWereScarce({ options: [{}, { pinned: true }] }),
    "if nothing were scarce or pinned",
  );
});

Deno.test("words: a figure beside the one asked for is seen on its side of it, however near", () => {
  const inNumber = (text: string) => Number(text.replaceAll(/[, %]/g, "").replace("−", "-"));
  for (let digits = 1; digits <= 6; digits++) {
    for (const asked of [0.5, 0.9996, 0.0004, 0.12345]) {
      for (const sign of [-1, 0, 1]) {
        const share = asked + sign * 0.4 * 10 ** -digits;
        if (share < 0 || share > 1) continue;
        const text = percentBeside(share, asked), shown = inNumber(text);
        assert(sign === 0 || !(Math.abs(shown - 100 * asked) < 1e-9), `${text} beside ${asked}`);
        assert(sign * (shown - 100 * asked) >= -1e-9 || Number.isNaN(shown), `${text} ${asked}`);
      }
    }
    for (const asked of [1234567.25, -3.5, 12, 1e9]) {
      for (const sign of [-1, 0, 1]) {
        const value = asked + sign * 0.4 * 10 ** (3 - digits) * (asked === 1e9 ? 10 : 1);
        const shown = inNumber(figureBeside(value, asked));
        assertEquals(Math.sign(shown - asked), sign, `${figureBeside(value, asked)} ${asked}`);
      }
    }
  }
  assertEquals(percentBeside(0.0001, 0.0004), "0.01 %");
  assertEquals(percentBeside(0.0001, 0.5), "<0.1 %");
  assertEquals(percentBeside(0, 0), "0.0 %");
});
