/**
 * What is true of the assignments, from the eligible pairs and the prices alone: bound, objective, every rule.
 *
 * None of this shares SQL with the passes, the assignment or the repair, nor arithmetic with the solver: it reads the original
 * tables, takes contracts and groups by their ids from small tables that travel with the query, adds up by grouping, and knows
 * rules and their worth from the checker.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import { worthOfLimits } from "../../allocator/check/bound.ts";
import {
  demandsOf,
  type GroupDemand,
  mayHold,
  reachesShare,
  worthOfCount,
} from "../../allocator/check/demands.ts";
import { LimitCosts, LimitPrices } from "../../allocator/check/limit_prices.ts";
import { LimitTally } from "../../allocator/check/limit_tally.ts";
import { consequenceOf } from "../../allocator/check/limits.ts";
import { userOfPair } from "../../allocator/drop/instance.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import { meaningOf, type OwnK } from "../steps/own_k.ts";
import type { Slots } from "../steps/slots.ts";
import type { Certified, PairRules } from "../steps/steps.ts";
import type { Dialect, OfItem } from "./dialect.ts";
import {
  jointColumns,
  jointGroups,
  JointLoss,
  nearOf,
  nearSql,
  nearUsers,
  type Shape,
} from "./joint_loss_sql.ts";
import type { Rows, SmallTable, Store } from "./store.ts";

/** Where the original tables and the assignments to judge are, as SQL. */
export interface Judged {
  /** Pairs: user_id, contract_address, score. */
  readonly pairs: string;
  /** Users' groups: user_id, group_id. */
  readonly userGroups: string;
  /** Assignments. */
  readonly result: string;
  /** Users with the margin of their best bundle: how far to look for joint losses; absent: they are left out. */
  readonly current?: string;
  /** Pairs that must be given: user_id, contract_address; absent: none. */
  readonly pinned?: string;
  /** In how many parts users are judged, one after the other, where memory has no room for all lists. @default 1 */
  readonly parts?: number;
}

/** Which pairs count, and whether any comes twice: its largest score counts then. */
export type JudgedPairs = PairRules & {
  readonly repeats: boolean;
  readonly ownK: OwnK | null;
  /** By group, up to which margin users' bundles are told, for what groups lose jointly; absent: that is left out. */
  readonly near?: Float64Array;
};

/** The small tables that the statements read: contracts and their numbers, and groups with what their prices add. */
export function smallTables(
  problem: DualProblem,
  prices: Prices,
  slots: Slots | null = null,
  { ownK = null, near }: Partial<JudgedPairs> = {},
): SmallTable[] {
  const contracts = contractTable(slots?.names ?? problem.instance.contracts);
  const tables = [contracts, groupTable(problem, prices, near)];
  if (slots !== null) tables.push(slotTable(slots));
  if (ownK !== null) tables.push(...kTables(problem, ownK));
  return tables;
}

/** Contracts (with limits: slots, by the names that the pairs have) and their numbers, from 1, as a table. */
function contractTable(ids: readonly string[]): SmallTable {
  return {
    name: "_contract",
    columns: { contract_address: "text", number: "whole" },
    rows: ids.map((id, c) => [id, `${c + 1}`]),
  };
}

/** What rows of the users' groups say, and what that means, as tables: of several rows of a user the first code counts. */
function kTables({ instance: { groups } }: DualProblem, ownK: OwnK): SmallTable[] {
  const { keys, codes } = ownK;
  // Codes count from 1: 0 stands for none.
  return [{
    name: "_said_k",
    columns: { group_id: "text", own_k: "text", code: "whole" },
    rows: keys.map(([group, k], at) => [group, k, `${codes[at] + 1}`]),
  }, {
    name: "_code",
    columns: { code: "whole", of_group: "text", of_class: "whole" },
    rows: [...new Set(codes)].map((code) => {
      const { g, kc } = meaningOf(ownK, code);
      return [`${code + 1}`, groups[g], `${kc}`];
    }),
  }];
}

/** The name of each slot, as a table. */
function slotTable({ names }: Slots): SmallTable {
  return {
    name: "_slot",
    columns: { slot: "whole", slot_name: "text" },
    rows: names.map((name, s) => [`${s}`, name]),
  };
}

