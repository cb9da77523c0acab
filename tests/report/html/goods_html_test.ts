import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { goodsHtml } from "../../../lib/report/html/goods_html.ts";
import { splitGoods } from "../../../lib/woptim/goods.ts";

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
