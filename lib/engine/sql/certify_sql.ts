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
}

/** Which pairs count, and whether any comes twice: its largest score counts then. */
export type JudgedPairs = PairRules & { readonly repeats: boolean };

/** The small tables that the statements read: contracts and their numbers, and groups with what their prices add. */
export function smallTables(
  problem: DualProblem,
  prices: Prices,
  slots: Slots | null = null,
  near: Float64Array | null = null,
): SmallTable[] {
  const contracts = contractTable(slots?.names ?? problem.instance.contracts);
  const tables = [contracts, groupTable(problem, prices, near)];
  return slots === null ? tables : [...tables, slotTable(slots)];
}

/** Contracts (with limits: slots, by the names that the pairs have) and their numbers, from 1, as a table. */
function contractTable(ids: readonly string[]): SmallTable {
  return {
    name: "_contract",
    columns: { contract_address: "text", number: "whole" },
    rows: ids.map((id, c) => [id, `${c + 1}`]),
  };
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
  near: Float64Array | null,
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

/** Pairs that count: score not too low, each pair once, the best of each user; what takes a grouping only where needed. */
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
  const once = !repeats ? all : `(SELECT user_id, contract_address, max(value) AS value
FROM ${all} GROUP BY user_id, contract_address) AS once`;
  if (topN === Infinity) return once;
  // Contracts that are not given take no place among the best.
  return sql.firstPerUser(
    `${once} WHERE contract_address IN (SELECT contract_address FROM _contract)`,
    topN,
  );
}

