/**
 * The statements that judge assignments from the original pairs, and recompute the bound of the prices.
 *
 * @module
 */
import { mayHold, worthOfCount } from "../../../allocator/check/rules/demands.ts";
import type { Prices } from "../../../allocator/model/allocation.ts";
import type { Policy } from "../../../allocator/model/policy.ts";
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import type { OwnK } from "../../drop/own_k.ts";
import { PIN_PREFIX } from "../../drop/slots.ts";
import { type JudgedContracts, judgedContracts, type JudgedPairs } from "./certify_tables.ts";
import type { Dialect, OfItem } from "../store/dialect.ts";
import { jointColumns, nearUsers } from "./joint_loss_sql.ts";
import {
  bundleShapes,
  bundleValues,
  largestSums,
  mixedShapes,
  policiesOf,
} from "./judged_bundles_sql.ts";
import { steadySum } from "../store/steady_sum.ts";

/** Where the original tables and the assignments to judge are, as SQL. */
export interface Judged {
  /** Pairs: user_id, contract_address, score. */
  readonly pairs: string;
  /** Users' groups: user_id, group_id. */
  readonly userGroups: string;
  /** Assignments. */
  readonly result: string;
  /**
   * Users as they were gathered, which says whose pairs come again; absent: pairs are grouped by user and contract, which takes
   * longer. A user that this missed would have a bound that is too high, or a score that is not the pair's: never a false proof.
   */
  readonly users?: string;
  /** Users with the margin of their best bundle, from which joint losses are bounded; absent: these are left out. */
  readonly current?: string;
  /** In how many parts users are judged, one after the other, where memory has no room for all lists. @default 1 */
  readonly parts?: number;
  /** Where the rows of each part's users are by themselves, as SQL; absent: they are chosen from all rows. */
  readonly split?: (part: number) => Pick<Judged, "pairs" | "userGroups" | "result" | "users">;
}

/** The part that a user is judged in, over the column user_id. */
export function partOfUser(sql: Dialect, parts: number): string {
  return `${sql.hash("user_id", 5)} % ${parts}`;
}

/** What is judged, of the users of one of several parts. */
export function partOf(sql: Dialect, judged: Judged, part: number): Judged {
  const { pairs, userGroups, result, parts = 1, split } = judged;
  if (parts === 1) return judged;
  if (split !== undefined) return { ...judged, ...split(part) };
  const some = (source: string) =>
    `(SELECT * FROM ${source} WHERE ${partOfUser(sql, parts)} = ${part}) AS some_users`;
  return {
    ...judged,
    pairs: some(pairs),
    userGroups: some(userGroups),
    result: some(result),
  };
}

/**
 * The statement that judges a part's assignments and recomputes its share of the bound, in one pass over the pairs: a row
 * per group with users, sums and counts of broken rules.
 */
export function judgeSql(
  dialect: Dialect,
  problem: DualProblem,
  { pairs, userGroups, result, users }: Judged,
  rules: JudgedPairs,
  prices: Prices,
): string {
  const sql = dialect.begin(), { slots } = rules;
  const numbered = judgedContracts(problem, prices, slots);
  const isPinned = slots?.isPinned ?? null, hasPins = isPinned !== null;
  const { nets, a, b } = largestSums(sql, problem, numbered, hasPins);
  const pins = hasPins ? "pins, " : "";
  const pinned = hasPins
    ? `${sql.filter("e", (c) => `${sql.lookup(`(${c} - 1)`, isPinned)} > 0`)} AS pins, `
    : "";
  const heldContracts = slots === null
    ? "held"
    : sql.map("held", (c) => sql.lookup(`(${c} - 1)`, numbered.contract));
  const scoreOf = (c: string) => sql.at("ev", sql.placeOf("e", c));
  const wrong = sql.map2(
    "held",
    "said",
    (c, s) => `if(${sql.has("e", c)}, if(${scoreOf(c)} != ${s}, 1.0, 0.0), 0.0)`,
  );
  const again = rules.repeats && rules.topN === Infinity ? users : undefined;
  const counting = again === undefined ? rules : { ...rules, repeats: false };
  const every = listsOfUsers(sql, eligible(sql, pairs, counting, hasPins), {
    result,
    bySlot: slots !== null,
  });
  const lists = again === undefined ? every : eachOnce(sql, every, again);
  const known = `(SELECT user_id, ${pinned}named_groups, e, ev, held, said, ${
    sql.filter("held", (c) => sql.has("e", c))
  } AS known, ${nets} AS nets FROM ${sql.from(lists)}${sql.keep(["e", "ev"])}) AS known_offers`;
  const distinct = `(SELECT user_id, ${pins}named_groups, e, ev, held, said, known, nets, ${
    sql.distinct("known")
  } AS given, ${a} AS a, ${b} AS b FROM ${sql.from(known)}) AS given_offers`;
  const counted = `(SELECT user_id, ${
    hasPins ? pinnedCounts(sql, numbered, problem) : ""
  }named_groups, a, b, ${sql.length("a")} AS na, ${sql.length("b")} AS nb, ${
    brokenBrands(sql, problem, numbered)
  } AS brands, ${sql.sum(sql.falling(sql.map("given", scoreOf)))} AS score,
  ${sql.count("given", (c) => `${c} <= ${numbered.sponsored}`)} AS ns, ${
    sql.count("given", (c) => `${c} > ${numbered.sponsored}`)
  } AS nu,
  ${sql.length("held")} - ${sql.length(sql.distinct(heldContracts))} AS twice,
  ${sql.length("held")} - ${sql.length("known")} AS strays, ${sql.sum(wrong)} AS wrong
FROM ${sql.from(distinct)}${sql.keep(["e", "ev", ...(hasPins ? ["pins"] : [])])}) AS judged`;
  const owner = `(SELECT user_id, has_group, group_id, kc, term, up, down, mixes, near
FROM ${sql.leftJoin(groupOfUser(sql, userGroups, rules.ownK), "_group", "group_id")}) AS owner`;
  const all = sql.leftJoin(counted, owner, "user_id");
  const { columns, from } = groupColumns(
    sql,
    problem,
    { ...rules, hasPins },
    all,
  );
  return sql.statement(
    `SELECT group_id, ${columns.join(",\n  ")}\nFROM ${sql.from(from)}
WHERE has_group = 1
GROUP BY group_id`,
  );
}

