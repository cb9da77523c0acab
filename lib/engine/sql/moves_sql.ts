/**
 * The statements that propose moves: users who could hold another bundle, what they would lose by it, and what room they
 * would take.
 *
 * @module
 */
import { rulesAsked, sharesOf } from "../steps/usage.ts";
import { type DualProblem, rowCount } from "../../allocator/optimal/dual/dual_problem.ts";
import {
  BARRED,
  bestBundles,
  type GroupTerms,
  IMPOSSIBLE,
  netAt,
  ownKept,
  worthOf,
} from "./bundle_sql.ts";
import { groupPrices, withColumns } from "./group_prices.ts";
import type { Dialect, OfItem, OfItems, TableColumns } from "./dialect.ts";
import { type Room, ROUNDING, type SlotRoom, slotRoomOf } from "../steps/room.ts";
import { contractOfSlots } from "../steps/slots.ts";
import type { Round } from "../steps/steps.ts";
import { heldNet, stateSql } from "./state_sql.ts";
import type { WorkTables } from "./store.ts";

/** Ties between regrets are broken by a hash, worth this share of an offer. */
const TIE = 1e-8;
/** A move must gain this share of an offer. */
const LEAST_GAIN = 1e-7;

/** Columns of the table of candidates. */
export const CANDIDATE_COLUMNS = {
  ...{ uid: "user", need: "whole", gives: "real", regret: "real" },
  ...{ entered: "indices", takes: "reals", i: "count", j: "count", h: "contracts" },
} as const satisfies TableColumns;

/** How much is needed under each key of `need`: caps and limits that are overfilled, then per group what each rule lacks. */
export function needs({ over, lacking, excess, overMixed, unbalanced }: Room): number[] {
  return [...over, ...lacking, ...excess, ...overMixed, ...unbalanced];
}

/** How much room there is under each key of `entered`: caps and limits, then per group what each rule has to spare. */
export function rooms({ open, mayLeave, mayEnter, toSpare, mayMix }: Room): number[] {
  // Infinity as a number that no count reaches.
  return [open, mayLeave, mayEnter, toSpare, mayMix].flatMap((values) =>
    Array.from(values, (v) => v === Infinity ? 4e9 : v)
  );
}

/** Whether a user's group (or contract) has any of something. */
function flag(sql: Dialect, key: string, values: Float64Array): string {
  return `${sql.lookup(key, values.map((v) => v > 0 ? 1 : 0))} > 0`;
}

/** Columns of the state, by which every user is known. */
const STATE = ["uid", "g", "kc", "sc", "sv", "uc", "uv", "hh", "hi", "hj"];

/**
 * The statement of a round of moves that must be. A user who holds a contract that is over its cap gives it up; others
 * change for their group: `promote` to a sponsored bundle, `demote` to another, `unmix` to offers of one type, `lift` to
 * any bundle that is better for the assignment ratio.
 */
export function mendSql(dialect: Dialect, tables: WorkTables, at: Round): string {
  const sql = dialect.begin();
  const { problem, room, round } = at, slots = slotRoomOf(problem, room);
  const groups = problem.instance.groups.length, rows = rowCount(problem);
  const over = withColumns(sql, stateSql(sql, tables), STATE, {
    oh: sql.filter("hh", (c) => `${sql.lookup(c, slots.overfills, -1)} >= 0`),
  });
  // x is the slot to give up, of a cap or limit that is overfilled, one a round; 65535 stands for none.
  const many = sql.length("oh");
  const one = sql.at("oh", `1 + ${sql.hash("uid", round)} % if(${many} = 0, 1, ${many})`);
  const x = withColumns(sql, over, STATE, {
    x: `if(${many} = 0, ${sql.as("index", "65535")}, ${one})`,
  });
  const wanted = withColumns(sql, x, [...STATE, "x"], {
    promote: `x = 65535 AND hi = 0 AND ${flag(sql, "g", room.lacking)}`,
    demote: `x = 65535 AND hi > 0 AND ${flag(sql, "g", room.excess)}`,
    unmix: `x = 65535 AND hi > 0 AND hj > 0 AND ${flag(sql, "g", room.overMixed)}`,
    lift: `x = 65535 AND hi + hj > 0 AND ${flag(sql, "g", room.unbalanced)}`,
  });
  const flags = ["x", "promote", "demote", "unmix", "lift"];
  const from =
    `(SELECT * FROM ${wanted} WHERE x < 65535 OR promote OR demote OR unmix OR lift) AS wanting`;
  const key = (rule: number) => sql.as("whole", `${rows + rule * groups} + g`);
  const alone = "NOT promote AND NOT demote AND NOT unmix";
  return candidatesSql(sql, tables, at, {
    from,
    flags,
    barred: (c) => `${c} = x`,
    need: `CASE WHEN x < 65535 THEN ${
      sql.as("whole", sql.lookup("x", slots.overfills))
    } WHEN promote THEN ${key(0)} WHEN demote THEN ${key(1)} WHEN unmix THEN ${key(2)} ELSE ${
      key(3)
    } END`,
    gives: `CASE WHEN x < 65535 THEN ${sql.lookup("x", slots.gives, 1)} ${
      rulesAsked(problem).hasAssignmentRatio ? `WHEN ${alone} THEN change ` : ""
    }ELSE 1.0 END`,
    must: {
      promote: "promote",
      demote: "demote",
      unmix: "unmix",
      lift: `lift AND ${alone}`,
    },
    // What must be given up goes first; what a rule then lacks is mended in later rounds.
    forbidden: -problem.shortfallPrice,
  });
}

