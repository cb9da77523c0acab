import { allocate, Drop, report, UsageError } from "../../../mod.ts";
import { parseDocument } from "../../../lib/deps/linkedom.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { compareHtml } from "../../../lib/report/html/compare_html.ts";
import { compareText } from "../../../lib/report/text/compare_text.ts";
import { DISPLAY } from "../../../lib/report/display.ts";
import { raisedPriceDrop } from "../../support/raised_price_drop.ts";

/** Forty users of two groups and five contracts, some of them too few. */
const drop = Drop.from({
  users: Array.from({ length: 40 }, (_, i) => ({
    id: `user${i}`,
    group: i % 3 === 0 ? "south" : "north",
  })),
  contracts: ["tea", "ink", "oil", "rye", "yam"].map((id, i) => ({
    id,
    cap: 6 + 2 * i,
    sponsored: i % 2 === 0,
    attributes: { name: `Green ${id}` },
  })),
  groups: [{ id: "north", ratio: 0.4 }, { id: "south", ratio: 0.5 }],
  pairs: Array.from({ length: 200 }, (_, i) => ({
    user: `user${i % 40}`,
    contract: ["tea", "ink", "oil", "rye", "yam"][Math.floor(i / 40)],
    score: Math.round(500 + 499 * Math.sin(1 + i * i * 0.37)) / 1000,
  })),
});
const best = report(drop, await allocate(drop, { k: 2 }), { title: "Forty" });
const other = report(drop, await allocate(drop, { k: 2, solver: "greedy" }), { title: "Forty" });

Deno.test("comparison: every figure of it is that of the two reports, and of their offers counted one by one", async () => {
  const { facts } = other.compare(best, ["greedy", "best"]);
  const offersOf = async (solver: "greedy" | "optimal") =>
    [...(await allocate(drop, { k: 2, solver })).offers()].map((o) => `${o.user} ${o.contract}`);
  const [a, b] = [await offersOf("greedy"), await offersOf("optimal")];
  const only = (x: string[], y: string[]) => x.filter((offer) => !y.includes(offer));
  assert(!facts.same);
  assertEquals(facts.offers, {
    kept: a.length - only(a, b).length,
    out: only(a, b).length,
    in: only(b, a).length,
  });
  assertEquals(facts.allocations.map(({ totals }) => totals.objective), [
    other.facts.totals.objective,
    best.facts.totals.objective,
  ]);
  for (const c of facts.contracts) {
    const given = (offers: string[]) =>
      offers.filter((offer) => offer.endsWith(` ${c.contract_address}`));
    assertEquals(c.assigned, [given(a).length, given(b).length]);
    assertEquals(c.out, only(given(a), given(b)).length);
    assertEquals(c.in, only(given(b), given(a)).length);
  }
  const changed = new Set([...only(a, b), ...only(b, a)].map((offer) => offer.split(" ")[0]));
  assertEquals(facts.people.users_changed, changed.size);
  assertEquals(facts.groups.reduce((sum, g) => sum + g.users_changed, 0), changed.size);
  const types = facts.types.map(({ type, assigned }) => [type, ...assigned]);
  const sponsored = (offers: string[]) =>
    offers.filter((offer) => /(tea|oil|yam)$/.test(offer)).length;
  assertEquals(types[0], ["sponsored", sponsored(a), sponsored(b)]);
});

Deno.test("comparison: text and page say which is worth more, whom it touches and what contracts are called", async () => {
  const compared = other.compare(best, ["greedy", "best"]);
  const text = compared.text();
  assert(text.startsWith("best is worth "), text.slice(0, 80));
  assertStringIncludes(text, "more than greedy");
  assertStringIncludes(text, "Green tea");
  const page = parseDocument(await compared.html());
  assertStringIncludes(page.querySelector("h1")!.textContent!, "best is worth");
  const captions = [...page.querySelectorAll(".long caption")].map((c) => c.textContent);
  assertEquals(captions, [
    "What both make of the drop",
    "Groups, most users with other offers first",
    "Offers by type",
    "Contracts, most offers that differ first",
  ]);
  assert([...page.querySelectorAll("figure svg")].length >= 2);
  // The other way round the same one is better.
  assert(best.compare(other, ["best", "greedy"]).text().startsWith("best is worth "));
  const shown = await (compared as unknown as Record<symbol, () => Promise<object>>)[DISPLAY]();
  assert("text/html" in shown && "text/plain" in shown);
});

