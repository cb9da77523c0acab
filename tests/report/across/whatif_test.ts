import type { Allocation } from "../../../lib/allocator/model/allocation.ts";
import {
  applyScenario,
  type Scenario,
  type SolvedScenario,
  whatIf as whatIfSolved,
} from "../../../lib/allocator/explain/whatif.ts";
import { type DomElement, parseDocument } from "../../../lib/deps/linkedom.ts";
import { allocate, Drop, type DropInput, UsageError, whatIf as whatIfOf } from "../../../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { unicodeWidth } from "../../../lib/deps/std_cli.ts";
import { renderSvg } from "../../../lib/deps/vega.ts";
import { whatIfCharts } from "../../../lib/report/charts/whatif_charts.ts";
import {
  changesInWords,
  groupsUnder,
  lostToStability,
  type ScenarioFacts,
  whatIfFacts,
  worthLostInWords,
} from "../../../lib/report/facts/compare/whatif_facts.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import { whatIfHtml } from "../../../lib/report/html/whatif_html.ts";
import { relativeChange, whatIfCsv, whatIfText } from "../../../lib/report/text/whatif_text.ts";
import { smallAllocation, smallDrop, smallPolicy } from "../../support/report_drop.ts";
import { assertSnapshot } from "../../support/snapshot.ts";

/** A scenario with an allocation given, as if solved in a quarter of a second. */
function solved(scenario: Scenario, allocation: Partial<Allocation> = {}): SolvedScenario {
  const { instance, policy } = applyScenario(smallDrop().instance, smallPolicy, scenario);
  return {
    scenario,
    instance,
    allocation: { ...smallAllocation(), policy, ...allocation },
    seconds: 0.25,
  };
}

const facts = whatIfFacts([
  solved({ name: "as it is" }),
  solved({ name: 'half, "more"', ratioScale: 0.5 }, {
    score: 3,
    objective: 2.5,
    shortfall: 1,
    // bob's t1 is gone, cy has t2 in place of s2.
    offerStart: Uint32Array.of(0, 1, 1, 2, 4, 5),
    offerPair: Uint32Array.of(0, 5, 6, 7, 8),
  }),
  solved({ name: "k = 4", k: 4 }, { timedOut: true, bound: null, gap: null }),
], "Small");

Deno.test("what if: facts of each scenario, with its own ratios and k", () => {
  const [first, half, k4] = facts.scenarios;
  assertEquals([first.fill_rate, half.fill_rate, k4.fill_rate], [0.6, 0.5, 0.3]);
  assertEquals([first.sponsored_user_share, half.sponsored_user_share], [0.4, 0.2]);
  assertEquals(half.users_without_offers, 1);
  assertEquals(half.groups.map((g) => [g.group_id, g.sponsorship_ratio, g.assignments]), [
    ["g1", 0.5, 1],
    ["g2", 0.25, 4],
  ]);
  assertThrows(() => whatIfFacts([]), RangeError);
});

Deno.test("what if: changes in words and in per cent", () => {
  assertEquals(
    changesInWords({
      name: "x",
      ratioScale: 0.8,
      setRatio: { G: 0.4, H: 0.9996 },
      capScale: { sponsored: 1.2, C: 1.5 },
      k: 4,
    }),
    "ratios × 0.8, ratio of G = 40.0 %, ratio of H = 99.96 %, cap of sponsored × 1.2, cap of C × 1.5, k = 4",
  );
  assertEquals(changesInWords({ name: "x" }), "");
  assertEquals([relativeChange(3, 2.4), relativeChange(1.2, 2.4), relativeChange(2, 2)], [
    "+25.0 %",
    "−50.0 %",
    "0.0 %",
  ]);
  // Of 0 and less nothing is a share.
  assertEquals([relativeChange(1, 0), relativeChange(0, 0), relativeChange(-1, -2)], [
    "+1",
    "0",
    "+1",
  ]);
});