/** Each user's group, of those that are known. */
function groupOfUser(sql: Dialect, userGroups: string): string {
  return `(SELECT user_id, 1 AS has_group, min(named) AS group_id
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
  const sums = (among: OfItem | null) => {
    const own = among === null ? "nets" : sql.filter2("nets", "e", (_, c) => among(c));
    let dearest = sql.falling(own);
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
function bundleValues(sql: Dialect, problem: DualProblem): string[] {
  const { k, policy } = problem;
  const coverage = countWorth(problem);
  const uniform = policy.model === "uniform";
  const having = (n: number, m: number, parts: string[]) => {
    const enough = [`na >= ${n}`, `nb >= ${m}`].filter((_, i) => [n, m][i] > 0);
    const value = [...parts, sql.number(coverage[n + m])].join(" + ");
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
    ...mixedShapes(problem).map(([n, m]) => having(n, m, [...sponsored(n), ...others(m), "mixes"])),
  ];
}

/** The bundles of {@link bundleValues}, in their order. */
function bundleShapes(problem: DualProblem): Shape[] {
  const counts = Array.from({ length: problem.k }, (_, n) => n + 1);
  const others = [[0, 0] as const, ...counts.map((m) => [0, m] as const)];
  if (problem.policy.model !== "uniform") return others;
  return [...others, ...counts.map((n) => [n, 0] as const), ...mixedShapes(problem)];
}

/** Allowed bundles with both kinds: numbers of sponsored and of other offers. */
function mixedShapes({ k, policy }: DualProblem): [number, number][] {
  const shapes: [number, number][] = [];
  for (let i = 1; i < k; i++) {
    for (let j = 1; i + j <= k; j++) if (mayHold(policy, i, j)) shapes.push([i, j]);
  }
  return shapes;
}

/**
 * The statement that judges a part's assignments and recomputes its share of the bound, in one pass over the pairs: a row
 * per group with users, sums and counts of broken rules.
 *
 * @param isJoint whether what groups' joint losses are reckoned from is told too
 */
export function judgeSql(
  dialect: Dialect,
  problem: DualProblem,
  { pairs, userGroups, result }: Judged,
  rules: JudgedPairs,
  prices: Prices,
  slots: Slots | null = null,
  isJoint = false,
): string {
  const sql = dialect.begin();
  const numbered = numberedOf(problem, prices, slots);
  const { nets, a, b } = dearestSums(sql, problem, numbered);
  const heldContracts = slots === null
    ? "held"
    : sql.map("held", (c) => sql.lookup(`(${c} - 1)`, numbered.contract));
  const elig = "from_elig = 1", told = "from_elig = 0";
  const scoreOf = (c: string) => sql.at("ev", sql.placeOf("e", c));
  const wrong = sql.map2(
    "held",
    "said",
    (c, s) => `if(${sql.has("e", c)}, if(${scoreOf(c)} != ${s}, 1.0, 0.0), 0.0)`,
  );
  // Of the result the slots stand for the contracts; that they do is looked at beside.
  const given = slots === null
    ? result
    : `(SELECT user_id, slot_name AS contract_address, score, group_id
FROM ${
      sql.leftJoin(
        `(SELECT user_id, slot, score, group_id FROM ${result}) AS with_slots`,
        "_slot",
        "slot",
      )
    }) AS named_slots`;
  // e, ev: eligible contracts and their scores; held, said: assigned ones and the scores said; given: those that are eligible.
  const rows = `(SELECT user_id, contract_address, value, ${
    sql.as("count", "1")
  } AS from_elig, '' AS said_group FROM ${eligible(sql, pairs, rules)}
UNION ALL SELECT user_id, contract_address, score AS value, ${
    sql.as("count", "0")
  } AS from_elig, group_id AS said_group FROM ${given}) AS row_of`;
  const withNumbers = `(SELECT user_id, coalesce(number, 0) AS number, value, from_elig, said_group
FROM ${sql.leftJoin(rows, "_contract", "contract_address")}) AS numbered`;
  const lists = `(SELECT user_id, ${sql.collectIf("number", elig)} AS e, ${
    sql.collectIf("value", elig)
  } AS ev,
  ${sql.collectIf("number", told)} AS held, ${sql.collectIf("value", told)} AS said,
  ${sql.collectIf("said_group", told)} AS named_groups
FROM ${withNumbers} WHERE number > 0 OR from_elig = 0 GROUP BY user_id) AS lists`;
  // Servers of ClickHouse 18.16 take columns for unused that only lambdas capture: hence the second time.
  const asked = `${sql.length("e")} > 0 AND ${sql.length("ev")} > 0`;
  const known = `(SELECT user_id, named_groups, e, ev, held, said, ${
    sql.filter("held", (c) => sql.has("e", c))
  } AS known, ${nets} AS nets FROM ${sql.from(lists)}
WHERE ${asked}) AS known_offers`;
  const distinct = `(SELECT user_id, named_groups, e, ev, held, said, known, nets, ${
    sql.distinct("known")
  } AS given, ${a} AS a, ${b} AS b FROM ${sql.from(known)}) AS given_offers`;
  const counted = `(SELECT user_id, named_groups, a, b, ${sql.length("a")} AS na, ${
    sql.length("b")
  } AS nb, ${brokenBrands(sql, problem, numbered)} AS brands, ${
    sql.sum(sql.map("given", scoreOf))
  } AS score,
  ${sql.count("given", (c) => `${c} <= ${numbered.sponsored}`)} AS ns, ${
    sql.count("given", (c) => `${c} > ${numbered.sponsored}`)
  } AS nu,
  ${sql.length("held")} - ${sql.length(sql.distinct(heldContracts))} AS twice,
  ${sql.length("held")} - ${sql.length("known")} AS strays, ${sql.sum(wrong)} AS wrong
FROM ${sql.from(distinct)} WHERE ${asked}) AS judged`;
  const owner = `(SELECT user_id, has_group, group_id, term, up, down, mixes, near
FROM ${sql.leftJoin(groupOfUser(sql, userGroups), "_group", "group_id")}) AS owner`;
  const plain = sql.leftJoin(counted, owner, "user_id"), values = bundleValues(sql, problem);
  const source = isJoint ? nearUsers(sql, plain, TOLD_OF_USERS, values) : plain;
  const best = isJoint ? sql.at("ranked", "1") : sql.greatest(values);
  const columns = [
    ...Object.values(judgedColumns(sql, problem, best)),
    ...(isJoint ? jointColumns(sql, bundleShapes(problem)) : []),
  ];
  return sql.statement(
    `SELECT group_id, ${columns.join(",\n  ")}
FROM ${sql.from(source)}
WHERE has_group = 1
GROUP BY group_id`,
  );
}

/** Columns of users that groups' facts are told by. */
const TOLD_OF_USERS = [
  ...["has_group", "group_id", "ns", "nu", "score", "twice", "strays", "wrong", "brands"],
  "named_groups",
];

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
  "bound",
] as const;
type Fact = typeof JUDGED[number];

/** The statement's columns: sums over the users of a group. */
function judgedColumns(
  sql: Dialect,
  problem: DualProblem,
  best: string,
): Record<Fact, string> {
  const { k, policy } = problem;
  const uniform = policy.model === "uniform";
  const allowed = mixedShapes(problem).map(([i, j]) => `(ns = ${i} AND nu = ${j})`);
  const wrongMix = !uniform
    ? "1 = 0"
    : `ns > 0 AND nu > 0${allowed.length === 0 ? "" : ` AND NOT (${allowed.join(" OR ")})`}`;
  const bonus = `${sql.number(policy.sponsoredBonus)} * ${uniform ? "if(ns > 0, 1, 0)" : "ns"}`;
  const worths = countWorth(problem);
  const worth = sql.lookup("(ns + nu)", worths, worths[k]);
  return {
    users: "count(*)",
    sponsored: sql.countIf("ns > 0"),
    score: "sum(score)",
    worth: `sum(${worth} + ${bonus})`,
    offers: "sum(ns + nu)",
    served: sql.countIf("ns + nu > 0"),
    tooMany: sql.countIf(`ns + nu > ${k}`),
    twice: "sum(twice)",
    strays: "sum(strays)",
    wrongMix: sql.countIf(wrongMix),
    wrongScore: "sum(wrong)",
    sponsoredOffers: "sum(ns)",
    mixed: sql.countIf("ns > 0 AND nu > 0"),
    brands: "sum(brands)",
    wrongGroup: `sum(${sql.count("named_groups", (g) => `${g} != group_id`)})`,
    bound: `sum(${best})`,
  };
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
function countWorth({ k, policy }: DualProblem): number[] {
  return Array.from({ length: k + 1 }, (_, n) => worthOfCount(policy, n));
}

/** The statement that counts how often each contract was given; where there are limits, in each slot. */
export function loadSql({ result }: Judged, bySlot = false): string {
  const key = bySlot ? "contract_address, slot" : "contract_address";
  return `SELECT count(*), ${key} FROM ${result} GROUP BY ${key}`;
}

/** Float64Array, length groups: each of what is told, added up over the parts in their order. */
type JudgedGroups = Readonly<Record<Fact, Float64Array>>;

/** Judges the assignments of all parts and recomputes the bound. */
export async function certify(
  store: Store,
  problem: DualProblem,
  judged: Judged,
  rules: JudgedPairs,
  prices: Prices,
  control: RunControl,
  slots: Slots | null = null,
): Promise<Certified> {
  const near = await nearBundles(store, judged.current, prices, control), isJoint = near !== null;
  const sql = judgeSql(store.dialect, problem, judged, rules, prices, slots, isJoint);
  const groups = await store.rows(sql, control, smallTables(problem, prices, slots, near));
  const joint = near === null ? null : new JointLoss(bundleShapes(problem), near);
  const index = new Map(problem.instance.groups.map((id, g) => [id, g]));
  for (const [id, ...cells] of groups.flat()) {
    joint?.add(index.get(id)!, cells.slice(JUDGED.length));
  }
  const loads = await store.rows(loadSql(judged, slots !== null), control);
  const load = new Map<string, number>();
  const ofLimits = slots === null ? null : new JudgedLimits(problem, slots, prices);
  for (const [n, id, slot] of loads.flat()) {
    load.set(id, (load.get(id) ?? 0) + Number(n));
    ofLimits?.add(id, Number(slot), Number(n));
  }
  return verdict(problem, prices, judgedGroups(problem, groups.flat()), load, ofLimits, joint);
}

/** Margins up to which users' bundles are told, by group; null where no price is on a rule that needs it. */
async function nearBundles(
  store: Store,
  current: string | undefined,
  prices: Prices,
  control: RunControl,
): Promise<Float64Array | null> {
  const { length: groups } = jointGroups(prices);
  if (groups === 0 || current === undefined) return null;
  const sql = nearSql(store.dialect, store.overAll(current), groups);
  return nearOf(prices, await store.rowsOverAll(sql, control));
}

/** Limits judged by the checker's arithmetic, over the drop that stands for all. */
class JudgedLimits {
  /** Assignments whose contract is not that of their slot. */
  strays = 0;
  readonly prices: LimitPrices;
  readonly #problem: DualProblem;
  readonly #slots: Slots;
  readonly #tally: LimitTally;

  constructor(problem: DualProblem, slots: Slots, prices: Prices) {
    this.#problem = problem;
    this.#slots = slots;
    this.prices = LimitPrices.ofRows(slots.drop, prices.limit)!;
    this.#tally = new LimitTally(this.prices.declared);
  }

  /** Counts assignments of a slot. */
  add(id: string, slot: number, offers: number): void {
    const { drop, pairOf, contract } = this.#slots, c = contract[slot], p = pairOf[slot];
    if (c === undefined || drop.contracts[c] !== id) this.strays += offers;
    else this.#tally.add(c, userOfPair(drop, p), p, offers);
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
  load: ReadonlyMap<string, number>,
  ofLimits: JudgedLimits | null,
  joint: JointLoss | null,
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
    [total("tooMany"), `users with more than ${k} offers`],
    [total("twice"), "pairs given twice"],
    [given - total("offers") - total("twice"), "assignments of pairs that are not eligible"],
    [total("wrongMix"), "users with offers of both types"],
    [total("wrongScore"), "assignments with a score that is not the pair's"],
    [total("wrongGroup"), "users whose assignments name a group that is not theirs"],
    [total("brands"), `users with more than ${policy.maxPerBrand} offers of a brand`],
    [ofLimits?.strays ?? 0, "assignments that no limit counts as what they are"],
    [ofLimits?.beyond.broken ?? 0, "limits exceeded"],
    [groups.overMost, "groups over their most sponsored users"],
    [groups.underShare, "groups below their share of sponsored assignments"],
    [groups.overMixed, "groups over their most mixed users"],
  ];
  const objective = total("score") + total("worth") - shortfallPrice * groups.shortfall -
    (ofLimits?.penalty ?? 0);
  const { worth } = worthOfLimits(instance, demands, prices, ofLimits?.prices ?? null);
  const lost = joint?.total(demands, prices, problem) ?? 0;
  return {
    // Where the two meet, sums in another order may differ in their last digits.
    bound: atLeast(total("bound") + worth - lost, objective),
    objective,
    score: total("score"),
    assignments: given,
    users: total("users"),
    usersWithOffers: total("served"),
    shortfall: groups.shortfall,
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