Deno.test("comparison: the same offers say so, and another drop is refused", async () => {
  const compared = best.compare(best);
  assertEquals(compared.facts.same, true);
  assertEquals(compared.charts(), {});
  assertStringIncludes(compared.text(), "first and second make the same");
  assertStringIncludes(await compared.html(), "make the same");
  const elsewhere = Drop.from({
    users: [{ id: "ann", group: "north" }],
    contracts: [{ id: "tea", cap: 1, sponsored: true }],
    groups: [{ id: "north", ratio: 0 }],
    pairs: [{ user: "ann", contract: "tea", score: 1 }],
  });
  const there = report(elsewhere, await allocate(elsewhere));
  assertThrows(() => best.compare(there), UsageError, "different drops");
});

Deno.test("comparison: below 0 nothing is a share, and users missing to minima cost the same on both sides", async () => {
  const short = raisedPriceDrop((u) => 0.5 - u / 100);
  const greedy = await allocate(short, { k: 1, covW: [], solver: "greedy" });
  const dear = { shortfallPrice: 10 * greedy.shortfallPrice };
  const optimal = await allocate(short, { k: 1, covW: [], ...dear });
  const both = report(short, greedy).compare(report(short, optimal), ["greedy", "optimal"]);
  const [a, b] = both.facts.allocations.map(({ totals }) => totals.objective);
  const dearer = optimal.shortfallPrice - greedy.shortfallPrice;
  assertEquals(b, optimal.objective);
  assertEquals(a, greedy.objective - dearer * greedy.shortfall);
  assert(a <= b, "greedy is worth more than the best");
  if (a < b) assertStringIncludes(both.text(), `optimal is worth ${b - a < 1 ? "0." : ""}`);
  const worse = await allocate(short, { k: 1, covW: [], maxSponsoredRatio: 0, ...AT_ONE_PRICE });
  const better = await allocate(short, { k: 1, covW: [], ...AT_ONE_PRICE });
  const text = report(short, worse).compare(report(short, better), ["none", "some"]).text();
  assertStringIncludes(text, "some is worth 100 more than none");
});

/** So that both lack users at the same price. */
const AT_ONE_PRICE = { shortfallPrice: 100 };

Deno.test("comparison: users with one offer have one, and where users have a k of their own nobody is said to have all", async () => {
  const described = async (given: Drop, k: number) => {
    const of = async (solver: "greedy" | "optimal") =>
      report(given, await allocate(given, { k, solver }), { title: "Few" });
    return await (await of("greedy")).compare(await of("optimal")).html();
  };
  const few = (own?: number) =>
    Drop.from({
      users: ["ann", "bob"].map((id, i) => ({ id, group: "g", ...(i === 0 && own && { k: own }) })),
      contracts: [{ id: "s", cap: 1, sponsored: true }, { id: "t", cap: 2, sponsored: false }],
      groups: [{ id: "g", ratio: 1 }],
      pairs: [
        { user: "ann", contract: "s", score: 0.9 },
        { user: "ann", contract: "t", score: 0.8 },
        { user: "bob", contract: "s", score: 0.2 },
      ],
    });
  assertStringIncludes(await described(few(), 1), "Users with one offer: ");
  assertStringIncludes(await described(few(), 2), "Users with all 2 offers: ");
  assertStringIncludes(await described(few(1), 2), "Users with 2 offers: ");
});

Deno.test("comparison: what limits miss is said to the fraction, as their use is", async () => {
  const { facts } = other.compare(best, ["greedy", "best"]);
  const money: NonNullable<typeof facts.limits>[number] = {
    limit: "money",
    values: {},
    side: "at_most",
    is_share: false,
    amount: 10,
    used: [10.25, 12.4],
    missed: [0.25, 2.4],
  };
  const limited = { ...facts, limits: [money] };
  assertStringIncludes(compareText(limited), "10.25  12.4  0.25 → 2.4\n");
  const cells = [...parseDocument(await compareHtml(limited)).querySelectorAll("#limits tbody td")];
  assertEquals(cells.slice(-4).map((cell) => cell.textContent), ["10.25", "12.4", "0.25", "2.4"]);
});

Deno.test("comparison: users missing to minima that the model does not ask for are neither good nor bad", async () => {
  const policy = { k: 2, model: "coverage" } as const;
  const solved = await Promise.all(
    [{ ...policy, sponsoredBonus: -9 }, policy].map((rules) => allocate(drop, rules)),
  );
  const [none, some] = solved.map((allocation) => report(drop, allocation));
  const compared = none.compare(some, ["none", "some"]), text = compared.text();
  assert(none.facts.totals.shortfall > some.facts.totals.shortfall);
  assert(!/(Users missing|Groups that miss).* better/.test(text), text);
  const verdicts = [...parseDocument(await compared.html()).querySelectorAll(".verdicts li")]
    .map((item) => [item.getAttribute("class") ?? "", item.textContent]);
  const words = `none: ${none.facts.totals.shortfall} users missing to minima, not asked for`;
  assertEquals(verdicts[0], ["", words]);
});
