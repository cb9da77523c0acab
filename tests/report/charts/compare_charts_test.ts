import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { compareCharts } from "../../../lib/report/charts/compare_charts.ts";
import { allocate, Drop, report } from "../../../mod.ts";

Deno.test("a comparison of more groups than are drawn says how many are drawn", async () => {
  const ids = Array.from({ length: 700 }, (_, i) => `${i}`);
  const drop = Drop.from({
    users: ids.map((id) => ({ id, group: `g${id}` })),
    contracts: [{ id: "s", cap: 9, sponsored: true }, { id: "t", cap: 700, sponsored: false }],
    groups: ids.map((id) => ({ id: `g${id}`, ratio: 0 })),
    pairs: ids.flatMap((user) => [
      { user, contract: "s", score: 1 },
      { user, contract: "t", score: 0.5 },
    ]),
  });
  const few = await allocate(drop, { k: 1, maxSponsoredRatio: 0 }),
    most = await allocate(drop, { k: 1 });
  const { facts } = report(drop, few).compare(report(drop, most), ["few", "most"]);
  const { description, data } = compareCharts(facts).group_ratios;
  assertEquals((data as { values: unknown[] }).values.length, 600);
  assert(`${description}`.endsWith(" The 600 largest groups are drawn."), `${description}`);
});