Deno.test("what if: users missing are those of all groups, also where the model asks for none", async () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "a" }, { id: "bob", group: "b" }],
    contracts: [{ id: "t", cap: 2, sponsored: false }],
    groups: [{ id: "a", ratio: 1 }, { id: "b", ratio: 1 }],
    pairs: ["ann", "bob"].map((user) => ({ user, contract: "t", score: 0.5 })),
  });
  const scenarios = [{ name: "as it is" }, { name: "k = 1", k: 1 }];
  for (const model of ["uniform", "coverage"] as const) {
    const { facts } = await whatIfOf(drop, scenarios, { model });
    for (const { shortfall, groups } of facts.scenarios) {
      assertEquals([shortfall, ...groups.map((g) => g.shortfall)], [2, 1, 1], model);
    }
    const isFree = model === "coverage";
    assertEquals(whatIfText(facts).includes("does not ask for those missing"), isFree);
    assertEquals((await whatIfHtml(facts)).includes("does not ask for the minima"), isFree);
  }
});

/** Three users who hold up to 30 offers of 0.9 and must hold a sponsored one of 0.5, of which there are too few. */
function short(options: Partial<DropInput> = {}): Drop {
  const others = Array.from({ length: 30 }, (_, i) => `t${i}`);
  const users = ["ann", "bob", "cy"].map((id) => ({ id, group: "north" }));
  return Drop.from({
    users,
    contracts: [
      { id: "s", cap: 1, sponsored: true },
      ...others.map((id) => ({ id, cap: 9, sponsored: false })),
    ],
    groups: [{ id: "north", ratio: 1 }],
    pairs: users.flatMap(({ id: user }) => [
      { user, contract: "s", score: 0.5 },
      ...others.map((contract) => ({ user, contract, score: 0.9 })),
    ]),
    ...options,
  });
}

Deno.test("what if: says the shortfall price that all scenarios are compared at, which may be above their own", async () => {
  const asItIs = { name: "as it is" }, more = { name: "k = 30", k: 30 };
  const own = (await allocate(short())).shortfallPrice;
  const both = await whatIfOf(short(), [asItIs, more]);
  const prices = both.facts.scenarios.map((s) => s.shortfall_price);
  assertEquals([own, prices], [10, [100, 100]]);
  const line = "shortfall price in every scenario: 100 for each user missing";
  assertStringIncludes(both.text(), `\n${line}\n`);
  assertStringIncludes(await both.html(), line);
  assertMatch(both.csv(), /,shortfall_price\n.*,100\n.*,100\n$/);
  // Of one's own, they differ; where nothing is missed, or nothing is asked for, there is none.
  const asked = { name: "cheap", policy: { shortfallPrice: 0.25 } };
  assertStringIncludes(
    (await whatIfOf(short(), [asItIs, asked])).text(120),
    "\nshortfall prices for each user missing differ: 10 in as it is, 0.25 in cheap\n",
  );
  const none = { name: "none", ratioScale: 0 };
  for (
    const free of [
      await whatIfOf(short(), [none]),
      await whatIfOf(short(), [asItIs], { model: "coverage" }),
    ]
  ) {
    assertEquals(free.facts.scenarios[0].shortfall_price, undefined);
    assert(!`${free.text()}${free.csv()}`.includes("shortfall price"));
  }
  const limits = [{ limit: "s", where: { contract_address: "s" }, atLeast: 3 }];
  const least = await whatIfOf(short({ limits }), [none, { ...none, name: "k = 2", k: 2 }]);
  assertStringIncludes(
    least.text(120),
    "\nshortfall price in every scenario: 10 for each user missing and each unit of a least that has no price of its own\n",
  );
});

Deno.test("what if: beside a worth of 0 no share is lost, and none is shown", () => {
  const worth = [0, -3].map((objective_before_cost) => ({
    stability: { objective_before_cost },
  })) as unknown as ScenarioFacts[];
  assertEquals(worth.map((s) => worthLostInWords({ scenarios: worth }, s)), ["–", "–"]);
});

Deno.test("what if: table and CSV as kept, no line wider than the terminal", async () => {
  await assertSnapshot("whatif.txt", whatIfText(facts, { width: 100 }));
  await assertSnapshot("whatif.csv", whatIfCsv(facts));
  for (const width of [40, 60, 80]) {
    const wide = whatIfText(facts, { width }).split("\n").filter((l) => unicodeWidth(l) > width);
    assertEquals(wide, []);
  }
});

