import { assert, assertEquals, assertMatch } from "../../../lib/deps/std_assert.ts";
import { renderSvg } from "../../../lib/deps/vega.ts";
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

Deno.test("a comparison's legends show the files' names whole, below each other where they are long", async () => {
  const ids = ["1", "2", "3"], sides = ["greedy", "assignments of week 31"] as const;
  const drop = Drop.from({
    users: ids.map((id) => ({ id, group: `g${id}` })),
    contracts: ["s", "t"].map((id) => ({ id, cap: 3, sponsored: id === "s" })),
    groups: ids.map((id) => ({ id: `g${id}`, ratio: 0 })),
    pairs: ids.flatMap((user) => ["s", "t"].map((contract) => ({ user, contract, score: 1 }))),
  });
  const few = await allocate(drop, { k: 1, maxSponsoredRatio: 0 }),
    most = await allocate(drop, { k: 1 });
  const { facts } = report(drop, few).compare(report(drop, most), sides);
  const charts = compareCharts(facts);
  const ratios = await renderSvg(charts.group_ratios);
  assert(ratios.includes(`minimum met in ${sides[1]}<`), "a word of the legend is cut");
  assertMatch(JSON.stringify(charts.contracts), /"legend":{"columns":1}/);
  assertMatch(JSON.stringify(charts.group_ratios), /"legend":{[^}]*"columns":1/);
});

Deno.test("a comparison says how many contracts and groups differ, and which are drawn of more", async () => {
  const of = async (n: number) => {
    const ids = Array.from({ length: n }, (_, i) => `${i}`);
    const drop = Drop.from({
      users: ids.map((id) => ({ id, group: `g${id}` })),
      contracts: ids.map((id) => ({ id: `c${id}`, cap: 1, sponsored: false })),
      groups: [...ids, "none"].map((id) => ({ id: `g${id}`, ratio: 0 })),
      pairs: ids.map((user) => ({ user, contract: `c${user}`, score: 1 })),
    });
    const none = report(drop, await allocate(drop, { covW: [-9] }));
    const charts = compareCharts(none.compare(report(drop, await allocate(drop))).facts);
    return [charts.contracts.description, charts.group_people?.description];
  };
  const [one] = await of(1);
  assert(one.startsWith("1 contract differs. c0: "), one);
  const [three, groups] = await of(3);
  assert(three.startsWith("3 contracts differ. c0: "), three);
  assert(groups?.includes(", in 3 groups. g0: "), groups);
  const [many, ofMany] = await of(20);
  assert(many.startsWith("The 12 of 20 contracts that differ most. "), many);
  assert(ofMany?.includes(", in the 12 groups with most changes of 20. "), ofMany);
});
