/** What one more unit, or one required user less, brings: solved again, or "at most". */
import {
  explainContract,
  explainGroup,
  gainOfMinimum,
  gainOfUnit,
  Inquiry,
} from "../../../lib/allocator/explain/explain.ts";
import { solveIlp } from "../../../lib/allocator/ilp/ilp.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { explain } from "../../../lib/api/explain.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { explainContractText, explainGroupText } from "../../../lib/report/text/explain_text.ts";
import { contractPricesChart } from "../../../lib/report/charts/charts.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import { reportHtml } from "../../../lib/report/html/html.ts";
import { figureUp } from "../../../lib/report/words.ts";
import { atSpeed } from "../../support/hurried_clock.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { raisedPriceDrop } from "../../support/raised_price_drop.ts";
import { tried } from "../../support/effort.ts";

/** Twelve users in a row, each moved on by the one before: the price of u00's minimum is far above its gain. */
function chain(): Drop {
  const id = (n: number) => String(n).padStart(2, "0");
  return Drop.from({
    users: Array.from({ length: 13 }, (_, u) => ({ id: `u${id(u)}`, group: u === 0 ? "g" : "h" })),
    contracts: Array.from({ length: 13 }, (_, c) => ({ id: `c${id(c)}`, cap: 1, sponsored: true })),
    groups: [{ id: "g", ratio: 1 }, { id: "h", ratio: 0 }],
    pairs: [
      { user: "u00", contract: "c00", score: 0 },
      ...Array.from({ length: 12 }, (_, i) => [
        { user: `u${id(i + 1)}`, contract: `c${id(i)}`, score: 1 },
        { user: `u${id(i + 1)}`, contract: `c${id(i + 1)}`, score: 0 },
      ]).flat(),
    ].slice(0, 24),
  });
}

const best = async (instance: Instance, policy: Policy) =>
  (await solveIlp(instance, policy, { gap: 0 })).objective;

Deno.test("explain: the gain is what solving again finds, the price at least that", async () => {
  for (let seed = 1; seed <= tried(4, 8); seed++) {
    const instance = randomInstance({ seed, users: 15, contracts: 5, groups: 2, scoreStep: 0.25 });
    const policy = { ...defaultPolicy, shortfallPrice: seed % 2 === 0 ? 2 : 10 };
    const allocation = await solveOptimal(instance, policy);
    const question = { instance, policy, prices: allocation.prices!, offers: allocation };
    const inquiry = new Inquiry(question);
    const now = await best(instance, policy);
    for (const c of instance.contracts.keys()) {
      const cap = instance.cap.map((units, i) => i === c ? units + 1 : units);
      const truth = await best({ ...instance, cap }, policy) - now;
      const gain = await gainOfUnit(question, c);
      assertAlmostEquals(gain!, truth, 1e-6);
      const { gain_at_most } = explainContract(inquiry, c);
      assert(truth <= gain_at_most + 1e-6, `${truth} > ${gain_at_most}`);
    }
    for (const g of instance.groups.keys()) {
      const answer = explainGroup(inquiry, g);
      const gain = await gainOfMinimum(question, g);
      if (answer.required_sponsored_users === 0) {
        assertEquals([gain, answer.gain_at_most], [0, 0]);
        continue;
      }
      const ratio = instance.ratio.map((r, i) =>
        i === g ? (answer.required_sponsored_users - 1) / answer.users : r
      );
      const truth = await best({ ...instance, ratio }, policy) - now;
      assertAlmostEquals(gain!, truth, 1e-6);
      assert(truth <= answer.gain_at_most + 1e-6, `${truth} > ${answer.gain_at_most}`);
    }
  }
});

Deno.test("explain: what is missed costs what it cost the allocation, not what the drop alone would say", async () => {
  const drop = raisedPriceDrop(() => 0.5);
  const allocation = await allocate(drop, { k: 1, covW: [] });
  assertEquals(allocation.shortfall, 1);
  const answer = explain(drop, allocation, { group: "g" });
  assertEquals(answer.shortfall_price, allocation.shortfallPrice);
  assert(answer.price <= answer.shortfall_price, "a price above that of a missed user");
  // With a minimum of one user nobody is missing.
  assertEquals(answer.gain_at_most, allocation.shortfallPrice);
});

Deno.test("explain: a minimum is one user less, also where that share as a double is above it", async () => {
  // 9 / 23 as a double is above nine users of 23, and asks for ten.
  const users = Array.from({ length: 23 }, (_, u) => ({ id: `u${u}`, group: "g" }));
  const drop = Drop.from({
    users,
    contracts: [{ id: "s", cap: 23, sponsored: true }, { id: "o", cap: 23, sponsored: false }],
    groups: [{ id: "g", ratio: 0.43 }],
    pairs: users.flatMap(({ id }) => [
      { user: id, contract: "s", score: 0 },
      { user: id, contract: "o", score: 0.5 },
    ]),
  });
  const { instance } = drop, allocation = await allocate(drop, { k: 1, sponsoredBonus: 0 });
  const { policy, prices } = allocation;
  assertEquals(explain(drop, allocation, { group: "g" }).required_sponsored_users, 10);
  const gain = await gainOfMinimum({ instance, policy, prices: prices!, offers: allocation }, 0);
  assertEquals(gain, 0.5);
});

