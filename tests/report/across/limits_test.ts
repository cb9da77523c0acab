/** Limits in the summary, the report's text and page, and the notebook. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
} from "../../../lib/deps/std_assert.ts";
import { parseDocument } from "../../../lib/deps/linkedom.ts";
import { Drop, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import type { StandingRow } from "../../../lib/allocator/explain/limit_rows.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { explain } from "../../../lib/api/explain.ts";
import { report } from "../../../lib/api/report.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { allocationFromTable } from "../../../lib/report/facts/read_allocation.ts";
import { previewFacts } from "../../../lib/report/facts/preview/preview_facts.ts";
import { reportCharts } from "../../../lib/report/charts/charts.ts";
import { limitUseChart } from "../../../lib/report/charts/limit_charts.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import {
  fullLimits,
  limitsInWords,
  missedInWords,
  missedLimits,
  unusedLimits,
} from "../../../lib/report/facts/limit_facts.ts";
import { lossesInWords } from "../../../lib/report/facts/report_totals.ts";
import { summarize } from "../../../lib/report/facts/summary.ts";
import { previewHtml } from "../../../lib/report/html/preview_html.ts";
import { reportHtml } from "../../../lib/report/html/html.ts";
import { allocationBundle } from "../../../lib/report/notebook.ts";
import { previewText } from "../../../lib/report/text/preview_text.ts";
import { summaryText } from "../../../lib/report/text/summary_text.ts";
import { reportText } from "../../../lib/report/text/text.ts";

import { rowsOf, tableOf } from "../../support/assignment_table.ts";
import { limitedDrop } from "../../support/limited_drop.ts";

const USERS = ["ann", "bob", "cyd", "dan"];

/** Four users who all want tea, then coffee; what limits name is told by the test. */
function small(limits: LimitInput[]): Drop {
  return Drop.from({
    users: USERS.map((id, i) => ({
      id,
      group: i < 2 ? "north" : "south",
      attributes: { segment: i % 2 === 0 ? "new" : "loyal" },
    })),
    contracts: [
      { id: "tea", cap: 3, sponsored: true, brand: "leaf" },
      { id: "coffee", cap: 4, sponsored: true, brand: "bean" },
      { id: "cocoa", cap: 4, sponsored: true, brand: "bean" },
    ],
    groups: [{ id: "north", ratio: 0 }, { id: "south", ratio: 0 }],
    pairs: [
      ...USERS.map((user, i) => ({ user, contract: "tea", score: 0.9 - i / 100 })),
      ...USERS.map((user, i) => ({ user, contract: "coffee", score: 0.5 - i / 100 })),
      { user: "ann", contract: "cocoa", score: 0.1 },
    ],
    limits,
  });
}

const LIMITS: LimitInput[] = [
  {
    limit: "leaf in a market",
    per: ["brand_id", "group_id"],
    atMost: 1,
    where: { brand_id: "leaf" },
  },
  { limit: "cocoa", atLeast: 3, where: { contract_address: "cocoa" } },
  { limit: "beans", atMost: 10, where: { brand_id: "bean" } },
  { limit: "nothing for loyal", atMost: 0, price: 0.01, where: { segment: "loyal" } },
];

const drop = small(LIMITS);
const allocation = await allocate(drop, { k: 1, covW: [0], sponsoredBonus: 0, gap: 0 });
const facts = reportFacts(drop, allocation);

Deno.test("facts: every row with its amount, use, price and status", () => {
  const { rows, families } = facts.limits!;
  assertEquals(
    rows.map((r) => [r.limit, Object.values(r.values).join("+"), r.amount, r.used, r.status]),
    [
      ["leaf in a market", "leaf+north", 1, 1, "full"],
      ["leaf in a market", "leaf+south", 1, 1, "full"],
      ["cocoa", "", 3, 1, "missed"],
      ["beans", "", 10, 2, "open"],
      ["nothing for loyal", "", 0, 2, "missed"],
    ],
  );
  assertEquals(families.map((f) => [f.limit, f.rows, f.full, f.missed]), [
    ["leaf in a market", 2, 2, 0],
    ["cocoa", 1, 0, 1],
    ["beans", 1, 0, 0],
    ["nothing for loyal", 1, 0, 1],
  ]);
});