/** What is judged: numbers of contracts, or of slots where there are limits, and what they mean. */
interface Numbered {
  /** By number: the contract. */
  readonly contract: Uint32Array;
  /** How many of the first are sponsored. */
  readonly sponsored: number;
  /** By number: what an offer pays. */
  readonly price: Float64Array;
  /** By number: brand of the contract; null: there are none. */
  readonly brand: Uint32Array | null;
}

/** The numbers and prices in the checker's arithmetic. */
function numberedOf(
  { instance: { brand, sponsoredContracts, contracts } }: DualProblem,
  prices: Prices,
  slots: Slots | null,
): Numbered {
  if (slots === null) {
    const contract = Uint32Array.from(contracts.keys());
    return { contract, sponsored: sponsoredContracts, price: prices.contract, brand };
  }
  const { contract, sponsored, drop, pairOf } = slots;
  const costs = new LimitCosts(drop, LimitPrices.ofRows(drop, prices.limit)!);
  const price = Float64Array.from(
    contract,
    (c, s) => prices.contract[c] + costs.of(c, userOfPair(drop, pairOf[s]), pairOf[s]),
  );
  return { contract, sponsored, price, brand: brand && contract.map((c) => brand[c]) };
}

/**
 * Groups, as a table, with what their prices add to a user: `term` to a sponsored one, `up` per sponsored offer, `down`
 * per other offer, `mixes` to a user who has both kinds; and `near`, see `joint_loss_sql.ts`.
 */
function groupTable(
  problem: DualProblem,
  prices: Prices,
  near: Float64Array | undefined,
): SmallTable {
  const { groups, ratio } = problem.instance;
  const rows = groups.map((id, g) => {
    const at = prices.assignmentRatio[g], share = at > 0 ? ratio[g] - problem.policy.ratioSlack : 0;
    const term = prices.minSponsored[g] - prices.maxSponsored[g];
    const adds = [term, at * (1 - share), -at * share, -prices.mixedShare[g]];
    return [id, ...adds.map(String), String(near?.[g] ?? -1)];
  });
  return {
    name: "_group",
    columns: {
      ...{ group_id: "text", term: "real", up: "real", down: "real", mixes: "real", near: "real" },
    },
    rows,
  };
}

/** Rows (user_id, contract_address, …) with the contract's number in its place, 0 where it has none. */
function numberedRows(sql: Dialect, source: string, columns: string): string {
  return `(SELECT user_id, coalesce(number, 0) AS number, ${columns}
FROM ${sql.leftJoin(source, "_contract", "contract_address")}) AS numbered`;
}

/**
 * Pairs that count, by the numbers of their contracts: score not too low, each pair once, the best of each user; what takes a
 * grouping only where needed, and then by numbers, which are a tenth of the text.
 */
function eligible(
  sql: Dialect,
  pairs: string,
  { minScore, topN, repeats }: JudgedPairs,
): string {
  const least = Number.isFinite(minScore) ? ` WHERE value >= ${sql.number(minScore)}` : "";
  const plain = `SELECT user_id, ${sql.asText("contract_address")} AS contract_address, ${
    sql.as("real", "score")
  } AS value FROM ${pairs}`;
  const all = `(SELECT user_id, contract_address, value FROM (${plain}) AS plain${least}) AS every`;
  if (topN === Infinity) {
    const known = `${numberedRows(sql, all, "value")} WHERE number > 0`;
    const value = repeats ? "max(value) AS value" : "value";
    return `(SELECT user_id, number, ${value} FROM ${known}${
      repeats ? " GROUP BY user_id, number" : ""
    }) AS once`;
  }
  const once = !repeats ? all : `(SELECT user_id, contract_address, max(value) AS value
FROM ${all} GROUP BY user_id, contract_address) AS once`;
  // Contracts that are not given take no place among the best.
  const best = sql.firstPerUser(
    `${once} WHERE contract_address IN (SELECT contract_address FROM _contract)`,
    topN,
  );
  return numberedRows(sql, best, "value");
}

