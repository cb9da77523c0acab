import { assert, assertEquals, assertMatch } from "../../../lib/deps/std_assert.ts";
import { renderSvg } from "../../../lib/deps/vega.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import {
  choiceRankChart,
  offersPerUserChart,
  reportCharts,
} from "../../../lib/report/charts/charts.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import { themed } from "../../../lib/report/html/figures.ts";
import { palette } from "../../../lib/report/charts/palette.ts";
import { randomDrop, smallAllocation, smallDrop } from "../../support/report_drop.ts";

const charts = reportCharts(reportFacts(smallDrop(), smallAllocation()));

Deno.test("charts: every one has a title, a description in sentences and its numbers", () => {
  assertEquals(Object.keys(charts), [
    "offers_per_user",
    "choice_rank",
    "score_per_offer",
    "group_ratios",
    "group_shortfalls",
    "utilization",
    "contract_prices",
    "under_used",
    "capacity",
    "options_per_user",
  ]);
  for (const spec of Object.values(charts)) {
    assertMatch(spec.title, /^[A-Z]/);
    assertMatch(spec.description, /[a-z].*\.$/);
    assert(spec.data.values.length > 0);
    assertEquals(spec.$schema, "https://vega.github.io/schema/vega-lite/v6.json");
  }
});

Deno.test("charts: their numbers are the facts'", () => {
  assertEquals(charts.offers_per_user.data.values.map((v) => v.users), [0, 4, 1]);
  assertEquals(charts.group_shortfalls.data.values.map((v) => v.users_missing), [1, 1]);
  assertEquals(charts.contract_prices.data.values.map((v) => v.price), [0.5, 0.05]);
  assertEquals(charts.under_used.data.values[0].assigned, 1);
});

Deno.test("charts: what is all of the offers is called 100 %, though sums of their shares are less than 1", () => {
  const facts = reportFacts(smallDrop(), smallAllocation());
  const offers = [7, 2, 1], share = (n: number) => n / 10;
  const ranks = (counts: number[]) =>
    counts.map((n, i) => ({ from_rank: i + 1, to_rank: i + 1, offers: n, share: share(n) }));
  const describe = (counts: number[]) => {
    const users = { ...facts.users, choice_ranks: ranks(counts) };
    const assignments = counts.reduce((sum, n) => sum + n, 0);
    return choiceRankChart({ ...facts, users, totals: { ...facts.totals, assignments } })
      .description;
  };
  assert(offers.map(share).reduce((a, b) => a + b) < 1);
  assertMatch(describe(offers), / 70\.0 % of the offers .* 100\.0 % one of the first three\.$/);
  assertMatch(describe([0, 0, 0]), / There are no offers\.$/);
});

Deno.test("charts: those with nothing to show are left out", () => {
  const none = reportCharts(reportFacts(smallDrop(), {
    ...smallAllocation(),
    offerStart: new Uint32Array(6),
    offerPair: new Uint32Array(0),
    prices: null,
  }));
  assert(!("score_per_offer" in none) && !("contract_prices" in none));
});

Deno.test("charts: each compiles, and each row of numbers becomes a mark that can be seen", async () => {
  for (const [name, spec] of Object.entries(charts)) {
    const svg = await renderSvg(spec);
    const marks = [...svg.matchAll(/aria-roledescription="(?:bar|circle)"[^>]* d="([^"]*)"/g)];
    // Under-used contracts have a bar for the cap and one for what is assigned.
    const expected = spec.data.values.length * (name === "under_used" ? 2 : 1);
    assertEquals(marks.length, expected, name);
    // A histogram of rounded bars once came out with bars of no width.
    for (const [, path] of marks) assert(!/^M[^h]*h0v/.test(path), `${name}: ${path}`);
  }
});

Deno.test("charts: on a page no fixed colour is left, ids don't clash, and words stay", async () => {
  for (const [name, spec] of Object.entries(charts)) {
    const svg = themed(name, await renderSvg(spec));
    for (const colour of Object.values(palette)) {
      assert(!svg.includes(colour), `${name}: ${colour}`);
    }
    assert(!/(?:fill|stroke)="#[0-9a-f]{3,8}"/i.test(svg), `${name} has a colour of its own`);
    for (const [, id] of svg.matchAll(/ id="([^"]*)"/g)) assert(id.startsWith(`${name}-`), id);
  }
  const svg = themed("x", await renderSvg(charts.offers_per_user));
  assertMatch(svg, /data-tip="[^"]*Users: 4/);
  // Coordinates are rounded, words are not.
  const [price] = charts.contract_prices.data.values;
  Object.assign(price, { price: 0.68912, label: "0.68912" });
  const prices = themed("p", await renderSvg(charts.contract_prices));
  assertMatch(prices, />0\.68912<\/text>/);
  assertMatch(prices, /data-tip="[^"]*0\.689/);
  assert(!/ d="[^"]*\.\d{3}/.test(prices));
});