/** The columns of groups over a source of users: their facts, and the lists that joint losses are computed from. */
function groupColumns(
  sql: Dialect,
  problem: DualProblem,
  { ownK, near, hasPins }: JudgedPairs & { readonly hasPins: boolean },
  users: string,
): { columns: string[]; from: string } {
  const values = bundleValues(sql, problem, ownK, hasPins);
  const valued = (from: string, best: string, more: readonly string[]) =>
    `(SELECT ${[...FACTS_OF_USERS, ...more].join(", ")}, ${best} AS best, ${
      worthOfUser(sql, problem, ownK)
    } AS worth
FROM ${sql.from(from)}) AS valued`;
  const facts = Object.values(judgedColumns(sql, problem, ownK));
  if (near === undefined) {
    return { columns: facts, from: valued(users, sql.greatest(values), []) };
  }
  const listed = nearUsers(sql, users, FACTS_OF_USERS, values);
  return {
    columns: [...facts, ...jointColumns(sql, bundleShapes(problem, ownK))],
    from: valued(listed, sql.at("ranked", "1"), ["joint_values", "ranked", "is_near"]),
  };
}

/** Columns of users that facts of groups are summed from. */
const FACTS_OF_USERS = [
  "has_group",
  "group_id",
  "kc",
  "ns",
  "nu",
  "score",
  "twice",
  "strays",
  "wrong",
  "brands",
  "named_groups",
];

/**
 * A row for each user who has a pair. e, ev: numbers of its eligible contracts and their scores; held, said: numbers of its assigned
 * contracts and the scores beside them; named_groups: the groups beside these.
 */
function listsOfUsers(
  sql: Dialect,
  eligible: string,
  { result, bySlot }: { result: string; bySlot: boolean },
): string {
  const isEligible = "from_elig = 1", isAssigned = "from_elig = 0";
  // Where there are limits, contracts of the result are named by their slots; {@link loadSql} checks that slots and
  // contracts agree.
  const withSlots = `(SELECT user_id, slot, score, group_id FROM ${result}) AS with_slots`;
  const given = !bySlot ? result : `(SELECT user_id, slot_name AS contract_address, score, group_id
FROM ${sql.leftJoin(withSlots, "_slot", "slot")}) AS named_slots`;
  const from = (kind: number) => `${sql.as("count", `${kind}`)} AS from_elig`;
  const rows = `(SELECT user_id, number, value, ${from(1)}, '' AS said_group FROM ${eligible}
UNION ALL SELECT user_id, number, score AS value, ${from(0)}, group_id AS said_group FROM ${
    numberedRows(sql, given, "score, group_id")
  }) AS row_of`;
  return `(SELECT user_id, ${sql.collectIf("number", isEligible)} AS e, ${
    sql.collectIf("value", isEligible)
  } AS ev,
  ${sql.collectIf("number", isAssigned)} AS held, ${sql.collectIf("value", isAssigned)} AS said,
  ${sql.collectIf("said_group", isAssigned)} AS named_groups
FROM ${rows} WHERE number > 0 OR from_elig = 0 GROUP BY user_id HAVING max(from_elig) = 1) AS lists`;
}

/**
 * The lists where each pair is once, with its largest score: changed are those of users whose pairs come again, all others are
 * left as they are.
 */