/** Each user's group, of those that are known, and its class of k. */
function groupOfUser(
  sql: Dialect,
  userGroups: string,
  ownK: OwnK | null,
): string {
  if (ownK !== null) {
    const said = ownK.keys.some(([, k]) => k !== "") ? sql.asText("own_k") : "''";
    const rows = `(SELECT user_id, ${sql.asText("group_id")} AS group_id, ${said} AS own_k
FROM ${userGroups}) AS said`;
    const coded =
      `(SELECT user_id, min(said_code) AS code FROM (SELECT user_id, coalesce(code, 0) AS said_code
FROM ${
        sql.leftJoin(rows, "_said_k", "group_id, own_k")
      }) AS every_code WHERE said_code > 0 GROUP BY user_id) AS coded`;
    return `(SELECT user_id, 1 AS has_group, of_group AS group_id, of_class AS kc
FROM ${sql.leftJoin(coded, "_code", "code")}) AS own`;
  }
  return `(SELECT user_id, 1 AS has_group, min(named) AS group_id, ${sql.as("whole", "0")} AS kc
FROM (SELECT user_id, ${sql.asText("group_id")} AS named FROM ${userGroups}) AS named_groups
WHERE named IN (SELECT group_id FROM _group) GROUP BY user_id) AS own`;
}

/**
 * What a user's pairs are worth less their prices, and the dearest of them, at most k, as SQL over `e`, `ev` and `nets`: of
 * sponsored ones as `a` and of others as `b`; where types don't matter all of them are in `b`. Of each brand the dearest count, as many as a
 * user may have: of either type under model uniform, which lets a mixed bundle have more than is allowed and so is still a
 * bound.
 */
function dearestSums(
  sql: Dialect,
  problem: DualProblem,
  { sponsored, price, brand }: Numbered,
  hasPins: boolean,
): { nets: string; a: string; b: string } {
  const { k, policy } = problem;
  const uniform = policy.model === "uniform";
  // Numbers of contracts begin at 1.
  const bonus = (c: string) =>
    uniform ? "" : ` + if(${c} <= ${sponsored}, ${sql.number(policy.sponsoredBonus)}, 0.0)`;
  const nets = sql.map2(
    "e",
    "ev",
    (c, v) => `${v} - ${sql.lookup(`(${c} - 1)`, price)}${bonus(c)}`,
  );
  // Pins come first: a bundle without them is none.
  const keys = !hasPins
    ? "nets"
    : sql.map2("e", "nets", (c, net) => `${net} + if(${sql.has("pins", c)}, 1e12, 0.0)`);
  const sums = (among: OfItem | null) => {
    const of = (list: string) => among === null ? list : sql.filter2(list, "e", (_, c) => among(c));
    const own = of(keys);
    let dearest = hasPins ? sql.byFalling(of("nets"), own) : sql.falling(own);
    if (policy.maxPerBrand !== null && brand !== null) {
      const contracts = among === null ? "e" : sql.filter("e", among);
      const brands = sql.map(
        sql.byFalling(contracts, own),
        (c) => sql.lookup(`(${c} - 1)`, brand),
      );
      dearest = sql.filter2(
        dearest,
        sql.occurrences(brands),
        (_, n) => `${n} <= ${policy.maxPerBrand}`,
      );
    }
    return sql.first(dearest, `${k}`);
  };
  if (!uniform) return { nets, a: sql.first("nets", "0"), b: sums(null) };
  return {
    nets,
    a: sums((c) => `${c} <= ${sponsored}`),
    b: sums((c) => `${c} > ${sponsored}`),
  };
}

/** What each bundle that the policy allows is worth to a user, as SQL; far below 0 where the user lacks the pairs. */
function bundleValues(
  sql: Dialect,
  problem: DualProblem,
  ownK: OwnK | null,
  hasPins: boolean,
): string[] {
  const { k, policy } = problem;
  const own = policiesOf(problem, ownK);
  const uniform = policy.model === "uniform";
  const having = (n: number, m: number, parts: string[]) => {
    const enough = [`na >= ${n}`, `nb >= ${m}`].filter((_, i) => [n, m][i] > 0);
    if (hasPins) enough.push(`pa <= ${n}`, `pb <= ${m}`);
    const may = own.map((one) => n + m <= one.k && mayHold(one, n, m) ? 1 : 0);
    if (may.includes(0)) enough.push(`${sql.lookup("kc", may)} > 0`);
    const coverage = sql.lookup("kc", own.map((one) => worthOfCount(one, n + m)));
    const value = [...parts, own.length === 1 ? sql.number(worthOfCount(own[0], n + m)) : coverage]
      .join(" + ");
    return enough.length === 0 ? value : `if(${enough.join(" AND ")}, ${value}, -1e100)`;
  };
  const dearest = (of: string, n: number) =>
    Array.from({ length: n }, (_, at) => sql.at(of, `${at + 1}`)).join(" + ");
  const sponsored = (n: number) => [
    dearest("a", n),
    `${sql.number(policy.sponsoredBonus)} + term`,
    `${n} * up`,
  ];
  const others = (m: number) => uniform ? [dearest("b", m), `${m} * down`] : [dearest("b", m)];
  const counts = Array.from({ length: k }, (_, n) => n + 1);
  const values = [having(0, 0, ["0.0"]), ...counts.map((m) => having(0, m, others(m)))];
  if (!uniform) return values;
  return [
    ...values,
    ...counts.map((n) => having(n, 0, sponsored(n))),
    ...mixedShapes(problem, own).map(([n, m]) =>
      having(n, m, [...sponsored(n), ...others(m), "mixes"])
    ),
  ];
}

