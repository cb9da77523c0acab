import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { checkAssignments, type CheckReport } from "../../../../lib/allocator/check/check.ts";
import { boundFromPrices } from "../../../../lib/allocator/check/bound/bound.ts";
import { demandsOf } from "../../../../lib/allocator/check/rules/demands.ts";
import { DeclaredLimits } from "../../../../lib/allocator/check/rules/limits.ts";
import { Drop, type DropInput, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import type { Prices } from "../../../../lib/allocator/model/allocation.ts";
import { certificateOf } from "../../../../lib/allocator/model/certificate.ts";
import { pricesOfCertificate } from "../../../../lib/allocator/model/certificate_prices.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { InputError } from "../../../../lib/base/errors.ts";
import {
  formatCertificate,
  parseCertificate,
} from "../../../../lib/io/documents/certificate_file.ts";
import { checkText } from "../../../../lib/report/text/check_text.ts";
import { type Row, tableOf } from "../../../support/assignment_table.ts";

/** Ann and bob live in oslo, cat in rome; tea and rum are of brand x, pie of y. Everybody may have everything. */
function dropWith(limits: LimitInput[]): Drop {
  const users = ["ann", "bob", "cat"], contracts = ["pie", "rum", "tea"];
  const cost = { pie: 0.1, rum: 0.2, tea: 3 };
  const input: DropInput = {
    users: users.map((id) => ({
      id,
      group: "g",
      attributes: { city: id === "cat" ? "rome" : "oslo", plan: id === "bob" ? null : "pro" },
    })),
    contracts: contracts.map((id) => ({
      id,
      cap: 3,
      sponsored: false,
      brand: id === "pie" ? "y" : "x",
      attributes: { cost: cost[id as keyof typeof cost], budget: 4 },
    })),
    groups: [{ id: "g", ratio: 0, attributes: { quota: 4 } }],
    pairs: users.flatMap((user, u) =>
      contracts.map((contract, c) => ({
        user,
        contract,
        score: 0.5,
        attributes: { weight: u + c, channel: u === c ? "mail" : "app" },
      }))
    ),
    limits,
  };
  return Drop.from(input);
}

const policy: Policy = { ...defaultPolicy, k: 3, covW: [], sponsoredBonus: 0 };

function judged(limits: LimitInput[], rows: [string, string][]): CheckReport {
  const table = tableOf(rows.map(([user, contract]): Row => [user, contract, 0.5]));
  return checkAssignments(dropWith(limits).instance, table, policy);
}

/** The cases of a rule about limits. */
function casesOf(report: CheckReport, rule: "limit_at_most" | "limit_at_least") {
  return report.rules.find((one) => one.rule === rule)?.cases ?? null;
}

const ALL: [string, string][] = ["ann", "bob", "cat"].flatMap((user) =>
  ["pie", "rum", "tea"].map((contract): [string, string] => [user, contract])
);

Deno.test("limits: a most that is exceeded breaks a rule, with its values, amount and what was given", () => {
  const report = judged([{ limit: "brands", per: "brand_id+city", atMost: 2 }], ALL);
  assert(!report.ok && !report.feasible);
  assertEquals(casesOf(report, "limit_at_most"), [
    { limit: "brands", values: "brand_id=x, city=oslo", at_most: 2, given: 4 },
  ]);
  assertEquals(casesOf(report, "limit_at_least"), null);
  assert(
    checkText(report).includes(
      "BROKEN  limit_at_most: 1 case (no limit's most is exceeded, unless it has a price)\n" +
        "        limit brands, values brand_id=x, city=oslo, at_most 2, given 4\n",
    ),
  );
});

Deno.test("limits: a most that is reached exactly holds", () => {
  const report = judged([{ limit: "brands", per: "brand_id+city", atMost: 4 }], ALL);
  assert(report.ok && report.feasible);
  assertEquals([report.limit_penalty, report.limit_shortfall], [0, 0]);
});

Deno.test("limits: money adds up, and a rounding of decimals is no excess", () => {
  const rows: [string, string][] = [["ann", "pie"], ["ann", "rum"]];
  assert(judged([{ limit: "cost", counts: "cost", atMost: 0.3 }], rows).ok);
  const report = judged([{ limit: "cost", counts: "cost", atMost: 0.2999 }], rows);
  const [{ given, ...rest }] = casesOf(report, "limit_at_most")!;
  assertEquals(rest, { limit: "cost", at_most: 0.2999 });
  assertEquals(Number(given).toFixed(9), "0.300000000");
});

Deno.test("limits: a column of numbers of pairs is counted, a column of amounts is the table's own", () => {
  // Weights of tea: 2, 3, 4.
  const report = judged([
    { limit: "weight", per: "contract_address", counts: "weight", atMost: "budget" },
    { limit: "group", per: "group_id", atMost: "quota" },
  ], ALL);
  assertEquals(casesOf(report, "limit_at_most"), [
    { limit: "weight", values: "contract_address=rum", at_most: 4, given: 6 },
    { limit: "weight", values: "contract_address=tea", at_most: 4, given: 9 },
    { limit: "group", values: "group_id=g", at_most: 4, given: 9 },
  ]);
});

Deno.test("limits: a least that is missed is a rule like a minimum, priced in, with what could be reached", () => {
  const report = judged(
    [{ limit: "pros", per: "brand_id", where: { plan: "pro", channel: ["app"] }, atLeast: 9 }],
    [["ann", "rum"], ["ann", "tea"], ["bob", "rum"], ["cat", "pie"]],
  );
  assert(!report.ok && report.feasible);
  assertEquals(casesOf(report, "limit_at_least"), [
    // Ann may have rum and tea by app, cat rum; pie by app only cat.
    { limit: "pros", values: "brand_id=x", at_least: 9, given: 2, reachable_at_most: 3 },
    { limit: "pros", values: "brand_id=y", at_least: 9, given: 1, reachable_at_most: 1 },
  ]);
  assertEquals([report.shortfall, report.limit_shortfall], [0, 15]);
  assertEquals(report.objective, 4 * 0.5 - 15 * report.shortfall_price);
  const text = checkText(report).replaceAll(/ +/g, " ");
  assert(
    text.includes("missing to leasts without a price 15\ncost of limits not kept 150\n"),
    text,
  );
});

Deno.test("limits: what has a price of its own is no rule, but costs", () => {
  const report = judged([
    { limit: "few", atMost: 1, price: 0.25 },
    {
      limit: "many",
      per: "contract_address",
      where: { contract_address: "pie" },
      atLeast: 2,
      price: 0.125,
    },
  ], [["ann", "rum"], ["ann", "tea"], ["bob", "pie"]]);
  assert(report.ok);
  assertEquals(report.limit_penalty, 2 * 0.25 + 0.125);
  assertEquals(report.limit_shortfall, 0);
  assertEquals(report.objective, 1.5 - 0.625);
});

Deno.test("limits: shares are of all offers within the same values", () => {
  const rows: [string, string][] = [["ann", "pie"], ["bob", "rum"], ["cat", "tea"]];
  const share = (atMost: number, per = "") =>
    judged([{ limit: "x", per, where: { brand_id: "x" }, shareOf: "offers", atMost }], rows);
  assert(share(2 / 3).ok);
  assertEquals(casesOf(share(0.5), "limit_at_most"), [
    { limit: "x", at_most_share: 0.5, offers: 3, given: 2 },
  ]);
  assertEquals(casesOf(share(0.5, "city"), "limit_at_most"), [
    { limit: "x", values: "city=rome", at_most_share: 0.5, offers: 1, given: 1 },
  ]);
  const least = judged(
    [{ limit: "y", where: { brand_id: "y" }, shareOf: "offers", atLeast: 0.5 }],
    rows,
  );
  assertEquals(casesOf(least, "limit_at_least"), [
    { limit: "y", at_least_share: 0.5, offers: 3, given: 1 },
  ]);
  assertEquals(least.limit_shortfall, 0.5);
});

Deno.test("limits: a blank in a per column counts toward no limit", () => {
  const { limits } = new DeclaredLimits(
    ...declared([{ limit: "plans", per: "plan", atMost: 1 }]),
  );
  assertEquals(limits.map(({ values }) => values), [["pro"]]);
  assert(judged([{ limit: "plans", per: "plan", atMost: 3 }], ALL.slice(0, 6)).ok);
});

function declared(limits: LimitInput[]) {
  const { instance } = dropWith(limits);
  return [instance, instance.limits!] as const;
}

Deno.test("limits: many brands without a name are one blank, whatever their contracts", () => {
  const drop = Drop.from({
    users: [{ id: "u", group: "g" }],
    contracts: ["a", "b", "c"].map((id) => ({
      id,
      cap: 1,
      sponsored: false,
      ...(id === "c" && { brand: "x" }),
    })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: ["a", "b", "c"].map((contract) => ({ user: "u", contract, score: 1 })),
    limits: [{ limit: "brands", per: "brand_id", atMost: 1 }],
  });
  const found = new DeclaredLimits(drop.instance, drop.instance.limits!).limits;
  assertEquals(found.map(({ values }) => values), [["x"]]);
});

/** Prices by limit, 0 elsewhere. */
function pricesOf({ instance }: Drop, limit: (r: number) => number): Prices {
  const groups = instance.groups.length;
  return {
    contract: new Float64Array(instance.contracts.length),
    minSponsored: new Float64Array(groups),
    maxSponsored: new Float64Array(groups),
    assignmentRatio: new Float64Array(groups),
    mixedShare: new Float64Array(groups),
    limit: instance.limits!.rows.amount.map((_, r) => limit(r)),
  };
}

Deno.test("limits: prices prove a bound, and a certificate with them is read back and found right", () => {
  const drop = dropWith([
    { limit: "tea", where: { contract_address: "tea" }, atMost: 1 },
    {
      limit: "oslo",
      per: "city",
      where: { city: "oslo" },
      counts: "weight",
      atLeast: 5,
      price: 0.25,
    },
  ]);
  // Tea at 0.5 makes everybody indifferent: 9 offers of 0.5, of which 3 teas pay 0.5, and one unit is worth 0.5.
  const prices = pricesOf(drop, (r) => r === 0 ? 0.5 : 0);
  const { bound } = boundFromPrices(
    drop.instance,
    policy,
    demandsOf(drop.instance, policy),
    prices,
  );
  assertEquals(bound, 0.5 + 6 * 0.5);
  const certificate = certificateOf(drop.instance, {
    solver: "optimal",
    policy,
    prices,
    objective: 3.5,
    bound,
    shortfallPrice: 10,
  });
  assertEquals(certificate.limits, [{ limit: "tea", side: "at_most", price: 0.5 }]);
  const read = parseCertificate(formatCertificate(certificate), "c.json");
  assertEquals(pricesOfCertificate(drop.instance, read).prices.limit, prices.limit);
  const rows = ALL.filter(([user, contract]) => contract !== "tea" || user === "ann")
    .map(([user, contract]): Row => [user, contract, 0.5]);
  const report = checkAssignments(drop.instance, tableOf(rows), policy, { certificate: read });
  assertEquals(report.certificate!.problems, []);
  assertEquals([report.certificate!.bound, report.certificate!.gap], [3.5, 0]);
});

Deno.test("limits: a price above what a unit costs, or of no limit of the drop, proves nothing", () => {
  const drop = dropWith([
    { limit: "l", per: "city", atMost: 1, price: 0.25 },
    { limit: "least", atLeast: 1 },
  ]);
  const prices = pricesOf(drop, () => 0);
  const base = certificateOf(drop.instance, {
    solver: "optimal",
    policy,
    prices,
    objective: 1,
    bound: 100,
    shortfallPrice: 10,
  });
  assertEquals(base.limits, []);
  const problemsOf = (limits: NonNullable<typeof base.limits>) =>
    checkAssignments(drop.instance, tableOf([["ann", "pie", 0.5]]), policy, {
      certificate: { ...base, limits },
    }).certificate!.problems.filter((problem) => problem.includes("limit"));
  const oslo = { city: "oslo" };
  assertEquals(problemsOf([{ limit: "l", values: oslo, side: "at_most", price: 0.25 }]), []);
  assertEquals(problemsOf([{ limit: "l", values: oslo, side: "at_most", price: 0.26 }]), [
    "price of limit l (city=oslo, at_most) is 0.26, expected 0 … 0.25, what a unit costs",
  ]);
  assertEquals(problemsOf([{ limit: "least", side: "at_least", price: 11 }]), [
    "price of limit least (at_least) is 11, expected 0 … 10, what a unit costs",
  ]);
  const unknown = [
    { limit: "l", values: { city: "bern" }, side: "at_most" as const, price: 0.1 },
    { limit: "l", values: { ...oslo, plan: "pro" }, side: "at_most" as const, price: 0.1 },
    { limit: "l", values: oslo, side: "at_least" as const, price: 0.1 },
    { limit: "m", side: "at_most" as const, price: 0.1 },
  ];
  for (const one of unknown) {
    assert(problemsOf([one])[0].endsWith("has a price and is not in the drop"), one.limit);
    assertEquals(pricesOfCertificate(drop.instance, { ...base, limits: [one] }).unknownLimits, [
      one,
    ]);
  }
  const { limits: _, ...instance } = drop.instance;
  const without = checkAssignments(instance, tableOf([["ann", "pie", 0.5]]), policy, {
    certificate: { ...base, limits: [{ limit: "m", side: "at_most", price: 1 }] },
  });
  assert(without.certificate!.problems.includes("limits have prices and the drop has no limits"));
});

Deno.test("limits: values such as __proto__ and constructor are names like any other, in certificates too", () => {
  const odd = ["__proto__", "constructor", "a=b, c", ""];
  const drop = Drop.from({
    users: odd.map((name, i) => ({
      id: `u${i}`,
      group: "g",
      attributes: Object.fromEntries([["__proto__", name], ["toString", "x"]]),
    })),
    contracts: [{ id: "c", cap: 9, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: odd.map((_, i) => ({ user: `u${i}`, contract: "c", score: 0.5 })),
    limits: [{ limit: "__proto__", per: ["__proto__", "toString"], atMost: 1 }],
  });
  const prices = pricesOf(drop, (r) => 0.125 * (r + 1));
  assertEquals(prices.limit!.length, 3);
  const certificate = certificateOf(drop.instance, {
    solver: "optimal",
    policy,
    prices,
    objective: 2,
    bound: 3,
    shortfallPrice: 10,
  });
  const read = parseCertificate(formatCertificate(certificate), "c.json");
  assertEquals(pricesOfCertificate(drop.instance, read).prices.limit, prices.limit);
  const table = tableOf(odd.map((_, i): Row => [`u${i}`, "c", 0.5]));
  const report = checkAssignments(drop.instance, table, policy, { certificate: read });
  assertEquals(report.certificate!.problems, []);
});

Deno.test("limits: a certificate whose prices of limits can't be used is refused with the path", () => {
  const drop = dropWith([{ limit: "l", atMost: 1 }]);
  const certificate = certificateOf(drop.instance, {
    solver: "optimal",
    policy,
    prices: pricesOf(drop, () => 0),
    objective: 1,
    bound: 2,
    shortfallPrice: 10,
  });
  const faults: [unknown, string][] = [
    [{}, 'c.json: limits is "{}", expected a list'],
    [[1], 'c.json: limits.0 is "1", expected an object'],
    [
      [{ side: "at_most", price: 1 }],
      "c.json: limits.0.limit is missing, expected the name of a limit",
    ],
    [
      [{ limit: "l", side: "most", price: 1 }],
      'c.json: limits.0.side is "most", expected "at_most" or "at_least"',
    ],
    [
      [{ limit: "l", side: "at_most", price: -1 }],
      'c.json: limits.0.price is "-1", expected a number ≥ 0',
    ],
    [
      [{ limit: "l", values: { city: 1 }, side: "at_most", price: 1 }],
      'c.json: limits.0.values.city is "1", expected a text',
    ],
  ];
  for (const [limits, expected] of faults) {
    let message = "";
    try {
      parseCertificate(JSON.stringify({ ...certificate, limits }), "c.json");
    } catch (error) {
      assert(error instanceof InputError);
      message = error.message;
    }
    assertEquals(message, expected);
  }
});

Deno.test("limits: the last digits of what many missed units cost are no false objective, more is", () => {
  const drop = dropWith([{ limit: "far", counts: "cost", atLeast: 250_000.3 }]);
  const { instance } = drop;
  const table = tableOf([["ann", "pie", 0.5]]);
  const { objective, limit_penalty } = checkAssignments(instance, table, policy);
  assertEquals(Math.round(limit_penalty!), 2_500_002);
  const { bound } = boundFromPrices(
    instance,
    policy,
    demandsOf(instance, policy),
    pricesOf(drop, () => 0),
  );
  const problemsOf = (off: number) =>
    checkAssignments(instance, table, policy, {
      certificate: certificateOf(instance, {
        solver: "optimal",
        policy,
        prices: pricesOf(drop, () => 0),
        objective: objective + off,
        bound,
        shortfallPrice: 10,
      }),
    }).certificate!.problems;
  assertEquals(problemsOf(1e-8), []);
  assert(problemsOf(1e-5)[0].startsWith("objective is"));
});

Deno.test("limits: each combination of values has limits of its own, however many there are", () => {
  const tiers = ["a", "b", "c", "d", "e"], cities = ["oslo", "rome"];
  const users = tiers.flatMap((tier) =>
    cities.map((city) => ({ id: `${tier} ${city}`, group: "g", attributes: { tier, city } }))
  );
  const { instance } = Drop.from({
    users,
    contracts: ["x", "y"].map((id) => ({ id, cap: 9, sponsored: false, brand: id })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: users.flatMap(({ id }) =>
      ["x", "y"].map((contract) => ({ user: id, contract, score: 1 }))
    ),
    limits: [{ limit: "all", per: "tier+city+brand_id", atMost: 1, atLeast: 0 }],
  });
  const { limits } = new DeclaredLimits(instance, instance.limits!);
  const names = limits.map(({ values, side }) => `${values.join()} ${side}`);
  const expected = tiers.flatMap((tier) =>
    cities.flatMap((city) =>
      ["x", "y"].flatMap((brand) =>
        ["at_most", "at_least"].map((side) => `${tier},${city},${brand} ${side}`)
      )
    )
  );
  assertEquals(names.toSorted(), expected.toSorted());
});

Deno.test("limits: columns of groups and of previous offers are read as those of users and contracts", () => {
  const users = ["ann", "bob", "cat", "dan"].map((id, u) => ({ id, group: u < 2 ? "g" : "h" }));
  const { instance } = Drop.from({
    users,
    contracts: ["x", "y"].map((id) => ({ id, cap: 9, sponsored: false })),
    groups: [{ id: "g", ratio: 0 }, { id: "h", ratio: 0.5 }].map((group) => ({
      ...group,
      attributes: { region: `of ${group.id}` },
    })),
    pairs: users.flatMap(({ id }) =>
      ["x", "y"].map((contract) => ({ user: id, contract, score: 1 }))
    ),
    previous: [{ user: "ann", contract: "x" }, { user: "dan", contract: "y" }],
    limits: [
      { limit: "regions", per: "region", atMost: 1 },
      { limit: "ratios", per: "sponsorship_ratio", atMost: 2 },
      { limit: "kept", where: { in_previous: true }, atMost: 3 },
      { limit: "new", where: { in_previous: false }, atMost: 4 },
    ],
  });
  const found = new DeclaredLimits(instance, instance.limits!);
  const names = found.limits.map(({ family, values }) => [family.limit, ...values].join(" "));
  assertEquals(names.toSorted(), [
    ...["kept", "new", "ratios 0", "ratios 0.5", "regions of g", "regions of h"],
  ]);
  const counting = (u: number, c: number) => {
    const by: string[] = [];
    found.visit(c, u, 2 * u + c, (l, counted) => by.push(`${names[l]} ${counted}`));
    return by.join();
  };
  assertEquals(counting(0, 0), "regions of g 1,ratios 0 1,kept 1");
  assertEquals(counting(1, 0), "regions of g 1,ratios 0 1,new 1");
  assertEquals(counting(3, 1), "regions of h 1,ratios 0.5 1,kept 1");
  assertEquals(counting(3, 0), "regions of h 1,ratios 0.5 1,new 1");
});
