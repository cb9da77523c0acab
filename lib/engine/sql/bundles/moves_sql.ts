/**
 * The statements that propose moves: users who could hold another bundle, what they would lose by it, and what room they
 * would take.
 *
 * @module
 */
import { type DualProblem, rowCount } from "../../../allocator/optimal/dual/dual_problem.ts";
import { BARRED, bestBundles, IMPOSSIBLE, netAt, ownKept, worthHeld } from "./bundle_sql.ts";
import { groupPrices, withColumns } from "./group_prices.ts";
import type { Dialect, OfItem, OfItems, TableColumns } from "../store/dialect.ts";
import { type Room, type SlotRoom, slotRoomOf } from "../../drop/room.ts";
import { contractOfSlots } from "../../drop/slot_rows.ts";
import type { Round } from "../../steps/repair.ts";
import { ENDLESS, type RuleMoves, ruleMoves } from "./rule_moves_sql.ts";
import { heldNet, stateSql } from "./state_sql.ts";
import type { WorkTables } from "../store/store.ts";
import { COUNT_ROUNDING } from "../../../base/numbers/rounding.ts";

/** Ties between regrets are broken by a hash, worth this share of an offer. */
const TIE = 1e-8;
/** A move must gain this share of an offer. */
const LEAST_GAIN = 1e-7;

/** Columns of the table of candidates. */
export const CANDIDATE_COLUMNS = {
  uid: "user",
  need: "whole",
  gives: "real",
  regret: "real",
  entered: "indices",
  takes: "reals",
  i: "count",
  j: "count",
  h: "contracts",
} as const satisfies TableColumns;

/**
 * What is lacking under each key of `need`: caps and limits that are overfilled, then what groups lack of each rule.
 */
export function needs({ over, rules }: Room): number[] {
  return [over, ...rules.map(({ lacking }) => lacking)].flatMap((values) => Array.from(values));
}

/** The room under each key of `entered`: caps and limits, then what groups have to spare of each rule. */
function rooms({ open, rules }: Room): number[] {
  return [open, ...rules.map(({ spare }) => spare)].flatMap((values) =>
    Array.from(values, (v) => v === Infinity ? ENDLESS : v)
  );
}

/** The key of a rule in the lists of {@link needs} and {@link rooms} for the user's group; `place` counts from 0. */
function keyOfRule(sql: Dialect, problem: DualProblem, place: number | string): string {
  const groups = problem.instance.groups.length;
  return sql.as("whole", `${rowCount(problem)} + ${place} * ${groups} + g`);
}

/** Columns of the state, by which every user is known. */
const STATE = ["uid", "g", "kc", "sc", "sv", "uc", "uv", "hh", "hi", "hj"];

/**
 * The statement of a round of moves that must be. A user who holds a contract that is over its cap gives it up; others
 * change to a bundle that gives something to a rule that their group does not keep.
 */
export function mendSql(dialect: Dialect, tables: WorkTables, at: Round): string {
  const sql = dialect.begin();
  const { problem, room, round } = at, slots = slotRoomOf(problem, room);
  const rules = ruleMoves(sql, problem, room);
  const over = withColumns(sql, stateSql(sql, tables), STATE, {
    oh: sql.filter("hh", (c) => `${sql.lookup(c, slots.overfills, -1)} >= 0`),
  });
  // x is the slot to give up, of a cap or limit that is overfilled, one a round; 65535 stands for none.
  const many = sql.length("oh");
  const one = sql.at("oh", `1 + ${sql.hash("uid", round)} % if(${many} = 0, 1, ${many})`);
  const x = withColumns(sql, over, STATE, {
    x: `if(${many} = 0, ${sql.as("index", "65535")}, ${one})`,
    ...columnsOf(rules),
  });
  const columns = ["x", ...namesOf(rules)];
  // The first rule that the user can mend, counted from 1; 0 stands for none.
  const first = rules.map(({ canMend }, n) => `WHEN ${canMend} THEN ${n + 1}`).join(" ");
  const mends = rules.length === 0 ? "0" : `CASE WHEN x < 65535 THEN 0 ${first} ELSE 0 END`;
  const wanted = withColumns(sql, x, [...STATE, ...columns], { mends });
  const changes = rules.map((_, n) => `WHEN mends = ${n + 1} THEN change${n} `).join("");
  return candidatesSql(sql, tables, at, {
    from: `(SELECT * FROM ${wanted} WHERE x < 65535 OR mends > 0) AS wanting`,
    columns: [...columns, "mends"],
    mustMend: true,
    rules,
    barred: (c) => `${c} = x`,
    need: `CASE WHEN x < 65535 THEN ${sql.as("whole", sql.lookup("x", slots.overfills))} ELSE ${
      keyOfRule(sql, problem, "(mends - 1)")
    } END`,
    gives: `CASE WHEN x < 65535 THEN ${sql.lookup("x", slots.gives, 1)} ${changes}ELSE 1.0 END`,
    // What must be given up goes first; what a rule then lacks is mended in later rounds.
    forbidden: -problem.shortfallPrice,
  });
}