/** The bundles of {@link bundleValues}, in their order. */
function bundleShapes(problem: DualProblem, ownK: OwnK | null): Shape[] {
  const counts = Array.from({ length: problem.k }, (_, n) => n + 1);
  const others = [[0, 0] as const, ...counts.map((m) => [0, m] as const)];
  if (problem.policy.model !== "uniform") return others;
  const mixed = mixedShapes(problem, policiesOf(problem, ownK));
  return [...others, ...counts.map((n) => [n, 0] as const), ...mixed];
}

/** The policy for each class of k. */
function policiesOf({ k, policy }: DualProblem, ownK: OwnK | null): Policy[] {
  // Nobody gets more than there are contracts, but what is missed is missed against all that one may have.
  if (ownK === null) {
    return [policy.covMode === "shortfall" ? policy : { ...policy, k: Math.min(policy.k, k) }];
  }
  return ownK.values.map((own) => ({ ...policy, k: own }));
}

/** Allowed bundles with both kinds: numbers of sponsored and of other offers. */
function mixedShapes({ k }: DualProblem, policies: readonly Policy[]): [number, number][] {
  const shapes: [number, number][] = [];
  for (let i = 1; i < k; i++) {
    for (let j = 1; i + j <= k; j++) {
      if (policies.some((one) => i + j <= one.k && mayHold(one, i, j))) shapes.push([i, j]);
    }
  }
  return shapes;
}

/**
 * The statement that judges a part's assignments and recomputes its share of the bound, in one pass over the pairs: a row
 * per group with users, sums and counts of broken rules.
 */
export function judgeSql(
  dialect: Dialect,
  problem: DualProblem,
  { pairs, userGroups, result, pinned }: Judged,
  rules: JudgedPairs,
  prices: Prices,
  slots: Slots | null = null,
): string {
  const sql = dialect.begin();
  const numbered = numberedOf(problem, prices, slots);
  const { nets, a, b } = dearestSums(sql, problem, numbered, pinned !== undefined);
  const pins = pinned === undefined ? "" : "pins, ";
  const heldContracts = slots === null
    ? "held"
    : sql.map("held", (c) => sql.lookup(`(${c} - 1)`, numbered.contract));
  const scoreOf = (c: string) => sql.at("ev", sql.placeOf("e", c));
  const wrong = sql.map2(
    "held",
    "said",
    (c, s) => `if(${sql.has("e", c)}, if(${scoreOf(c)} != ${s}, 1.0, 0.0), 0.0)`,
  );
  const lists = listsOfUsers(sql, eligible(sql, pairs, rules), {
    ...{ result, pinned },
    bySlot: slots !== null,
  });
  // Servers of ClickHouse 18.16 take columns for unused that only lambdas capture: hence the second time.
  const asked = `${sql.length("e")} > 0 AND ${sql.length("ev")} > 0${
    pinned === undefined ? "" : ` AND ${sql.length("pins")} >= 0`
  }`;
  const known = `(SELECT user_id, ${pins}named_groups, e, ev, held, said, ${
    sql.filter("held", (c) => sql.has("e", c))
  } AS known, ${nets} AS nets FROM ${sql.from(lists)}
WHERE ${asked}) AS known_offers`;
  const distinct = `(SELECT user_id, ${pins}named_groups, e, ev, held, said, known, nets, ${
    sql.distinct("known")
  } AS given, ${a} AS a, ${b} AS b FROM ${sql.from(known)}) AS given_offers`;
  const counted = `(SELECT user_id, ${
    pinnedCounts(sql, numbered, problem, pinned !== undefined)
  }, named_groups, a, b, ${sql.length("a")} AS na, ${sql.length("b")} AS nb, ${
    brokenBrands(sql, problem, numbered)
  } AS brands, ${sql.sum(sql.map("given", scoreOf))} AS score,
  ${sql.count("given", (c) => `${c} <= ${numbered.sponsored}`)} AS ns, ${
    sql.count("given", (c) => `${c} > ${numbered.sponsored}`)
  } AS nu,
  ${sql.length("held")} - ${sql.length(sql.distinct(heldContracts))} AS twice,
  ${sql.length("held")} - ${sql.length("known")} AS strays, ${sql.sum(wrong)} AS wrong
FROM ${sql.from(distinct)} WHERE ${asked}) AS judged`;
  const owner = `(SELECT user_id, has_group, group_id, kc, term, up, down, mixes, near
FROM ${sql.leftJoin(groupOfUser(sql, userGroups, rules.ownK), "_group", "group_id")}) AS owner`;
  const all = sql.leftJoin(counted, owner, "user_id");
  const { columns, from } = toldOfGroups(
    sql,
    problem,
    { ...rules, hasPins: pinned !== undefined },
    all,
  );
  return sql.statement(
    `SELECT group_id, ${columns.join(",\n  ")}\nFROM ${sql.from(from)}
WHERE has_group = 1
GROUP BY group_id`,
  );
}