Deno.test("facts: missed ones by what they cost, with the reason in words; unused ones", () => {
  const missed = missedLimits(facts.limits!);
  assertEquals(missed.map((r) => r.limit), ["cocoa", "nothing for loyal"]);
  assertEquals(missed.map((row) => missedInWords(row, true)), [
    "too few eligible pairs: 1 at most",
    "going beyond it costs 0.01 a unit",
  ]);
  assertEquals(limitsInWords(facts.limits!), "2 of 5 limits missed; 2 at the amount.");
  assertEquals(unusedLimits(facts.limits!), []);
  assert(fullLimits(facts.limits!).every(({ price }) => price! > 0));
});

Deno.test("facts: a least that others hold back names them", async () => {
  const held = small([
    { limit: "few", atMost: 2 },
    { limit: "many", atLeast: 4, price: 0.001, where: { contract_address: "tea" } },
  ]);
  const { limits } = reportFacts(held, await allocate(held, { k: 1, covW: [0], gap: 0 }));
  const [many] = missedLimits(limits!);
  assertEquals(many.reason!.out_of_reach, "caps");
  // What keeps it below even that is said too.
  assertStringIncludes(missedInWords(many, true), "the caps allow 3 at most; held by few at ");
  const roomy = small([
    { limit: "few", atMost: 2 },
    { limit: "many", atLeast: 3, price: 0.001, where: { contract_address: "tea" } },
  ]);
  const other = reportFacts(roomy, await allocate(roomy, { k: 1, covW: [0], gap: 0 })).limits!;
  assertEquals(missedLimits(other)[0].reason!.held_by[0].limit, "few");
  assertStringIncludes(missedInWords(missedLimits(other)[0], true), "held by few at ");
});

Deno.test("summary: JSON and text tell them, and nothing where there are none", () => {
  const run = {
    seed: 1,
    options: {},
    timings: { read_s: 0, solve_s: 0, write_s: 0, total_s: 0 },
    peakRssBytes: 0,
  };
  const summary = summarize(drop, allocation, run);
  assertEquals(summary.limits!.rows.length, 5);
  const text = summaryText(summary, { width: 100 });
  assertStringIncludes(text, "limits           2 of 5 limits missed; 2 at the amount\n");
  assertStringIncludes(text, "cocoa: 1 of at least 3, 2 missing, at a cost of ");
  const { limits: _, ...plain } = drop.instance;
  const without = summarize(new Drop(plain, drop.input), allocation, run);
  assertEquals("limits" in without, false);
  assert(!summaryText(without).includes("limits"));
});

Deno.test("report: the text and the page have a section, with every row", async () => {
  // Whether the prices alone prove the optimum is the search's to say, not this test's.
  const closed = { ...facts, totals: { ...facts.totals, price_slack: 0 } };
  const text = reportText(closed, { width: 100 });
  assertStringIncludes(text, "\nLimits\n  2 of 5 limits missed");
  assertStringIncludes(text, "\nMissed limits\n");
  assertStringIncludes(text, "\nFull limits, and what one unit more would add at most\n");
  // What the prices leave open a unit may be worth beyond its price.
  const open = { ...facts, totals: { ...facts.totals, price_slack: 0.25 } };
  assertStringIncludes(
    reportText(open, { width: 120 }),
    "what one unit more would add at most, beside the 0.25 by which the bound",
  );
  const lede = parseDocument(await reportHtml(open)).querySelector("#limits .lede")!;
  assertStringIncludes(lede.textContent!, "to the objective at most, beside the 0.25 by which");
  // Prices of single users' limits are no part of the bound where users keep them.
  const own = { ...open, totals: { ...open.totals, own_price_slack: 0.75 } };
  assertStringIncludes(
    reportText(own, { width: 200 }),
    "is above the objective (beside 0.75 for a limit of a single user)",
  );
  assertStringIncludes(
    reportText({ ...own, totals: { ...own.totals, price_slack: 0 } }, { width: 120 }),
    "would add at most, beside 0.75 for a limit of a single user",
  );
  const page = parseDocument(await reportHtml(facts));
  const section = page.querySelector("#limits")!;
  const cells = [...section.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll("th,td")].map((cell) => cell.textContent!.trim())
  );
  assert(
    cells.some(([name, amount]) => name === "leaf in a market: leaf, south" && amount === "≤ 1"),
  );
  assert(cells.some(([name, , , , , why]) => name === "cocoa" && why?.startsWith("too few")));
  assertEquals([...section.querySelectorAll("figure")].length, 2);
  assertStringIncludes(page.querySelector(".verdicts")!.textContent!, "2 of 5 limits missed");
  const { limits: _, ...none } = facts;
  assertEquals(parseDocument(await reportHtml(none)).querySelector("#limits"), null);
});

