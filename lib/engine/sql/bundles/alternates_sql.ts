/**
 * The next best offers of each user at the final prices, by the rules of `allocator/explain/alternates.ts`.
 *
 * @module
 */
import type { Prices } from "../../../allocator/model/allocation.ts";
import { barredItems, bonusOfOffer, typesThatFit } from "../../../allocator/model/replacements.ts";
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import { contractOfSlots, sponsoredSlots } from "../../drop/slot_rows.ts";
import { BARRED, netAt } from "./bundle_sql.ts";
import type { Dialect, TableColumns } from "../store/dialect.ts";
import { groupPrices, withColumns } from "./group_prices.ts";
import { stateSql } from "./state_sql.ts";
import type { WorkTables } from "../store/store.ts";

/** Columns of a table of alternates; rank 1 is the first to use. */
export const ALTERNATE_COLUMNS = {
  user_id: "user",
  contract_address: "text",
  rank: "whole",
  score: "real",
  net_value: "real",
  is_sponsored: "count",
  group_id: "text",
} as const satisfies TableColumns;

/** Columns of the state that are needed. */
const STATE = ["uid", "g", "kc", "sc", "sv", "uc", "uv", "hh", "hi", "hj"];

/**
 * The statement that writes at most `most` alternates for each user who has an offer.
 *
 * @param problem the drop that is judged, at whose prices alternates are weighed
 */
export function alternatesSql(
  dialect: Dialect,
  problem: DualProblem,
  tables: WorkTables,
  prices: Prices,
  most: number,
): string {
  const sql = dialect.begin();
  const { contracts, groups } = problem.instance;
  const ids = Array.from(contractOfSlots(problem), (c) => contracts[c]);
  const lists = candidateLists(sql, problem, tables, prices);
  // Places in the order of falling scores stand for contracts: of equal net values the first place is the best.
  const order = `(SELECT uid, g, cs, ss, ns, ${sql.inOrder("cs", "ss")} AS o FROM ${
    sql.from(lists)
  } WHERE ${sql.length("cs")} > 0 AND ${sql.length("ss")} > 0) AS in_order`;
  const places = `(SELECT uid, g, cs, ss, o, ${sql.map("o", (c) => sql.placeOf("o", c))} AS ps, ${
    sql.map("o", (c) => sql.at("ns", sql.placeOf("cs", c)))
  } AS pn FROM ${sql.from(order)}${sql.keep(["ns"])}) AS placed`;
  const chosen = `(SELECT uid, g, cs, ss, o, ps, pn, ${
    sql.first(sql.inOrder("ps", "pn"), `${most}`)
  } AS bp FROM ${sql.from(places)}) AS chosen`;
  const each = sql.perItem("uid, g, cs, ss, o, ps, pn, bp, place", chosen, { place: "bp" });
  const named = `(SELECT uid, g, cs, ss, ${sql.at("pn", sql.placeOf("ps", "place"))} AS net, ${
    sql.placeOf("bp", "place")
  } AS nth, ${sql.at("o", "place")} AS c FROM ${sql.from(`(${each}) AS each`)}) AS named`;
  const score = sql.at("ss", sql.placeOf("cs", "c"));
  const columns = [
    "uid",
    sql.textAt("c", ids),
    sql.as("whole", "nth"),
    score,
    ...[
      withoutRounding("net", score),
      sql.as("count", `if(c < ${sponsoredSlots(problem)}, 1, 0)`),
      sql.textAt("g", groups),
    ],
  ];
  return sql.statement(
    `INSERT INTO ${tables.beside("alternates")} (${Object.keys(ALTERNATE_COLUMNS).join(", ")})
SELECT ${columns.join(", ")} FROM ${sql.from(named)}`,
  );
}

/** A net value without what rounding leaves: 15 digits of the larger of score and prices, as `withoutRounding` (lib/base) has it. */
function withoutRounding(net: string, score: string): string {
  const size = `greatest(greatest(abs(${score}), abs(${score} - ${net})), 1e-280)`;
  const scale = `pow(10e0, 14 - floor(log10(${size})))`;
  return `floor(${net} * ${scale} + 5e-1) / ${scale}`;
}