/** What is told of groups, by columns over a source: their facts, and what their joint losses are reckoned from. */
function toldOfGroups(
  sql: Dialect,
  problem: DualProblem,
  { ownK, near, hasPins }: JudgedPairs & { readonly hasPins: boolean },
  users: string,
): { columns: string[]; from: string } {
  const values = bundleValues(sql, problem, ownK, hasPins);
  if (near === undefined) {
    const facts = judgedColumns(sql, problem, ownK, sql.greatest(values));
    return { columns: Object.values(facts), from: users };
  }
  const facts = judgedColumns(sql, problem, ownK, sql.at("ranked", "1"));
  return {
    columns: [...Object.values(facts), ...jointColumns(sql, bundleShapes(problem, ownK))],
    from: nearUsers(sql, users, FACTS_OF_USERS, values),
  };
}

/** Columns of users that their groups' facts are told by. */
const FACTS_OF_USERS = [
  ...["has_group", "group_id", "kc", "ns", "nu", "score", "twice", "strays", "wrong", "brands"],
  ...["named_groups", "unpinned"],
];

/**
 * A row for each user: e, ev: numbers of eligible contracts and their scores; held, said: of assigned ones, and the scores said;
 * the groups named beside those.
 */
function listsOfUsers(
  sql: Dialect,
  eligible: string,
  { result, pinned, bySlot }: { result: string; pinned: string | undefined; bySlot: boolean },
): string {
  const elig = "from_elig = 1", told = "from_elig = 0";
  // Of the result the slots stand for the contracts; that they do is looked at beside.
  const withSlots = `(SELECT user_id, slot, score, group_id FROM ${result}) AS with_slots`;
  const given = !bySlot ? result : `(SELECT user_id, slot_name AS contract_address, score, group_id
FROM ${sql.leftJoin(withSlots, "_slot", "slot")}) AS named_slots`;
  const from = (kind: number) => `${sql.as("count", `${kind}`)} AS from_elig`;
  const mustBe = pinned === undefined ? "" : `
UNION ALL SELECT user_id, number, value, ${from(2)}, '' AS said_group FROM ${
    numberedRows(sql, pinned, "value")
  }`;
  const rows = `(SELECT user_id, number, value, ${from(1)}, '' AS said_group FROM ${eligible}
UNION ALL SELECT user_id, number, score AS value, ${from(0)}, group_id AS said_group FROM ${
    numberedRows(sql, given, "score, group_id")
  }${mustBe}) AS row_of`;
  const pins = pinned === undefined ? "" : `${sql.collectIf("number", "from_elig = 2")} AS pins, `;
  return `(SELECT user_id, ${pins}${sql.collectIf("number", elig)} AS e, ${
    sql.collectIf("value", elig)
  } AS ev,
  ${sql.collectIf("number", told)} AS held, ${sql.collectIf("value", told)} AS said,
  ${sql.collectIf("said_group", told)} AS named_groups
FROM ${rows} WHERE number > 0 OR from_elig = 0 GROUP BY user_id) AS lists`;
}

/** What is told of each group, in the order of the statement. */
const JUDGED = [
  "users",
  "sponsored",
  "score",
  "worth",
  "offers",
  "served",
  "tooMany",
  "twice",
  "strays",
  "wrongMix",
  "wrongScore",
  "sponsoredOffers",
  "mixed",
  "brands",
  "wrongGroup",
  "unpinned",
  "bound",
] as const;
type Fact = typeof JUDGED[number];