Deno.test("notebook: an allocation says how its limits stand", async () => {
  assertStringIncludes(
    (await allocationBundle(facts))["text/html"] as string,
    "2 of 5 limits missed",
  );
  assertStringIncludes(
    (await allocationBundle(facts))["text/plain"] as string,
    "2 of 5 limits missed",
  );
});

Deno.test("preview: leasts are counted whether of numbers or of shares, also of shares that no pair counts toward", () => {
  const tea = { where: { contract_address: "tea" } };
  const limited = small([
    { limit: "most", atMost: 4, ...tea },
    { limit: "nothing", atLeast: 0, ...tea },
    { limit: "number", atLeast: 1, ...tea },
    { limit: "share", atLeast: 0.1, shareOf: "offers", ...tea },
    {
      limit: "shares",
      per: ["contract_address"],
      atLeast: 0.1,
      shareOf: "offers",
      where: { group_id: "north" },
    },
  ]);
  const { limits } = previewFacts(limited, { ...defaultPolicy, k: 1 });
  const { rows, families } = limited.instance.limits!;
  const leasts = rows.declared.filter((amount, r) => rows.sense[r] < 0 && amount > 0).length;
  assertEquals(limits!.leasts, leasts);
  assert(leasts > 2 && families.length === 5);
});

Deno.test("preview: leasts that nobody can reach are named before anything is allocated", async () => {
  const limited = small([
    ...LIMITS,
    { limit: "tea", atLeast: 4, where: { contract_address: "tea" } },
    // Too few users and too small a cap: the smaller of the two is the reason.
    { limit: "much tea", atLeast: 9, where: { contract_address: "tea" } },
    { limit: "fine", atLeast: 3, where: { contract_address: "coffee" } },
  ]);
  const facts = previewFacts(limited, { ...defaultPolicy, k: 1 });
  assertEquals(
    facts.limits!.out_of_reach.map((r) => [r.limit, r.amount, r.reachable, r.because]),
    [["much tea", 9, 3, "caps"], ["cocoa", 3, 1, "pairs"], ["tea", 4, 3, "caps"]],
  );
  const text = previewText(facts);
  assertStringIncludes(text, "8 limits in 7 families, 3 leasts out of reach\n");
  assertStringIncludes(text, "cocoa: at least 3, eligible pairs for 1 only");
  const page = parseDocument(await previewHtml(facts));
  assertStringIncludes(page.querySelector("#limits")!.textContent!, "caps for 3 only");
  const { limits: _, ...none } = limited.instance;
  assertEquals("limits" in previewFacts(new Drop(none, limited.input), defaultPolicy), false);
});

Deno.test("report: a unit more adds no more than is told, where cases prove what prices can't", async () => {
  const knapsack = (seed: number, atMost: number) =>
    limitedDrop(seed, [{ limit: "weight", counts: "weight", atMost }]);
  let byCases = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const drop = knapsack(seed, 9), allocation = await allocate(drop);
    const more = await allocate(knapsack(seed, 10));
    if (allocation.branches !== undefined) byCases++;
    const { instance } = drop, table = tableOf(rowsOf(instance, allocation));
    const again = allocationFromTable(instance, table, defaultPolicy, {
      certificate: issueCertificate(drop, allocation),
    });
    for (const one of [allocation, again]) {
      const { totals, limits } = reportFacts(drop, one);
      const told = limits!.rows[0].price! + totals.price_slack!;
      const truth = more.objective - allocation.objective;
      assert(truth <= told + 1e-9, `seed ${seed}: ${truth}, told ${told}`);
    }
  }
  assert(byCases >= 3, `${byCases}`);
});