/** The statement of a round of moves that gain at the prices; what is full is closed. */
export function improveSql(dialect: Dialect, tables: WorkTables, at: Round): string {
  const sql = dialect.begin();
  const rules = ruleMoves(sql, at.problem, at.room);
  // Who has moved may want to go back, however large the margin.
  const near = at.below === undefined
    ? undefined
    : `(margin < ${sql.number(at.below)} OR moved > 0)`;
  return candidatesSql(sql, tables, at, {
    from: withColumns(sql, stateSql(sql, tables, near), STATE, columnsOf(rules)),
    columns: namesOf(rules),
    mustMend: false,
    rules,
    need: sql.as("whole", "0"),
    gives: "1.0",
    forbidden: BARRED,
    least: LEAST_GAIN * at.problem.unit,
  });
}

/** The columns of all rules. */
function columnsOf(rules: readonly RuleMoves[]): Record<string, string> {
  return Object.assign({}, ...rules.map(({ columns }) => columns));
}

/** Their names. */
function namesOf(rules: readonly RuleMoves[]): string[] {
  return Object.keys(columnsOf(rules));
}

/** What the two kinds of rounds differ in. */
interface RoundKind {
  /** Subquery with the columns of the state, of the rules and more. */
  readonly from: string;
  /** Its columns beside those of the state. */
  readonly columns: readonly string[];
  /** Whether `mends` is among them: the place of the rule that a user's move must give something to, from 1; 0: none. */
  readonly mustMend: boolean;
  /** The rules of groups. */
  readonly rules: readonly RuleMoves[];
  /** Whether a user must give up a contract. */
  readonly barred?: OfItem;
  /** Key of what the move is for. */
  readonly need: string;
  /** How much of it the move gives; may use `change0`, `change1`, …: what it gives to each rule. */
  readonly gives: string;
  /** Added to bundles that take more of a rule than its group has to spare, where other users can make up for it. */
  readonly forbidden: number;
  /** Least gain at the prices. */
  readonly least?: number;
}

