import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { goodsHtml } from "../../../lib/report/html/goods_html.ts";
import { splitHtml } from "../../../lib/report/html/split_html.ts";
import { splitGoods } from "../../../lib/woptim/goods.ts";
import { split as splitFrom } from "../../../lib/woptim/split.ts";

Deno.test("a page of several goods has each beside the others, and who gets what of each", async () => {
  const { goods } = splitGoods({
    goods: [{ name: "bread", total: 6, price: 3 }, { name: "milk", total: 9 }],
    requirements: [
      { name: "ann", good: "bread", interval: [0, 4], target: 4 },
      { name: "ben", good: "bread", interval: [0, 4], target: 2 },
      { name: "ann", good: "milk", interval: [0, 4], target: 3 },
    ],
  });
  const page = await goodsHtml(goods, { title: "wishes" });
  assertStringIncludes(
    page,
    "2 goods for 2 people: not everybody&#39;s interval is kept for 1 of them.",
  );
  for (const name of ["bread", "milk"]) assertStringIncludes(page, `Who gets what: ${name}`);
  const ids = Array.from(page.matchAll(/ id="([^"]*)"/g), ([, id]) => id);
  assertEquals(ids.length, new Set(ids).size, "an id stands twice");
});

Deno.test("a page of very many goods draws the first, and says how many it leaves out", async () => {
  const names = Array.from({ length: 32 }, (_, i) => `good ${i}`);
  const { goods } = splitGoods({
    goods: names.map((name) => ({ name, total: 1 })),
    requirements: names.map((good) => ({ name: "ann", good, interval: [0, 2], target: 1 })),
  });
  const page = await goodsHtml(goods, { title: "many" });
  assertStringIncludes(page, "2 more goods have no picture here");
  assert(page.includes("Who gets what: good 29") && !page.includes("Who gets what: good 30"));
});

Deno.test("pages of splits show prices with all of their digits, whatever the currency", async () => {
  const prices: [prices: number[], shown: string[], together: string][] = [
    [[12345678, 3], ["12,345,678", "3"], "12,345,681"],
    [[12345.678, 0.001], ["12,345.678", "0.001"], "12,345.679"],
    [[1234567.891, 0.1, 0.2], ["1,234,567.891", "0.1", "0.2"], "1,234,568.191"],
    [[1234567890123.125], ["1,234,567,890,123.125"], "1,234,567,890,123.125"],
  ];
  const requirements = [{ name: "ann", interval: [0, 4] as [number, number], target: 2 }];
  for (const [given, shown, together] of prices) {
    const goods = given.map((price, g) => ({ name: `good ${g}`, total: 1, price }));
    const people = goods.flatMap(({ name }) =>
      requirements.map((person) => ({ ...person, good: name }))
    );
    const page = await goodsHtml(
      splitGoods({ goods, requirements: people }, { currencyDigits: 3 }).goods,
      { title: "prices", currencyDigits: 3 },
    );
    assertStringIncludes(page, `>${together}<`);
    for (const price of shown) assertStringIncludes(page, `>${price}<`);
    for (const [g, price] of given.entries()) {
      const split = splitFrom({ total: 1, price, requirements }, { currencyDigits: 3 });
      const page = await splitHtml(split, { title: "price", currencyDigits: 3 });
      assertStringIncludes(page, `>${shown[g]}<`);
      assertStringIncludes(page, `price ${shown[g]}, ${shown[g]} a unit`);
    }
  }
});
