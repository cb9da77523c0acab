/** The charts of splits: everybody is counted once, whatever the units are like, and what is drawn is said. */
import { fc } from "../../../lib/deps/fast_check.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { renderSvg } from "../../../lib/deps/vega.ts";
import { splitChart } from "../../../lib/report/charts/split_chart.ts";
import { placesChart, unitsChart } from "../../../lib/report/charts/split_distribution.ts";
import { totalsChart } from "../../../lib/report/charts/totals_chart.ts";
import { splitBy } from "../../../lib/woptim/methods/split_by.ts";
import { totalsBy } from "../../../lib/woptim/methods/totals_by.ts";
import { split } from "../../../lib/woptim/split.ts";

function requirements(targets: readonly number[]) {
  return targets.map((target, i) => ({ name: `p${i}`, interval: [null] as const, target }));
}

/** Smaller numbers than splits take are 0. */
const orNothing = (value: number) => Math.abs(value) < 1e-100 ? 0 : value;

Deno.test("charts of splits: bars of a histogram count everybody once", () => {
  const targets = fc.array(
    fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(orNothing),
      fc.constantFrom(0, 1e-100, 1e100, 1e100 * (1 - Number.EPSILON), 7),
    ),
    { minLength: 1, maxLength: 200 },
  );
  fc.assert(
    fc.property(targets, (targets) => {
      const sum = orNothing(targets.reduce((a, b) => a + b, 0));
      const result = split({
        total: Math.min(1e100, Math.abs(sum)),
        requirements: requirements(targets),
      });
      for (const chart of [unitsChart(result), placesChart(result)!]) {
        const people = chart.data.values.map((row) => row.people as number);
        assertEquals(people.reduce((a, b) => a + b), targets.length);
        assert(people.length <= 80, `${people.length} bars`);
      }
    }),
    { numRuns: 200, seed: 11 },
  );
});

Deno.test("charts of splits: bars are of round width and are drawn", async () => {
  const result = split({ total: 4950, requirements: requirements([...Array(100).keys()]) });
  const chart = unitsChart(result), { values } = chart.data;
  assert(values.every((row) => Number(row.to) - Number(row.from) === 5), JSON.stringify(values));
  const svg = await renderSvg(chart);
  // Each bar is a mark of its own, with a tip.
  assertEquals(svg.match(/aria-roledescription="bar"/g)?.length, values.length);
});

Deno.test("charts of splits: sixty are drawn and the rest is said; claims have quotas", () => {
  const many = splitChart(split({ total: 500, requirements: requirements(Array(100).fill(5)) }));
  assertEquals(many.data.values.length, 60);
  assertStringIncludes(String(many.description), "The first 60 are drawn.");
  const votes = splitBy("webster", { total: 10, requirements: requirements([600, 400]) });
  const drawn = splitChart(votes);
  assertStringIncludes(String(drawn.description), "quota (tick)");
  assertEquals(drawn.data.values.map((row) => row.target), [6, 4]);
  assertEquals(placesChart(votes), null);
});

Deno.test("charts of splits: a bar that ends at the edge, though the interval does not, is said to", () => {
  const told = (interval: readonly [number | null, number | null]) =>
    splitChart(split({ total: 5, requirements: [{ name: "ann", interval, target: 4 }] }))
      .description;
  const said = "Bars of open or far bounds go to the edge.";
  assertStringIncludes(told([1, null]), said);
  assertStringIncludes(told([1, 1e9]), said);
  assert(!told([1, 9]).includes(said));
});

Deno.test("charts of splits: a line a person as the total moves, of many those that change most", () => {
  const n = 30, names = Array.from({ length: n }, (_, i) => `p${i}`);
  const column = (of: (i: number) => number) => Float64Array.from(names, (_, i) => of(i));
  const people = {
    names,
    lower: column(() => 0),
    upper: column((i) => i),
    target: column((i) => i),
  };
  const chart = totalsChart(totalsBy("woptim", people, [0, 100, 400], {}));
  const drawn = new Set(chart.data.values.map((row) => row.name));
  assertEquals([...drawn], names.slice(20));
  assertStringIncludes(String(chart.description), "The 10 of 30 people");
});

Deno.test("charts of totals: the legend shows names whole, as many beside each other as have room", async () => {
  const chartOf = (names: string[]) => {
    const of = (value: number) => new Float64Array(names.length).fill(value);
    const people = { names, lower: of(0), upper: of(9), target: of(1) };
    return totalsChart(totalsBy("woptim", people, [1, 9], {}));
  };
  const columns = (names: string[]) => /"columns":(\d)/.exec(JSON.stringify(chartOf(names)))![1];
  assertEquals(columns(["ann", "bob", "cy"]), "5");
  const long = ["Wilhelmina the Elder", "Wilhelmina the Younger"];
  assertEquals(columns(["Bartholomew", ...long]), "2");
  const svg = await renderSvg(chartOf(["Bartholomew", ...long]));
  for (const shown of ["Bartholomew", "Wilhelmi…lder", "Wilhelmi…nger"]) {
    assert(svg.includes(`>${shown}<`), shown);
  }
});