/** A subquery of users who have an offer, with those of their pairs that could take one's place: contracts, scores, net values. */
function candidateLists(
  sql: Dialect,
  problem: DualProblem,
  tables: WorkTables,
  prices: Prices,
): string {
  const { columns, terms } = groupPrices(sql, problem, prices, false);
  const { unsponsored, sponsored } = fitting(sql, problem);
  const state = stateSql(sql, tables);
  const priced = withColumns(sql, `(SELECT * FROM ${state} WHERE hi + hj > 0) AS served`, STATE, {
    ...columns,
    fits_u: unsponsored,
    fits_s: sponsored,
    bonus: bonusAt(sql, problem),
  });
  const net = netAt(sql, problem, prices), brand = brandFits(sql, problem);
  const barredSlots = barredItems(problem.instance);
  const can = (c: string) =>
    barredSlots.includes(1) ? ` AND ${sql.lookup(c, barredSlots)} = 0` : "";
  const barred = sql.number(BARRED);
  const nets = (cs: string, ss: string, added = sql.number(0)) =>
    sql.map2(cs, ss, (c, s) => {
      const may = `NOT ${sql.has("hh", c)}${brand(c)}${can(c)}`;
      return `if(${may}, ${net(c, s)} + ${added}, ${barred})`;
    });
  // Of a type that does not fit there is nothing to look at.
  const of = (list: string, fits: string) =>
    sql.first(list, `if(${fits} > 0, ${sql.length(list)}, 0)`);
  const weighed = Object.keys(columns);
  const ofTypes = `(SELECT ${["uid", "g", "hh", "bonus", ...weighed].join(", ")}, ${
    of("sc", "fits_s")
  } AS sb, ${of("sv", "fits_s")} AS sbv, ${of("uc", "fits_u")} AS ub, ${
    of("uv", "fits_u")
  } AS ubv FROM ${sql.from(priced)}) AS of_types`;
  // The conditions are true: without them some engines remove columns that only lambdas use.
  const stay = ["bonus", ...weighed].map((name) => `${name} > ${barred}`).join(" AND ");
  const valued = `(SELECT uid, g, bonus, ${sql.concat(["sb", "ub"])} AS c0, ${
    sql.concat(["sbv", "ubv"])
  } AS s0, ${
    sql.concat([nets("sb", "sbv", terms.perSponsored), nets("ub", "ubv", terms.perOther)])
  } AS n0 FROM ${sql.from(ofTypes)} WHERE ${sql.length("hh")} > 0 AND ${stay}) AS valued`;
  const isWorth = (_: string, n: string) => `${n} + bonus >= 0`;
  return `(SELECT uid, g, ${sql.filter2("c0", "n0", isWorth)} AS cs, ${
    sql.filter2("s0", "n0", isWorth)
  } AS ss, ${sql.filter("n0", (n) => isWorth("", n))} AS ns FROM ${
    sql.from(valued)
  } WHERE bonus > ${barred}) AS worth`;
}

/** Whether offers of either type may replace one that the user has, as 1 or 0 by columns kc, hi and hj. */
function fitting(sql: Dialect, { policy, k, instance }: DualProblem) {
  const ks = instance.k ?? [policy.k], wide = k + 1;
  const flags = [0, 1].map((type) =>
    Array.from({ length: ks.length * wide * wide }, (_, at) => {
      const own = { ...policy, k: ks[Math.floor(at / (wide * wide))] };
      const i = Math.floor(at / wide) % wide, j = at % wide;
      return i + j <= own.k && typesThatFit(own, i, j)[type] ? 1 : 0;
    })
  );
  const key = `((kc * ${wide} + hi) * ${wide} + hj)`;
  return { unsponsored: sql.lookup(key, flags[0]), sponsored: sql.lookup(key, flags[1]) };
}

/** What the last offer of a user adds beside its score, over hi and hj. */
function bonusAt(sql: Dialect, { policy, k }: DualProblem): string {
  return sql.lookup("(hi + hj)", Array.from({ length: k + 1 }, (_, n) => bonusOfOffer(policy, n)));
}

/** The condition that a contract keeps the limit per brand, if need be in place of an offer of its brand; "" where there is none. */
function brandFits(sql: Dialect, { policy, itemBrand }: DualProblem): (c: string) => string {
  const most = policy.maxPerBrand;
  if (most === null || itemBrand === null) return () => "";
  return (c) => {
    const same = sql.count(
      "hh",
      (held) => `${sql.lookup(held, itemBrand)} = ${sql.lookup(c, itemBrand)}`,
    );
    return ` AND ${same} <= ${most}`;
  };
}