Deno.test("explain: no gain for a minimum that another limit follows", async () => {
  // One of ten users must be sponsored; the most is then one too, without the minimum none.
  const instance = randomInstance({ seed: 1, users: 10, contracts: 4, groups: 1, ratios: [0.1] });
  for (
    const [rules, moves] of [
      [{ enforceAssignmentRatio: true }, true],
      [{ maxSponsoredRatio: 0.05 }, true],
      [{ maxSponsoredRatio: 0.5 }, false],
    ] as const
  ) {
    const policy = { ...defaultPolicy, ...rules };
    const allocation = await solveOptimal(instance, policy);
    const question = { instance, policy, prices: allocation.prices!, offers: allocation };
    assertEquals(await gainOfMinimum(question, 0) === null, moves, JSON.stringify(rules));
  }
});

Deno.test("explain: a price is stated as the most that a change can bring, the truth as it is", async () => {
  const drop = chain();
  const allocation = await allocate(drop, { k: 1 });
  const group = explain(drop, allocation, { group: "g" });
  assertEquals(group.gain, null);
  assert(group.gain_at_most >= 1 - 1e-9);
  const text = explainGroupText(group);
  assert(/would\s+gain\s+at\s+most\s/.test(text), text);
  const { policy, prices } = allocation;
  const question = { instance: drop.instance, policy, prices: prices!, offers: allocation };
  const gain = await gainOfMinimum(question, drop.instance.groups.indexOf("g"));
  assertAlmostEquals(gain!, 1, 1e-9);
  assert(/would\s+gain\s+1\./.test(explainGroupText({ ...group, gain })));
  const contract = explain(drop, allocation, { contract: "c00" });
  assert(/would\s+add\s+at\s+most\s/.test(explainContractText(contract)));
  assert(/would\s+add\s+nothing/.test(explainContractText({ ...contract, gain: 0 })));
});

Deno.test("explain: prices that prove little do not say that a unit adds nothing", async () => {
  const instance = randomInstance({ seed: 3, users: 20, contracts: 4, groups: 1, ratios: [0] });
  const allocation = await solveOptimal(instance, defaultPolicy);
  const none = Object.fromEntries(
    Object.entries(allocation.prices!).map(([name, column]) => [name, column.map(() => 0)]),
  ) as unknown as NonNullable<typeof allocation.prices>;
  const inquiry = new Inquiry({
    instance,
    policy: defaultPolicy,
    prices: none,
    offers: allocation,
  });
  const now = await best(instance, defaultPolicy);
  for (const c of instance.contracts.keys()) {
    const cap = instance.cap.map((units, i) => i === c ? units + 1 : units);
    const truth = await best({ ...instance, cap }, defaultPolicy) - now;
    const { price, gain_at_most } = explainContract(inquiry, c);
    assertEquals(price, 0);
    assert(truth <= gain_at_most + 1e-9);
  }
});

Deno.test("report: a price is at most what a unit brings, with what the prices leave open", async () => {
  const drop = chain();
  const allocation = await allocate(drop, { k: 1 });
  const proven = reportFacts(drop, allocation);
  assert(!/would add \d|is what[^.]*objective\./.test(await reportHtml(proven)));
  const loose = reportFacts(drop, { ...allocation, pricesBound: allocation.objective + 2 });
  assertEquals(loose.totals.price_slack, allocation.objective + 2 - allocation.objective);
  const { description, title } = contractPricesChart(loose)!;
  const words = JSON.stringify([title, description]);
  const dearest = Math.max(...allocation.prices!.contract);
  assert(words.includes(`would add at most ${figureUp(dearest + 2, 3)} to the objective`), words);
  assert(
    words.includes(": its price and the 2 by which the bound of the prices is above it."),
    words,
  );
  assert((await reportHtml(loose)).includes("beside the 2 by which the bound of the prices"));
});

Deno.test("beside scores of a billion a gain is stated where both optima are known that well, never as nothing", async () => {
  const names = ["a", "b", "c"];
  for (const must of [0, 1e6, 1e9, 1e12]) {
    // Everybody wants tea, of which there is one; ann must have cake.
    const drop = Drop.from({
      users: names.map((id) => ({ id, group: "g" })),
      contracts: [{ id: "tea", cap: 1, sponsored: false }, {
        id: "cake",
        cap: 1,
        sponsored: false,
      }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: [
        ...names.map((user, i) => ({ user, contract: "tea", score: 0.5 - i / 10 })),
        { user: "a", contract: "cake", score: must },
      ],
    });
    const found = await allocate(drop, { covW: [] });
    const question = { ...found, instance: drop.instance, prices: found.prices!, offers: found };
    const gain = await gainOfUnit(question, drop.instance.contracts.indexOf("tea"));
    if (must <= 1e9) assertAlmostEquals(gain!, 0.4, 4e-3);
    // Sums of 1e12 may be off by more than that.
    else assertEquals(gain, null);
  }
});

Deno.test("explain: the gain is the same however fast the clock goes, or slow the machine is", async () => {
  const instance = randomInstance({ seed: 3, users: 15, contracts: 5, groups: 2, scoreStep: 0.25 });
  const offers = await solveOptimal(instance, defaultPolicy);
  const question = { instance, policy: defaultPolicy, prices: offers.prices!, offers };
  const gain = () => gainOfUnit(question, instance.cap.length - 1);
  const told = await gain();
  assert(told !== null);
  for (const speed of [1e6, 1e-6]) assertEquals(await atSpeed(speed, gain), told);
});
