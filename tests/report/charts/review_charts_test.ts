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