function eachOnce(sql: Dialect, lists: string, users: string): string {
  const kept = "user_id, held, said, named_groups, e AS every_e, ev AS every_ev";
  const whose = `(SELECT uid AS user_id, 1 AS comes_again FROM ${users} WHERE dup > 0) AS whose`;
  const most = `${sql.length("e")} * coalesce(comes_again, 0)`;
  // Of users without such pairs the lists are empty, so that sorting them takes nothing.
  const some = `(SELECT ${kept}, ${sql.first("e", most)} AS some_e, ${
    sql.first("ev", most)
  } AS some_ev
FROM ${sql.leftJoin(lists, whose, "user_id")}) AS some_lists`;
  const also = "user_id, held, said, named_groups, every_e, every_ev";
  const sorted = `(SELECT ${also}, ${sql.byFalling("some_e", "some_ev")} AS sorted_e, ${
    sql.falling("some_ev")
  } AS sorted_ev
FROM ${sql.from(some)}) AS sorted_lists`;
  const counted = `(SELECT ${also}, sorted_e, sorted_ev, ${sql.occurrences("sorted_e")} AS nth
FROM ${sql.from(sorted)}) AS counted_lists`;
  const once = (every: string, list: string) =>
    `if(${sql.length("sorted_e")} = 0, ${every}, ${
      sql.filter2(list, "nth", (_, n) => `${n} = 1`)
    })`;
  return `(SELECT user_id, held, said, named_groups, ${once("every_e", "sorted_e")} AS e, ${
    once("every_ev", "sorted_ev")
  } AS ev
FROM ${sql.from(counted)}) AS lists`;
}

/** Rows (user_id, contract_address, …) with the contract's number in its place, 0 where it has none. */
function numberedRows(sql: Dialect, source: string, columns: string): string {
  return `(SELECT user_id, coalesce(number, 0) AS number, ${columns}
FROM ${sql.leftJoin(source, "_contract", "contract_address")}) AS numbered`;
}

/**
 * The pairs that count, by the numbers of their contracts: those of at least the least score, each once, and only the best of
 * each user. Grouping is left out where nothing asks for it, and is by numbers, which take a tenth of the memory of texts.
 */
function eligible(
  sql: Dialect,
  pairs: string,
  { minScore, topN, repeats }: JudgedPairs,
  hasPins: boolean,
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
    hasPins ? isOfPin(sql, "contract_address") : undefined,
  );
  return numberedRows(sql, best, "value");
}

/** Whether a name is that of a slot of pinned pairs. */
function isOfPin(sql: Dialect, name: string): string {
  return `substring(${name}, 1, ${PIN_PREFIX.length}) = ${sql.text(PIN_PREFIX)}`;
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

/** The facts of each group, in the order of the statement's columns. Sums of doubles are in three parts, see `steady_sum.ts`. */
export const JUDGED = [
  "users",
  "sponsored",
  "score",
  "scoreRest",
  "scoreDust",
  "worth",
  "worthRest",
  "worthDust",
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
  "boundRest",
  "boundDust",
] as const;
/** The name of one of these. */
export type Fact = typeof JUDGED[number];

/** What a user's offers are worth beside their scores: coverage and bonus. */
function worthOfUser(sql: Dialect, problem: DualProblem, ownK: OwnK | null): string {
  const { k, policy } = problem;
  const worths = policiesOf(problem, ownK).flatMap((one) => countWorth(k, one));
  const worth = ownK === null
    ? sql.lookup("(ns + nu)", worths, worths[k])
    : sql.lookup(`(kc * ${k + 1} + ${sql.least(["ns + nu", `${k}`])})`, worths);
  const sponsored = policy.model === "uniform" ? "if(ns > 0, 1, 0)" : "ns";
  return `${worth} + ${sql.number(policy.sponsoredBonus)} * ${sponsored}`;
}

/**
 * The statement's columns: sums over the users of a group; `best` is what a user's best bundle is worth, `worth` its offers
 * beside scores.
 */
function judgedColumns(
  sql: Dialect,
  problem: DualProblem,
  ownK: OwnK | null,
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
  const sum = (column: string) => steadySum(sql, column, problem.unit);
  const [score, scoreRest, scoreDust] = sum("score");
  const [worth, worthRest, worthDust] = sum("worth");
  const [bound, boundRest, boundDust] = sum("best");
  return {
    users: "count(*)",
    sponsored: sql.countIf("ns > 0"),
    score,
    scoreRest,
    scoreDust,
    worth,
    worthRest,
    worthDust,
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
    bound,
    boundRest,
    boundDust,
  };
}

/** How many pins a user has of either type, as columns: all count as `pb` where types don't matter. */
function pinnedCounts(
  sql: Dialect,
  { sponsored }: JudgedContracts,
  { policy }: DualProblem,
): string {
  const first = policy.model === "uniform" ? sponsored : 0;
  const count = (holds: OfItem) => sql.count("pins", holds);
  return `${count((c) => `${c} <= ${first}`)} AS pa, ${count((c) => `${c} > ${first}`)} AS pb, `;
}

/** Whether a user's offers break the limit per brand, as a number, over `given`. */
function brokenBrands(sql: Dialect, { policy }: DualProblem, { brand }: JudgedContracts): string {
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