Deno.test("charts: ids that look alike when shortened keep bars of their own", () => {
  const facts = reportFacts(smallDrop(), smallAllocation());
  const id = (n: number) => `https://example.org/contracts/${n}/offers/of/this/week`;
  const contracts = facts.contracts.map((c, i) => ({ ...c, contract_address: id(i) }));
  const bars = reportCharts({
    ...facts,
    contracts,
    full_and_wanted: [id(0), id(2)],
    under_used_sponsored: [],
  })
    .contract_prices.data.values.map((v) => v.contract);
  assertEquals(new Set(bars).size, 2, bars.join());
});

Deno.test("charts: ratios are drawn where some group has one, ranks up to the last that occurs", () => {
  const facts = reportFacts(smallDrop(), smallAllocation());
  const free = { ...facts, totals: { ...facts.totals, groups_with_minimum: 0 } };
  assert(!("group_ratios" in reportCharts(free)));
  assertEquals(charts.choice_rank.data.values.map((v) => v.choice), ["1", "2", "3"]);
});

Deno.test("charts: the legend of minima has only the words that occur", () => {
  const facts = reportFacts(smallDrop(), smallAllocation());
  const wordsOf = (chart: unknown) =>
    /"scale":{"domain":(\["m[^\]]*\])/.exec(JSON.stringify(chart))?.[1];
  assertEquals(wordsOf(charts.group_ratios), '["missed"]');
  const met = { ...facts, groups: facts.groups.map((group) => ({ ...group, shortfall: 0 })) };
  assertEquals(wordsOf(reportCharts(met).group_ratios), '["met"]');
});

Deno.test("charts: legends of types have the types that there are", () => {
  const facts = reportFacts(smallDrop(), smallAllocation());
  const contracts = facts.contracts.map((c) => ({ ...c, is_sponsored: false, price: 1 }));
  const wanted = contracts.slice(0, 2).map((c) => c.contract_address);
  const { utilization, contract_prices } = reportCharts({
    ...facts,
    contracts,
    full_and_wanted: wanted,
  });
  for (const spec of [utilization, contract_prices]) {
    assertEquals(new Set(spec.data.values.map(({ type }) => type)), new Set(["unsponsored"]));
    const domains = [...JSON.stringify(spec).matchAll(/"domain":(\["[^\]]*\])/g)];
    assertEquals(domains.map(([, domain]) => domain), ['["unsponsored"]']);
  }
});

Deno.test("charts: of very many groups the largest are drawn, and that is said", () => {
  const { drop, allocation } = randomDrop({ seed: 3, users: 3000, contracts: 5, groups: 900 });
  const chart = reportCharts(reportFacts(drop, allocation)).group_ratios;
  assertEquals(chart.data.values.length, 600);
  assertMatch(chart.description, /600 largest groups are drawn/);
});

Deno.test("offers per user are told by k, and not as all where users have a k of their own", async () => {
  const told = async (k: number, own?: number) => {
    const drop = Drop.from({
      users: [{ id: "u", group: "g", k: own }, { id: "v", group: "g" }],
      contracts: ["a", "b", "c"].map((id) => ({ id, cap: 2, sponsored: false })),
      groups: [{ id: "g", ratio: 0 }],
      pairs: ["u", "v"].flatMap((user) =>
        ["a", "b", "c"].map((contract) => ({ user, contract, score: 1 }))
      ),
    });
    return offersPerUserChart(reportFacts(drop, await allocate(drop, { k }))).description;
  };
  assertEquals(
    await told(2),
    "2 users of 2 (100.0 %) have all 2 offers, everybody has at least one.",
  );
  assertEquals(await told(1), "2 users of 2 (100.0 %) have one offer, everybody has at least one.");
  assertEquals(await told(2, 3), "1 user of 2 (50.0 %) has 2 offers, everybody has at least one.");
});