/** The statement's columns: sums over the users of a group; `best` is what a user's best bundle is worth. */
function judgedColumns(
  sql: Dialect,
  problem: DualProblem,
  ownK: OwnK | null,
  best: string,
): Record<Fact, string> {
  const { k, policy } = problem;
  const uniform = policy.model === "uniform";
  const own = policiesOf(problem, ownK);
  const allowed = mixedShapes(problem, own).map(([i, j]) => {
    const may = own.map((one) => i + j <= one.k && mayHold(one, i, j) ? 1 : 0);
    return `(ns = ${i} AND nu = ${j}${may.includes(0) ? ` AND ${sql.lookup("kc", may)} > 0` : ""})`;
  });
  const wrongMix = !uniform
    ? "1 = 0"
    : `ns > 0 AND nu > 0${allowed.length === 0 ? "" : ` AND NOT (${allowed.join(" OR ")})`}`;
  const bonus = `${sql.number(policy.sponsoredBonus)} * ${uniform ? "if(ns > 0, 1, 0)" : "ns"}`;
  const worths = own.flatMap((one) => countWorth(k, one));
  const worth = ownK === null
    ? sql.lookup("(ns + nu)", worths, worths[k])
    : sql.lookup(`(kc * ${k + 1} + ${sql.least(["ns + nu", `${k}`])})`, worths);
  return {
    users: "count(*)",
    sponsored: sql.countIf("ns > 0"),
    score: "sum(score)",
    worth: `sum(${worth} + ${bonus})`,
    offers: "sum(ns + nu)",
    served: sql.countIf("ns + nu > 0"),
    tooMany: sql.countIf(
      ownK === null ? `ns + nu > ${k}` : `ns + nu > ${sql.lookup("kc", ownK.values)}`,
    ),
    twice: "sum(twice)",
    strays: "sum(strays)",
    wrongMix: sql.countIf(wrongMix),
    wrongScore: "sum(wrong)",
    sponsoredOffers: "sum(ns)",
    mixed: sql.countIf("ns > 0 AND nu > 0"),
    brands: "sum(brands)",
    wrongGroup: `sum(${sql.count("named_groups", (g) => `${g} != group_id`)})`,
    unpinned: "sum(unpinned)",
    bound: `sum(${best})`,
  };
}

/** How many pins a user has of either type (all are `pb` where types don't matter), and how many of them are not given. */
function pinnedCounts(
  sql: Dialect,
  { sponsored }: Numbered,
  { policy }: DualProblem,
  hasPins: boolean,
): string {
  if (!hasPins) return `${sql.as("count", "0")} AS unpinned`;
  const first = policy.model === "uniform" ? sponsored : 0;
  const count = (holds: OfItem) => sql.count("pins", holds);
  return `${count((c) => `${c} <= ${first}`)} AS pa, ${count((c) => `${c} > ${first}`)} AS pb, ${
    count((c) => `NOT ${sql.has("given", c)}`)
  } AS unpinned`;
}

/** Whether a user's offers break the limit per brand, as a number, over `given`. */
function brokenBrands(sql: Dialect, { policy }: DualProblem, { brand }: Numbered): string {
  if (brand === null || policy.maxPerBrand === null) return sql.as("count", "0");
  // Numbers of contracts begin at 1.
  const own = sql.map("given", (c) => sql.lookup(`(${c} - 1)`, brand));
  const beyond = sql.count(sql.occurrences(own), (n) => `${n} > ${policy.maxPerBrand}`);
  return `if(${beyond} > 0, 1, 0)`;
}

/** Worth of 0, 1, … k offers beside their scores, as the checker has it. */
function countWorth(k: number, policy: Policy): number[] {
  return Array.from({ length: k + 1 }, (_, n) => worthOfCount(policy, n));
}

/** The statement that counts how often each contract was given; where there are limits, in each slot. */
export function loadSql({ result }: Judged, bySlot = false): string {
  const key = bySlot ? "contract_address, slot" : "contract_address";
  return `SELECT count(*), ${key} FROM ${result} GROUP BY ${key}`;
}

/** Float64Array, length groups: each of what is told, added up over the parts in their order. */
type JudgedGroups = Readonly<Record<Fact, Float64Array>>;