/** The first users of `limitedDrop`, who have all contracts to choose from. */
const PEOPLE = ["u0", "u1", "u2", "u3"];

Deno.test("report, explain: a unit more adds no more than is told, where the bound is of users who keep their own limits", async () => {
  const budgets = (seed: number, atMost: number, of?: string) =>
    limitedDrop(seed, [
      {
        limit: "budget",
        per: "user_id",
        counts: "weight",
        atMost,
        where: { user_id: of ?? PEOPLE },
      },
      ...of === undefined ? [] : [{
        limit: "others",
        per: "user_id",
        counts: "weight",
        atMost: atMost - 1,
        where: { user_id: PEOPLE.filter((id) => id !== of) },
      }],
    ], { users: PEOPLE.length });
  let kept = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const drop = budgets(seed, 4), allocation = await allocate(drop), { instance } = drop;
    if (allocation.ownLimitsKept !== true) continue;
    kept++;
    const certificate = issueCertificate(drop, allocation);
    const table = tableOf(rowsOf(instance, allocation));
    const again = allocationFromTable(instance, table, defaultPolicy, { certificate });
    assertAlmostEquals(again.bound!, allocation.bound!, 1e-9);
    for (const one of [allocation, again]) {
      const { totals, limits } = reportFacts(drop, one);
      assertAlmostEquals(
        Math.max(0, totals.prices_bound! - totals.objective),
        totals.price_slack!,
        1e-9 * Math.abs(totals.objective),
      );
      assert(totals.price_slack! < totals.own_price_slack!);
      for (const { limit, values, price } of limits!.rows) {
        const more = await allocate(budgets(seed, 5, values!.user_id));
        const truth = more.objective - allocation.objective;
        const told = (price ?? 0) + totals.own_price_slack!;
        assert(truth <= told + 1e-9, `seed ${seed}: ${truth}, told ${told}`);
        const { row } = explain(drop, one, { limit, row: values.user_id });
        assertAlmostEquals(row!.gain_at_most, told, 1e-9);
      }
      for (let c = 0; c < instance.contracts.length; c++) {
        const cap = instance.cap.map((units, other) => other === c ? units + 1 : units);
        const more = await allocate(drop.withInstance({ ...instance, cap }));
        const truth = more.objective - allocation.objective;
        const { gain_at_most } = explain(drop, one, { contract: instance.contracts[c] });
        assert(truth <= gain_at_most + 1e-9, `seed ${seed}: ${truth}, told ${gain_at_most}`);
        assertAlmostEquals(
          gain_at_most,
          allocation.prices!.contract[c] + totals.price_slack!,
          1e-9,
        );
      }
    }
  }
  assert(kept >= 3, `${kept}`);
});

Deno.test("chart of use: a full limit with room left is drawn where its use is, not at the amount", () => {
  const standing = facts.limits!.rows.find(({ status }) => status === "full")!;
  const rows = [
    { ...standing, amount: 9, used: 8.2, missed: 0, status: "full" as const },
    { ...standing, amount: 0.3, used: 0.1 + 0.1 + 0.1, missed: 0, status: "full" as const },
  ];
  const { description, data } = limitUseChart({ families: [], rows }) as unknown as {
    description: string;
    data: { values: { used: string; limits: number }[] };
  };
  assertEquals(
    data.values.filter(({ limits }) => limits > 0).map(({ used, limits }) => [used, limits]),
    [["80–<100", 1], ["≥ 100", 1]],
  );
  assertStringIncludes(description, "1 at the amount, 0 missed, 0 unused.");
});

