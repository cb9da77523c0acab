import { split } from "../../lib/woptim/split.ts";
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { goodsJson, splitJson } from "../../lib/report/split_json.ts";

/** So many people, whose names hold what ends lines in JSON, in texts and in JavaScript. */
function requirementsOf(people: number) {
  return Array.from({ length: people }, (_, i) => ({
    name: `p${i}\n\u2028\u2029\r.`,
    interval: [0, null] as const,
    target: 1,
  }));
}

Deno.test("splitJson is JSON.stringify's text, in pieces", () => {
  const result = split({ total: 20_001, requirements: requirementsOf(20_001) });
  const pieces = [...splitJson(result)];
  assert(pieces.length > 3);
  assertEquals(pieces.join(""), JSON.stringify(result, null, 2) + "\n");
});

Deno.test("goodsJson is JSON.stringify's text of all goods", () => {
  const goods = ["tea", "pie\u2028"].map((good, i) => ({
    good,
    ...split({ total: 2 + i, requirements: requirementsOf(2) }),
  }));
  assertEquals([...goodsJson(goods)].join(""), JSON.stringify({ goods }, null, 2) + "\n");
});