/** What is judged, of the users of one of several parts. */
function partOf(sql: Dialect, judged: Judged, part: number): Judged {
  const { pairs, userGroups, result, pinned, parts = 1 } = judged;
  if (parts === 1) return judged;
  const some = (source: string) =>
    `(SELECT * FROM ${source} WHERE ${sql.hash("user_id", 5)} % ${parts} = ${part}) AS some_users`;
  return {
    ...judged,
    ...{ pairs: some(pairs), userGroups: some(userGroups), result: some(result) },
    ...(pinned !== undefined && { pinned: some(pinned) }),
  };
}

/** Judges the assignments of all parts and recomputes the bound. */
export async function certify(
  store: Store,
  problem: DualProblem,
  judged: Judged,
  pairRules: JudgedPairs,
  prices: Prices,
  control: RunControl,
  slots: Slots | null = null,
): Promise<Certified> {
  const near = await nearBundles(store, judged.current, prices, control);
  const rules = { ...pairRules, near };
  const groups: Rows[] = [];
  const { parts = 1 } = judged, { dialect } = store;
  for (let part = 0; part < parts; part++) {
    if (parts > 1) control.onProgress?.({ phase: "certify", done: part / parts });
    const sql = judgeSql(dialect, problem, partOf(dialect, judged, part), rules, prices, slots);
    groups.push(...await store.rows(sql, control, smallTables(problem, prices, slots, rules)));
  }
  const joint = near && jointLossOf(problem, rules.ownK, near, groups.flat());
  const loads = await store.rows(loadSql(judged, slots !== null), control);
  const load = new Map<string, number>();
  const ofLimits = slots === null ? null : new JudgedLimits(problem, slots, prices);
  for (const [n, id, slot] of loads.flat()) {
    load.set(id, (load.get(id) ?? 0) + Number(n));
    ofLimits?.add(id, Number(slot), Number(n));
  }
  return verdict(problem, prices, judgedGroups(problem, groups.flat()), {
    ...{ load, ofLimits, rules, lost: (demands) => joint?.total(demands, prices, problem) ?? 0 },
  });
}

/** Margins up to which users' bundles are told, by group; undefined where no price is on a rule that needs it. */
async function nearBundles(
  store: Store,
  current: string | undefined,
  prices: Prices,
  control: RunControl,
): Promise<Float64Array | undefined> {
  const { length: groups } = jointGroups(prices);
  if (groups === 0 || current === undefined) return undefined;
  const sql = nearSql(store.dialect, store.overAll(current), groups);
  return nearOf(prices, await store.rowsOverAll(sql, control));
}

/** What groups lose jointly, by what was told of them. */
function jointLossOf(
  problem: DualProblem,
  ownK: OwnK | null,
  near: Float64Array,
  rows: Rows,
): JointLoss {
  const joint = new JointLoss(bundleShapes(problem, ownK), near);
  const index = new Map(problem.instance.groups.map((id, g) => [id, g]));
  for (const [id, ...cells] of rows) joint.add(index.get(id)!, cells.slice(JUDGED.length));
  return joint;
}

/** Limits judged by the checker's arithmetic, over the drop that stands for all. */
class JudgedLimits {
  /** Assignments whose contract is not that of their slot. */
  strays = 0;
  /** Of the others how many there are in each slot. */
  readonly offers: Float64Array;
  readonly prices: LimitPrices;
  readonly #problem: DualProblem;
  readonly #slots: Slots;
  readonly #tally: LimitTally;

  constructor(problem: DualProblem, slots: Slots, prices: Prices) {
    this.#problem = problem;
    this.#slots = slots;
    this.prices = LimitPrices.ofRows(slots.drop, prices.limit)!;
    this.#tally = new LimitTally(this.prices.declared);
    this.offers = new Float64Array(slots.contract.length);
  }

  /** Counts assignments of a slot. */
  add(id: string, slot: number, offers: number): void {
    const { drop, pairOf, contract } = this.#slots, c = contract[slot], p = pairOf[slot];
    if (c === undefined || drop.contracts[c] !== id) {
      this.strays += offers;
      return;
    }
    this.#tally.add(c, userOfPair(drop, p), p, offers);
    this.offers[slot] += offers;
  }

  /** What units beyond limits that may be missed take from the objective. */
  get penalty(): number {
    return this.#tally.sum(this.#problem.shortfallPrice).penalty;
  }