/** The statement of a round of moves that gain at the prices; what is full is closed. */
export function improveSql(dialect: Dialect, tables: WorkTables, at: Round): string {
  const sql = dialect.begin();
  return candidatesSql(sql, tables, at, {
    from: stateSql(sql, tables),
    flags: [],
    need: sql.as("whole", "0"),
    gives: "1.0",
    forbidden: BARRED,
    least: LEAST_GAIN * at.problem.unit,
  });
}

/** What the two kinds of rounds differ in. */
interface Kind {
  /** Subquery with the columns of the state and the flags. */
  readonly from: string;
  /** More columns of it. */
  readonly flags: readonly string[];
  /** Whether a user may not hold a contract any more. */
  readonly barred?: OfItem;
  /** Key of what the move is for. */
  readonly need: string;
  /** How much of it the move gives; may use `change`, what it adds to the group's balance. */
  readonly gives: string;
  /** Which changes a user must make. */
  readonly must?: { promote: string; demote: string; unmix: string; lift: string };
  /** Added to bundles that take what a group's rule has not to spare, where others can make up for it. */
  readonly forbidden: number;
  /** Least gain at the prices. */
  readonly least?: number;
}

/** Writes down each user's best other bundle. */
function candidatesSql(
  sql: Dialect,
  tables: WorkTables,
  { problem, prices, room }: Round,
  kind: Kind,
): string {
  const at = netAt(sql, problem, prices), slots = slotRoomOf(problem, room);
  // What leasts would lack without an offer counts for the bundles that have it.
  const stays = slots.stay.some((cost) => cost > 0);
  const net: OfItems = (c, s) =>
    stays ? `${at(c, s)} + if(${sql.has("hh", c)}, ${sql.lookup(c, slots.stay)}, 0.0)` : at(c, s);
  const group = groupPrices(sql, problem, prices);
  const columns = { ...group.columns, ...groupRoom(sql, problem, room) };
  const carried = [...STATE, ...kind.flags];
  const withRoom = withColumns(sql, kind.from, carried, columns);
  const held = withColumns(sql, withRoom, [...carried, ...Object.keys(columns)], {
    held: `${heldNet(sql, net)} + ${worthOf(sql, problem, group.terms, "hi", "hj")}`,
  });
  const may = (c: string) => {
    const open = `(${sql.has("hh", c)} OR ${sql.lookup(c, slots.enterable)} > 0)`;
    return kind.barred === undefined ? open : `NOT (${kind.barred(c)}) AND ${open}`;
  };
  const keep = [
    "uid",
    "g",
    ...ownKept(problem),
    "hh",
    "hi",
    "hj",
    "held",
    ...kind.flags,
    ...Object.keys(columns),
  ];
  const bundles = bestBundles(sql, problem, {
    from: held,
    keep,
    net: (c, s) => `if(${may(c)}, ${net(c, s)}, ${sql.number(BARRED)})`,
    terms: limited(sql, problem, group.terms, kind),
  });
  const change = rulesAsked(problem).hasAssignmentRatio ? changeOf("i", "j") : "0.0";
  const gained = kind.least === undefined ? "" : ` AND best - held > ${sql.number(kind.least)}`;
  const { keys, amounts } = taken(sql, problem, slots);
  const tie = sql.number(TIE * problem.unit / 4294967296);
  const fresh = sql.filter("chosen", (c) => `NOT ${sql.has("hh", c)}`);
  // Servers of ClickHouse 18.16 take a column for unused that only a lambda captures: hence the idle length.
  return sql.statement(
    `INSERT INTO ${tables.candidates} (uid, need, gives, regret, entered, takes, i, j, h)
SELECT uid, ${kind.need}, ${kind.gives}, held - best + ${tie} * ${sql.hash("uid", 7)},
  ${sql.concat(keys)}, ${sql.concat(amounts)}, i, j, chosen
FROM ${
      sql.from(
        `(SELECT ${keep.join(", ")}, best, i, j, chosen, ${fresh} AS fresh, ${change} AS change
FROM (${bundles}) AS chosen_bundles) AS candidate`,
      )
    }
WHERE best > ${sql.number(IMPOSSIBLE)}${gained} AND ${sql.length("hh")} >= 0`,
  );
}