Deno.test("what if: charts compile and hold the scenarios", async () => {
  const charts = whatIfCharts(facts);
  assertEquals(Object.keys(charts), ["trade_off", "shortfall", "group_change"]);
  // A legend has the words that occur.
  const alone = whatIfCharts({ ...facts, scenarios: facts.scenarios.slice(0, 1) }).trade_off;
  for (
    const [spec, domain] of [[charts.trade_off, ["as it is", "scenario"]], [alone, ["as it is"]]]
  ) {
    assertStringIncludes(JSON.stringify(spec), `"domain":${JSON.stringify(domain)}`);
  }
  assertEquals(charts.trade_off.data.values.map((v) => [v.sponsored_share, v.score]), [
    [0.4, 2.4],
    [0.2, 3],
    [0.4, 2.4],
  ]);
  assertEquals(charts.shortfall.data.values.map((v) => v.users_missing), [2, 1, 2]);
  for (const spec of Object.values(charts)) {
    assertMatch(await renderSvg(spec), /^<svg /);
    assertMatch(spec.description, /\.$/);
  }
});

Deno.test("what if: axes of shares end where shares do", () => {
  const domains = (shares: number[]) => {
    const scenarios = facts.scenarios.map((scenario, i) => ({
      ...scenario,
      sponsored_user_share: shares[i],
      stability: { users_changed_share: shares[i], objective_before_cost: 1 },
    })) as ScenarioFacts[];
    const { trade_off, stability } = whatIfCharts({ ...facts, scenarios });
    return [trade_off, stability].flatMap((spec) =>
      Array.from(JSON.stringify(spec.layer).matchAll(/"domain":\[([^"\]]*)\]/g))
        .flatMap(([, ends]) => ends.split(",").map(Number))
    );
  };
  for (const shares of [[0, 0.9, 1], [0.97, 0.98, 1], [0, 0, 0], [1, 1, 1]]) {
    const ends = domains(shares);
    assert(ends.length > 0);
    assertEquals(ends.filter((end) => !(end >= 0 && end <= 1)), []);
  }
});

Deno.test("what if: steps of the axis of shares are told apart, however near the shares are", async () => {
  const shares = [0.5622, 0.5623, 0.5622];
  const scenarios = facts.scenarios.map((scenario, i) => ({
    ...scenario,
    sponsored_user_share: shares[i],
  }));
  const svg = await renderSvg(whatIfCharts({ ...facts, scenarios }).trade_off);
  const steps = Array.from(svg.matchAll(/>([\d.]+ %)</g), ([, text]) => text);
  assert(steps.length >= 3);
  assertEquals(steps, [...new Set(steps)]);
});

/** The text that ends farthest to the right in a picture, as wide as Vega takes letters of 12 pixels to be, and the picture's width. */
function rightEnd(svg: string): [end: number, width: number] {
  const moves: number[] = [], ends: number[] = [];
  for (const [, close, tag, attributes, text] of svg.matchAll(/<(\/?)(g|text)\b([^>]*)>([^<]*)/g)) {
    const move = Number(/translate\(([-\d.]+)/.exec(attributes)?.[1] ?? 0);
    if (tag === "g" && close === "") moves.push(move);
    if (tag === "g" && close !== "") moves.pop();
    if (!attributes.includes('text-anchor="start"')) continue;
    ends.push(moves.reduce((sum, x) => sum + x, move) + 0.8 * 12 * text.length);
  }
  return [Math.max(...ends), Number(/width="(\d+)"/.exec(svg)![1])];
}

Deno.test("what if: names beside points end within the picture, however long they are", async () => {
  for (const letters of [2, 8, 16, 18]) {
    for (const score of [6, 6e9]) {
      const scenarios = facts.scenarios.map((scenario, i) => ({
        ...scenario,
        name: `${i}${"x".repeat(letters)}`,
        score: score + i,
        sponsored_user_share: 0.3 + 0.1 * i,
      }));
      const [end, width] = rightEnd(
        await renderSvg(whatIfCharts({ ...facts, scenarios }).trade_off),
      );
      assert(width === 480 && end <= width, `${letters} letters end at ${end} of ${width}`);
    }
  }
});

Deno.test("what if: points in the same place bear their names beside each other, not on top of each other", () => {
  const named = (...names: string[]) => {
    const scenarios = names.map((name) => ({ ...facts.scenarios[0], name }));
    return whatIfCharts({ ...facts, scenarios }).trade_off.data.values.map((v) => v.label);
  };
  assertEquals(named("as it is", "a", "b"), ["as it is, a, b", "", ""]);
  assertEquals(named("as it is", "a", "b", "c"), ["as it is and 3 more", "", "", ""]);
  const labels = whatIfCharts(facts).trade_off.data.values.map((v) => v.label);
  const [first, other, same] = facts.scenarios.map(({ name }) => name);
  assertEquals(labels, [`${first}, ${same}`, other, ""]);
});

Deno.test("what if: a change too small for a decimal is said with digits of its own", () => {
  assertEquals([
    relativeChange(0.99988, 1),
    relativeChange(1.0000001, 1),
    relativeChange(1 + 1e-15, 1),
  ], [
    "−0.012 %",
    "+0.00001 %",
    "0.0 %",
  ]);
});

Deno.test("what if: page with the curve, the scenarios and the groups' differences", async () => {
  const page = await whatIfHtml(facts);
  const document = parseDocument(page);
  const all = (selector: string, within: DomElement = document) => [
    ...within.querySelectorAll(selector),
  ];
  assertEquals(document.title, "Small · Divvy what-if");
  assertEquals(
    document.querySelector("h1")!.textContent,
    "2 scenarios: Σ score 0.0 % to +25.0 % against “as it is”.",
  );
  assertEquals(all("figure svg.wide").length, 3);
  const [scenarios, scores, shares] = all("table.sortable").map((table) =>
    all("tbody tr", table).map((row) => all("th,td", row).map((cell) => cell.textContent))
  );
  assertEquals(scenarios.map((row) => row.slice(0, 3)), [
    ["as it is", "2.4", ""],
    ['half, "more"', "3.0", "+25.0 %"],
    ["k = 4", "2.4", "0.0 %"],
  ]);
  assertEquals(scores.map((row) => [row[0], row[3]]), [["g1", "−25.0 %"], ["g2", "+33.3 %"]]);
  assertEquals(shares.map((row) => [row[0], row[2], row[3]]), [
    ["g1", "50.0 %", "50.0 %"],
    ["g2", "33.3 %", "0.0 %"],
  ]);
  for (const element of all("[src],[href]")) {
    assertMatch(element.getAttribute("src") ?? element.getAttribute("href")!, /^(#|data:)/);
  }
});

Deno.test("what if: worth that differs by the rounding of sums is not called lost", () => {
  const of = (worth: number[]) => {
    const scenarios = worth.map((objective_before_cost) => ({
      stability: { objective_before_cost },
    })) as unknown as ScenarioFacts[];
    return scenarios.map((scenario) => lostToStability({ scenarios }, scenario));
  };
  assertEquals(of([-41.290800000000004, -41.2908]), [0, 0]);
  assertEquals(of([50, 49.5]), [0, 0.01]);
});

/** A drop of three groups in which dan alone may get more than one offer. */
const ofThree = Drop.from({
  users: [
    { id: "ann", group: "a", k: 1 },
    { id: "bob", group: "b", k: 1 },
    { id: "cy", group: "c", k: 1 },
    { id: "dan", group: "c" },
  ],
  contracts: [{ id: "s", cap: 4, sponsored: true }, { id: "t", cap: 4, sponsored: true }],
  groups: ["a", "b", "c"].map((id) => ({ id, ratio: 0 })),
  pairs: ["ann", "bob", "cy", "dan"].flatMap((user, u) => [
    { user, contract: "s", score: 0.1 * (u + 1) },
    { user, contract: "t", score: 0.05 },
  ]),
});

Deno.test("what if: where users have a k of their own, slots are theirs", async () => {
  const { facts: { scenarios: [{ fill_rate, assignments }] } } = await whatIfOf(
    ofThree,
    [{ name: "k = 2", k: 2 }],
  );
  assertEquals([fill_rate, assignments], [1, 5]);
});

Deno.test("what if: a group that bans leave no user stands beside itself, with nothing", async () => {
  const scenarios = [{ name: "as it is" }, { name: "no a", bans: [{ group: "a" }] }];
  const { facts } = await whatIfOf(ofThree, scenarios);
  const document = parseDocument(await whatIfHtml(facts));
  const rows = [...document.querySelectorAll("#groups tbody tr")]
    .map((row) => [...row.querySelectorAll("td, th")].map((cell) => cell.textContent.trim()));
  // The chart has a table of its own before these two.
  const [score, share] = [rows.slice(-6, -3), rows.slice(-3)];
  assertEquals(score.map(([group, , , change]) => [group, change]), [
    ["a", "−100.0 %"],
    ["b", "0.0 %"],
    ["c", "0.0 %"],
  ]);
  assertEquals(share.map(([group, , , now]) => [group, now]), [
    ["a", "–"],
    ["b", "100.0 %"],
    ["c", "100.0 %"],
  ]);
  const { group_change: { data } } = whatIfCharts(facts) as unknown as {
    group_change: { data: { values: { group: string; change: number }[] } };
  };
  assertEquals(data.values.map(({ group, change }) => [group, change]), [["a", -0.1]]);
  // The legend has the words that occur.
  assertStringIncludes(JSON.stringify(whatIfCharts(facts).group_change), '"domain":["loses"]');
  // And the other way round, where the first has fewer groups than the others.
  const [all, without] = facts.scenarios;
  assertEquals(groupsUnder([without, all]).map(({ under }) => under[0]?.users ?? 0), [0, 1, 2]);
});

Deno.test("what if: a cap of 0 is used up, and a factor of contracts that there are none of is refused as such", async () => {
  const { instance } = ofThree, scenario = { name: "no s", setCap: { s: 0 } };
  const [{ instance: changed, allocation }] = await whatIfSolved(instance, defaultPolicy, [
    scenario,
  ]);
  const { contracts } = reportFacts(new Drop(changed, ofThree.input), allocation);
  assertEquals(contracts.map((c) => [c.contract_address, c.utilization]), [["s", 1], ["t", 1]]);
  assertThrows(
    () => applyScenario(instance, defaultPolicy, { name: "x", capScale: { unsponsored: 2 } }),
    UsageError,
    "the drop has no unsponsored contract",
  );
});

Deno.test("what if: bans that leave previous offers only leave nothing that --max-changed could count", async () => {
  const few = Drop.from({
    users: ["ann", "bob"].map((id) => ({ id, group: "g" })),
    contracts: [{ id: "s", cap: 2, sponsored: true }, { id: "t", cap: 2, sponsored: true }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: ["ann", "bob"].flatMap((user) =>
      ["s", "t"].map((contract) => ({ user, contract, score: contract === "s" ? 0.4 : 0.5 }))
    ),
    previous: ["ann", "bob"].map((user) => ({ user, contract: "s" })),
  }, { maxChanged: 1 });
  const { facts } = await whatIfOf(few, [
    { name: "as it is" },
    { name: "no t", bans: [{ contract: "t" }] },
  ], { k: 1 });
  assertEquals(facts.scenarios.map(({ score, assignments }) => [score, assignments]), [
    [0.9, 2],
    [0.8, 2],
  ]);
});

Deno.test("what if: the page says which scenarios miss limits, and which were stopped", async () => {
  const rows = (page: string) => {
    const table = parseDocument(page).querySelector("table.sortable")!;
    return [...table.querySelectorAll("tr")]
      .map((row) => Array.from(row.querySelectorAll("th,td"), (cell) => cell.textContent));
  };
  const column = (title: string, [titles, ...cells]: (string | null)[][]) =>
    cells.map((row) => row[titles.indexOf(title)]);
  const plainRows = rows(await whatIfHtml(facts));
  assertEquals(column("Time", plainRows), ["0.25 s", "0.25 s", "0.25 s, stopped"]);
  assert(!plainRows[0].includes("Limits missed"));
  const limited = Drop.from({
    users: [{ id: "u", group: "g" }],
    contracts: [{ id: "a", cap: 1, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: [{ user: "u", contract: "a", score: 1 }],
    limits: [{ limit: "one", per: ["contract_address"], atLeast: 1 }],
  });
  const none = { name: "none", setCap: { a: 0 } };
  const scenarios = await whatIfOf(limited, [{ name: "as it is" }, none]);
  assertEquals(column("Limits missed", rows(await scenarios.html())), ["0", "1"]);
});