  /** Limits that are broken, and leasts that lack something at the shortfall price. */
  get beyond(): { broken: number; missed: number } {
    const { limits } = this.prices.declared;
    const count = (what: string) =>
      limits.filter((limit, l) => consequenceOf(limit) === what && this.#tally.beyond(l) > 0)
        .length;
    return { broken: count("broken"), missed: count("at_shortfall_price") };
  }
}

function judgedGroups({ instance: { groups } }: DualProblem, rows: Rows): JudgedGroups {
  const index = new Map(groups.map((id, g) => [id, g]));
  const judged = Object.fromEntries(
    JUDGED.map((name) => [name, new Float64Array(groups.length)]),
  ) as Record<Fact, Float64Array>;
  for (const [id, ...facts] of rows) {
    const g = index.get(id)!;
    JUDGED.forEach((name, i) => judged[name][g] += Number(facts[i]));
  }
  return judged;
}

/** What the counts come to: bound, objective, and every rule that is broken. */
function verdict(
  problem: DualProblem,
  prices: Prices,
  judged: JudgedGroups,
  { load, ofLimits, rules, lost }: {
    load: ReadonlyMap<string, number>;
    ofLimits: JudgedLimits | null;
    rules: JudgedPairs;
    lost: (demands: readonly GroupDemand[]) => number;
  },
): Certified {
  const { instance, policy, k, shortfallPrice } = problem;
  const { contracts, cap } = instance;
  const total = (name: Fact) => judged[name].reduce((sum, n) => sum + n, 0);
  const over = contracts.filter((id, c) => (load.get(id) ?? 0) > cap[c]);
  const given = [...load.values()].reduce((sum, n) => sum + n, 0);
  const demands = demandsOf({ ...instance, groupSize: Uint32Array.from(judged.users) }, policy);
  const groups = judgeGroups(demands, judged);
  const faults: [number, string][] = [
    [over.length, "contracts over their cap"],
    [
      total("tooMany"),
      rules.ownK === null
        ? `users with more than ${k} offers`
        : "users with more offers than their k",
    ],
    [total("twice"), "pairs given twice"],
    [given - total("offers") - total("twice"), "assignments of pairs that are not eligible"],
    [total("wrongMix"), "users with offers of both types"],
    [total("wrongScore"), "assignments with a score that is not the pair's"],
    [total("wrongGroup"), "users whose assignments name a group that is not theirs"],
    [total("brands"), `users with more than ${policy.maxPerBrand} offers of a brand`],
    [ofLimits?.strays ?? 0, "assignments that no limit counts as what they are"],
    [ofLimits?.beyond.broken ?? 0, "limits exceeded"],
    [total("unpinned"), "pins that are not given"],
    [groups.overMost, "groups over their most sponsored users"],
    [groups.underShare, "groups below their share of sponsored assignments"],
    [groups.overMixed, "groups over their most mixed users"],
  ];
  const objective = total("score") + total("worth") - shortfallPrice * groups.shortfall -
    (ofLimits?.penalty ?? 0);
  const { worth } = worthOfLimits(instance, demands, prices, ofLimits?.prices ?? null);
  return {
    // Where the two meet, sums in another order may differ in their last digits.
    bound: atLeast(total("bound") + worth - lost(demands), objective),
    objective,
    score: total("score"),
    assignments: given,
    users: total("users"),
    usersWithOffers: total("served"),
    shortfall: groups.shortfall,
    slotOffers: ofLimits?.offers ?? null,
    leastsMissed: ofLimits?.beyond.missed ?? 0,
    broken: faults.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`),
  };
}

/** A bound that is below the objective by rounding only is the objective; any other stands, and is for others to refuse. */
function atLeast(bound: number, objective: number): number {
  return objective - bound <= 1e-9 * Math.abs(objective) ? Math.max(bound, objective) : bound;
}

/** What the groups lack, and how many of them break a rule. */
function judgeGroups(demands: readonly GroupDemand[], held: JudgedGroups) {
  const faults = { shortfall: 0, overMost: 0, underShare: 0, overMixed: 0 };
  demands.forEach(({ least, most, share, mixed }, g) => {
    const sponsored = held.sponsored[g];
    if (sponsored < least) faults.shortfall += least - sponsored;
    if (most !== null && sponsored > most) faults.overMost++;
    if (mixed !== null && held.mixed[g] > mixed) faults.overMixed++;
    const reached = share === null || reachesShare(held.sponsoredOffers[g], held.offers[g], share);
    if (!reached) faults.underShare++;
  });
  return faults;
}