/** What a user's group has to spare, as columns. */
function groupRoom(
  sql: Dialect,
  problem: DualProblem,
  room: Room,
): Record<string, string> {
  const { countsSponsored } = problem, { hasAssignmentRatio, hasMixedShare } = rulesAsked(problem);
  const columns: Record<string, string> = {};
  if (countsSponsored) {
    columns.canLeave = flag(sql, "g", room.mayLeave);
    columns.canEnter = flag(sql, "g", room.mayEnter);
  }
  if (hasAssignmentRatio) {
    columns.share = sql.lookup("g", sharesOf(problem));
    columns.spare = sql.lookup(
      "g",
      room.toSpare.map((v) => v === Infinity ? 4e9 : v + ROUNDING),
    );
  }
  if (hasMixedShare) columns.canMix = flag(sql, "g", room.mayMix);
  return columns;
}

/** What changing to `i` sponsored and `j` other offers adds to the balance of a user's group. */
function changeOf(i: string, j: string): string {
  return `(${i} - hi - share * (${i} + ${j} - hi - hj))`;
}

/** The group terms, with what a user must not or may not change to made worthless. */
function limited(
  sql: Dialect,
  problem: DualProblem,
  terms: GroupTerms,
  { must, forbidden }: Kind,
): GroupTerms {
  const { countsSponsored } = problem;
  const { hasAssignmentRatio, hasMixedShare } = rulesAsked(problem);
  const barred = sql.number(BARRED), unwanted = sql.number(forbidden);
  const any = (...conditions: (string | undefined)[]) =>
    conditions.filter((condition) => condition !== undefined).map((c) => `(${c})`).join(" OR ");
  const plus = (term: string | undefined, more: string) =>
    term === undefined ? more : `${term} + ${more}`;
  const result: { -readonly [name in keyof GroupTerms]: GroupTerms[name] } = { ...terms };
  if (countsSponsored) {
    const enters = any(must?.demote, "hi = 0 AND NOT canEnter");
    result.sponsored = plus(terms.sponsored, `if(${enters}, ${barred}, 0.0)`);
    const leaves = `if(hi > 0 AND NOT canLeave, ${unwanted}, 0.0)`;
    result.unsponsored = must === undefined ? leaves : `if(${must.promote}, ${barred}, ${leaves})`;
  }
  if (hasMixedShare) {
    const mixes = any(must?.unmix, "(hi = 0 OR hj = 0) AND NOT canMix");
    result.mixed = plus(terms.mixed, `if(${mixes}, ${barred}, 0.0)`);
  }
  if (hasAssignmentRatio) {
    const lift = (change: string) =>
      must === undefined ? "0.0" : `if(${must.lift} AND ${change} <= ${ROUNDING}, ${barred}, 0.0)`;
    result.shape = (i, j) => {
      const change = changeOf(i, j);
      return `if(${change} < -spare, ${unwanted}, 0.0) + ${lift(change)}`;
    };
  }
  return result;
}

/** The rows that a move takes room of: those of slots entered, and leasts whose slots are given up. */
function takenOfRows(
  sql: Dialect,
  problem: DualProblem,
  { leavable }: SlotRoom,
): { keys: string[]; amounts: string[] } {
  const contract = contractOfSlots(problem), { items, instance: { cap } } = problem;
  if (items === null) {
    return {
      keys: [sql.map("fresh", (c) => sql.as("whole", c))],
      amounts: [sql.map("fresh", () => "1.0")],
    };
  }
  const keys: string[] = [], amounts: string[] = [];
  // The n-th row of each slot, −1: there are fewer.
  const take = (list: string, row: Int32Array, amount: Float64Array) => {
    const own = sql.filter(list, (c) => `${sql.lookup(c, row, -1)} >= 0`);
    keys.push(sql.map(own, (c) => sql.as("whole", sql.lookup(c, row, -1))));
    amounts.push(sql.map(own, (c) => sql.lookup(c, amount)));
  };
  take("fresh", Int32Array.from(contract), new Float64Array(contract.length).fill(1));
  const given = sql.filter("hh", (c) => `NOT ${sql.has("chosen", c)}`);
  for (const sign of [1, -1]) {
    for (let n = 0;; n++) {
      const row = new Int32Array(contract.length).fill(-1);
      const amount = new Float64Array(contract.length);
      contract.forEach((_, s) => {
        if (sign < 0 && leavable[s] === 0) return;
        let left = n;
        for (let e = items.start[s]; e < items.start[s + 1]; e++) {
          if (sign * items.coefficient[e] <= 0 || left-- > 0) continue;
          row[s] = cap.length + items.row[e];
          amount[s] = sign * items.coefficient[e];
          break;
        }
      });
      if (!row.some((r) => r >= 0)) break;
      take(sign > 0 ? "fresh" : given, row, amount);
    }
  }
  return { keys, amounts };
}

