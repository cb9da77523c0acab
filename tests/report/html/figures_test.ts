import type { VegaLiteSpec } from "../../../lib/deps/vega.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { figuresOf } from "../../../lib/report/html/figures.ts";

Deno.test("page: under a chart counts are whole, however large, and other numbers as the page writes them", async () => {
  const spec: VegaLiteSpec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: "Users",
    description: "Users by offers.",
    width: 100,
    height: 100,
    data: {
      values: [
        { offers: 3, users: 3_504_453, share: 2 / 3 },
        { offers: 0, users: 12, share: -4.5e-7 },
      ],
    },
    mark: "bar",
    encoding: {
      x: { field: "offers", type: "ordinal" },
      y: { field: "users", type: "quantitative" },
    },
  };
  const { users } = await figuresOf({ users: spec });
  const cells = Array.from(users!.text.matchAll(/<td class="n">([^<]*)</g), ([, text]) => text);
  assertEquals(cells, ["3", "3,504,453", "0.666667", "0", "12", "−4.5e-7"]);
});
