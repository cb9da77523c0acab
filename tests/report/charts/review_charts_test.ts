import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { reviewCharts } from "../../../lib/report/charts/review_charts.ts";
import { reviewFacts } from "../../../lib/report/facts/review/gather_review.ts";
import { reviewDataOf } from "../../../lib/review/review_input.ts";

Deno.test("a review of more groups than are drawn counts all of them, and says how many are drawn", () => {
  const ids = Array.from({ length: 700 }, (_, i) => `${i}`);
  const data = reviewDataOf({
    offers: ids.map((id) => ({ user: `u${id}`, contract: "c", sponsored: true })),
    selections: ids.slice(0, 300).map((id) => ({ user: `u${id}`, contract: "c" })),
    users: ids.map((id) => ({ id: `u${id}`, group: `g${id}` })),
    groups: ids.map((id) => ({ id: `g${id}`, ratio: 0.5 })),
  });
  const { description, data: drawn } = reviewCharts(reviewFacts(data)).sponsored_ratios;
  assertEquals((drawn as { values: unknown[] }).values.length, 1200);
  const said =
    "By selections 400 of 700 groups with a target lie below it. The 600 largest groups are drawn.";
  assert(`${description}`.endsWith(said), `${description}`);
});

/** The axes of a chart, wherever they are in it. */
function axesOf(spec: unknown): { format?: string }[] {
  if (typeof spec !== "object" || spec === null) return [];
  return Object.entries(spec).flatMap(([name, value]) =>
    name === "axis" && value !== null ? [value as { format?: string }] : axesOf(value)
  );
}

Deno.test("an axis of shares near 0 has decimals enough to tell its steps apart", () => {
  for (const users of [30, 3000, 300_000]) {
    const ids = Array.from({ length: users }, (_, i) => `u${i}`);
    const data = reviewDataOf({
      offers: ids.flatMap((user) => [
        { user, contract: "c", score: 2 },
        { user, contract: "d", score: 1 },
      ]),
      selections: [],
    });
    const { ranks } = reviewCharts(reviewFacts(data));
    const [format] = axesOf(ranks).flatMap(({ format }) => format?.endsWith("%") ? [format] : []);
    const decimals = Number(/\.(\d+)%/.exec(format)![1]);
    // The largest share's interval is about 3.84 / offers wide, and five steps are on the axis.
    const step = 3.84 / users / 5;
    assert(10 ** -(decimals + 2) <= 1.3 * step, `${users} users: ${format}`);
  }
});