/** The keys of the room that a move takes, see {@link rooms}, and how much of each, as lists one after another. */
function taken(
  sql: Dialect,
  problem: DualProblem,
  slots: SlotRoom,
): { keys: string[]; amounts: string[] } {
  const { countsSponsored } = problem, { hasAssignmentRatio, hasMixedShare } = rulesAsked(problem);
  const groups = problem.instance.groups.length, rows = rowCount(problem);
  const { keys, amounts } = takenOfRows(sql, problem, slots);
  const take = (rule: number, when: string, amount: string) => {
    keys.push(sql.optional(sql.as("whole", `${rows + rule * groups} + g`), when));
    amounts.push(sql.optional(amount, when));
  };
  if (countsSponsored) {
    take(0, "hi > 0 AND i = 0 AND canLeave", "1.0");
    take(1, "hi = 0 AND i > 0", "1.0");
  }
  if (hasAssignmentRatio) take(2, `change < -${ROUNDING} AND change >= -spare`, "-change");
  if (hasMixedShare) take(3, "i > 0 AND j > 0 AND (hi = 0 OR hj = 0)", "1.0");
  return { keys, amounts };
}

/** The statement of the limits that needs set: the least dear moves that are enough stay below them. */
export function needLimitsSql(
  dialect: Dialect,
  candidates: string,
  needed: readonly number[],
): string {
  const sql = dialect.begin();
  const source = `SELECT need AS key, regret / gives AS cost, gives AS amount FROM ${candidates}`;
  return sql.statement(sql.firstCostOut(source, sql.lookup("key", needed), "enough", ROUNDING));
}

/** Costs from which on nothing is taken, by key; keys that are not there have no limit. */
export type CostLimits = ReadonlyMap<number, number>;

/** Stands for "no limit". */
const NO_LIMIT = 1e200;

/** The statement of the limits that room sets: the least dear moves that there is room for stay below them. */
export function roomLimitsSql(
  dialect: Dialect,
  candidates: string,
  needed: CostLimits | null,
  room: Room,
): string {
  const sql = dialect.begin();
  const taken = `(SELECT regret, entered, takes FROM ${sql.from(candidates)} WHERE ${
    isNeeded(sql, needed)
  }) AS taken`;
  const each = sql.perItem("key, regret AS cost, amount", taken, {
    key: "entered",
    amount: "takes",
  });
  return sql.statement(sql.firstCostOut(each, sql.lookup("key", rooms(room)), "fits", ROUNDING));
}

/** Whether a candidate is among those that are needed, and below the least of no limits. */
function isNeeded(sql: Dialect, needed: CostLimits | null): string {
  if (needed === null) return `regret < ${sql.number(NO_LIMIT)}`;
  return `regret / gives < ${sql.lookupIn("need", needed, NO_LIMIT)}`;
}

/** Whether a candidate is needed and there is room for all that it takes. */
function isAccepted(sql: Dialect, needed: CostLimits | null, room: CostLimits): string {
  const tooDear = sql.count("entered", (key) => `regret >= ${sql.lookupIn(key, room, NO_LIMIT)}`);
  return `${isNeeded(sql, needed)} AND ${tooDear} = 0`;
}

/** The statement that counts the candidates that become moves, and adds up what they cost. */
export function countAcceptedSql(
  dialect: Dialect,
  candidates: string,
  needed: CostLimits | null,
  room: CostLimits,
): string {
  const sql = dialect.begin();
  return sql.statement(
    `SELECT count(*), sum(regret) FROM ${sql.from(candidates)} WHERE ${
      isAccepted(sql, needed, room)
    }`,
  );
}

/** The statement that makes candidates moves of a round. */
export function acceptSql(
  dialect: Dialect,
  tables: WorkTables,
  round: number,
  needed: CostLimits | null,
  room: CostLimits,
): string {
  const sql = dialect.begin();
  return sql.statement(
    `INSERT INTO ${tables.moves} (uid, round, i, j, h)
SELECT uid, ${sql.as("whole", `${round}`)}, i, j, h FROM ${sql.from(tables.candidates)} WHERE ${
      isAccepted(sql, needed, room)
    }`,
  );
}