/** The statement that writes each user's best other bundle as a candidate. */
function candidatesSql(
  sql: Dialect,
  tables: WorkTables,
  { problem, prices, room, mostRegret }: Round,
  kind: RoundKind,
): string {
  const at = netAt(sql, problem, prices), slots = slotRoomOf(problem, room);
  // What a least would lack without an offer is added to the value of bundles that keep the offer.
  const stays = slots.stay.some((cost) => cost > 0);
  const net: OfItems = (c, s) =>
    stays ? `${at(c, s)} + if(${sql.has("hh", c)}, ${sql.lookup(c, slots.stay)}, 0.0)` : at(c, s);
  const group = groupPrices(sql, problem, prices);
  const carried = [...STATE, ...kind.columns], added = Object.keys(group.columns);
  const priced = withColumns(sql, kind.from, carried, group.columns);
  const held = withColumns(sql, priced, [...carried, ...added], {
    held: `${heldNet(sql, net)} + ${worthHeld(sql, problem, group.terms)}`,
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
    ...kind.columns,
    ...added,
  ];
  const bundles = bestBundles(sql, problem, {
    from: held,
    keep,
    net: (c, s) => `if(${may(c)}, ${net(c, s)}, ${sql.number(BARRED)})`,
    terms: { ...group.terms, shape: barredByRules(sql, kind) },
  });
  const changes = kind.rules.map(({ changeOfChosen }, n) => `, ${changeOfChosen} AS change${n}`);
  const gained = kind.least === undefined ? "" : ` AND best - held > ${sql.number(kind.least)}`;
  const keepsPins = mostRegret === Infinity ? "" : ` AND held - best < ${sql.number(mostRegret)}`;
  const { keys, amounts } = taken(sql, problem, slots, kind.rules);
  const tie = sql.number(TIE * problem.unit / 4294967296);
  const fresh = sql.filter("chosen", (c) => `NOT ${sql.has("hh", c)}`);
  // Some engines remove columns that only a lambda uses: the condition on hh's length keeps it.
  return sql.statement(
    `INSERT INTO ${tables.candidates} (uid, need, gives, regret, entered, takes, i, j, h)
SELECT uid, ${kind.need}, ${kind.gives}, held - best + ${tie} * ${sql.hash("uid", 7)},
  ${sql.concat(keys)}, ${sql.concat(amounts)}, i, j, chosen
FROM ${
      sql.from(
        `(SELECT ${keep.join(", ")}, best, i, j, chosen, ${fresh} AS fresh${changes.join("")}
FROM (${bundles}) AS chosen_bundles) AS candidate`,
      )
    }
WHERE best > ${sql.number(IMPOSSIBLE)}${gained}${keepsPins} AND ${sql.length("hh")} >= 0`,
  );
}

/** Added to the value of a shape: what bars it where a rule of the user's group has no room for the change. */
function barredByRules(
  sql: Dialect,
  { rules, mustMend, forbidden }: RoundKind,
): ((i: number, j: number) => string) | undefined {
  if (rules.length === 0) return undefined;
  const barred = sql.number(BARRED);
  return (i, j) =>
    rules.flatMap(({ change, spare, losesByLeaving }, n) => {
      const changed = change(i, j), worse = losesByLeaving ? sql.number(forbidden) : barred;
      const takes = `if(${changed} < -${spare}, ${worse}, 0.0)`;
      if (!mustMend) return [takes];
      const idle = `if(mends = ${n + 1} AND ${changed} <= ${COUNT_ROUNDING}, ${barred}, 0.0)`;
      return [takes, idle];
    }).join(" + ");
}

/** The rows that a move takes room of: those of slots that it enters, and leasts whose slots it gives up. */
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
  // Takes the n-th row of each slot; −1: the slot has fewer.
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
  rules: readonly RuleMoves[],
): { keys: string[]; amounts: string[] } {
  const { keys, amounts } = takenOfRows(sql, problem, slots);
  rules.forEach(({ spare }, n) => {
    const takes = `change${n} < -${COUNT_ROUNDING} AND change${n} >= -${spare}`;
    keys.push(sql.optional(keyOfRule(sql, problem, n), takes));
    amounts.push(sql.optional(`-change${n}`, takes));
  });
  return { keys, amounts };
}

/**
 * The statement that finds how far down the candidates are needed: by key, the first cost at which enough cheaper moves
 * are there.
 */
export function needLimitsSql(
  dialect: Dialect,
  candidates: string,
  needed: readonly number[],
): string {
  const sql = dialect.begin();
  const source = `SELECT need AS key, regret / gives AS cost, gives AS amount FROM ${candidates}`;
  return sql.statement(
    sql.firstCostOut(source, sql.lookup("key", needed), "enough", COUNT_ROUNDING),
  );
}

/** By key the cost from which on nothing is taken; keys that are missing have no such cost. */
export type CostLimits = ReadonlyMap<number, number>;

/** Stands for "no limit". */
const NO_LIMIT = 1e200;

/** The statement that finds how far down there is room: by key, the first cost at which the cheaper moves fill it. */
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
  return sql.statement(
    sql.firstCostOut(each, sql.lookup("key", rooms(room)), "fits", COUNT_ROUNDING),
  );
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