Deno.test("chart of use: a least that has more than it asks for is not said to be at its amount", () => {
  const standing = facts.limits!.rows[0];
  const row = (
    used: number,
    status: "full" | "open",
    side: "at_least" | "at_most" = "at_least",
  ) => ({
    ...standing,
    ...{ side, amount: 2, used, missed: 0, status },
  });
  const describe = (...rows: ReturnType<typeof row>[]) =>
    limitUseChart({ families: [], rows })!.description;
  assertStringIncludes(
    describe(row(2, "full"), row(5, "open"), row(1, "open", "at_most")),
    ": 2 at the amount or above a least, 0 missed,",
  );
  assertStringIncludes(describe(row(2, "full"), row(1, "open", "at_most")), ": 1 at the amount, 0");
});

Deno.test("what is off the objective is said of minima and limits alike, and adds up", async () => {
  const drop = Drop.from({
    users: ["ann", "bob"].map((id) => ({ id, group: "g" })),
    contracts: [{ id: "s", cap: 1, sponsored: true }, { id: "t", cap: 2, sponsored: false }],
    groups: [{ id: "g", ratio: 1 }],
    pairs: [
      { user: "ann", contract: "s", score: 0.5 },
      { user: "bob", contract: "t", score: 0.25 },
    ],
    limits: [
      { limit: "much", atLeast: 4, price: 0.5 },
      { limit: "little", atMost: 1, price: 0.125 },
    ],
  });
  const policy = { k: 1, shortfallPrice: 2, covW: [], sponsoredBonus: 0 };
  const told = report(drop, await allocate(drop, policy));
  const { totals } = told.facts;
  assertEquals([totals.score, totals.objective], [0.75, 0.75 - 2 - (2 * 0.5 + 1 * 0.125)]);
  const words = "2 off for 1 missing user, 1.125 for 2 missed limits";
  assertEquals(lossesInWords(told.facts), words);
  assertStringIncludes(told.text(), `objective  −2.375, ${words}\n`);
  assertStringIncludes(await told.html(), words);
});

Deno.test("limits in words: only what is at its amount is said to be", () => {
  const row = (amount: number, used: number, status: "full" | "open" = "full"): StandingRow => ({
    limit: "kg",
    values: {},
    side: "at_most",
    is_share: false,
    amount,
    used,
    offers: 2,
    status,
    missed: 0,
    unit_cost: null,
  });
  const words = (...rows: StandingRow[]) => limitsInWords({ rows });
  assertEquals(
    words(row(10, 10), row(10, 8), row(1, 0.1 + 0.2 + 0.7), row(9, 1, "open")),
    "All 4 limits are kept, 2 at the amount, 1 within an offer of it.",
  );
  assertEquals(
    words(row(10, 8), row(9, 7)),
    "Both limits are kept, none at the amount, 2 within an offer of it.",
  );
  assertEquals(words(row(10, 8, "open")), "The only limit is kept, none is at its amount.");
});

Deno.test("preview: a least that only the most offers of each user keep out of reach is said to be so", () => {
  const facts = previewFacts(small([{ limit: "any", atLeast: 5 }]), { ...defaultPolicy, k: 1 });
  assertEquals(facts.limits!.out_of_reach.map((r) => [r.reachable, r.because]), [[4, "k"]]);
  assertStringIncludes(previewText(facts), "any: at least 5, users may get 4 only");
});

Deno.test("prices of limits: a share's unit is said to be an offer, as explain has it", async () => {
  const told = async (limit: LimitInput) => {
    const facts = reportFacts(small([limit]), await allocate(small([limit]), { k: 1 }));
    const { limit_prices } = reportCharts(facts);
    return { text: reportText(facts, { width: 300 }), chart: limit_prices?.description };
  };
  const most = await told({
    ...{ limit: "leaf", atMost: 0.5, shareOf: "offers" },
    where: { brand_id: "leaf" },
  });
  assertStringIncludes(most.text, "what one unit more (of a share the unit is an offer) would add");
  assertStringIncludes(most.chart!, ". One offer more than leaf allows would add at most ");
  const coffee = await told({ limit: "coffee", atMost: 1, where: { contract_address: "coffee" } });
  assertStringIncludes(coffee.text, "what one unit more would add at most");
  assertStringIncludes(coffee.chart!, ". One unit more than coffee allows would add at most ");
});
