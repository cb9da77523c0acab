import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { reportHtml } from "../../../lib/report/html/html.ts";
import { unicodeWidth } from "../../../lib/deps/std_cli.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import { colored } from "../../../lib/report/text/terminal.ts";
import { reportText } from "../../../lib/report/text/text.ts";
import { randomDrop, smallAllocation, smallDrop } from "../../support/report_drop.ts";
import { assertSnapshot } from "../../support/snapshot.ts";

const small = reportFacts(smallDrop(), smallAllocation(), {
  title: "Small",
  timings: { read_s: 0.25, solve_s: 0.5, total_s: 0.8 },
  warnings: ["a warning"],
});
const larger = () => {
  const { drop, allocation } = randomDrop({ seed: 7, users: 400, contracts: 40, groups: 25 });
  return reportFacts(drop, allocation);
};

Deno.test("the report of a small drop as text is the one kept", async () => {
  await assertSnapshot("report_small.txt", reportText(small));
});

Deno.test("report as text: more rows than are listed", async () => {
  await assertSnapshot("report_random.txt", reportText(larger()));
});

Deno.test("report as text: lines keep to narrow terminals", () => {
  for (const facts of [small, larger()]) {
    for (const width of [40, 60, 100]) {
      const lines = reportText(facts, { width }).split("\n");
      assertEquals(lines.filter((line) => unicodeWidth(line) > width), [], `width ${width}`);
    }
  }
});

Deno.test("report as text: emphasis only where it is asked for", () => {
  assert(!reportText(small).includes("\x1b"));
  assert(reportText(small, { style: colored }).includes("\x1b[1m"));
});

Deno.test("a ratio is told as it was asked for, and what was reached on its side of it", async () => {
  const users = Array.from({ length: 2000 }, (_, i) => ({ id: `u${i}`, group: "g" }));
  const drop = Drop.from({
    users,
    contracts: [{ id: "tea", cap: 999, sponsored: true }],
    groups: [{ id: "g", ratio: 0.49996 }],
    pairs: users.map(({ id }) => ({ user: id, contract: "tea", score: 1 })),
  });
  const facts = reportFacts(drop, await allocate(drop, { solver: "greedy", k: 1 }));
  const [, row] = /Largest groups\n.*\n(.*)\n/.exec(reportText(facts))!;
  assertEquals(row.trim().split(/\s{2,}/).slice(0, 5), ["g", "2,000", "49.996 %", "49.95 %", "1"]);
  const page = await reportHtml(facts);
  for (const told of ["49.996 %", "49.95 %"]) assertStringIncludes(page, told);
});
