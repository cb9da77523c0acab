/**
 * The statements that propose moves: users who could hold another bundle, what they would lose by it, and what room they
 * would take.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { BARRED, bestBundles, type GroupTerms, IMPOSSIBLE, netAt, worthOf } from "./bundle_sql.ts";
import { groupPrices, withColumns } from "./group_prices.ts";
import { sqlLookup, sqlNumber } from "../server/literal.ts";
import { type Room, ROUNDING } from "./room.ts";
import { ruleFlags, sharesOf } from "./usage.ts";
import { heldNet, stateSql } from "./state_sql.ts";
import type { WorkTables } from "../server/work_tables.ts";

/** Ties between regrets are broken by a hash, worth this share of an offer. */
const TIE = 1e-8;
/** A move must gain this share of an offer. */
const LEAST_GAIN = 1e-7;

/** Columns of the table of candidates. */
export function candidateColumns(userType: string): string {
  return `uid ${userType}, need UInt32, gives Float64, regret Float64, ` +
    "entered Array(UInt32), takes Array(Float64), i UInt8, j UInt8, h Array(UInt16)";
}

/** How much is needed under each key of `need`: contracts over their cap, then per group what each rule lacks. */
export function needs({ over, lacking, excess, overMixed, unbalanced }: Room): number[] {
  return [...over, ...lacking, ...excess, ...overMixed, ...unbalanced];
}

/** How much room there is under each key of `entered`: contracts, then per group what each rule has to spare. */
export function rooms({ open, mayLeave, mayEnter, toSpare, mayMix }: Room): number[] {
  // Infinity as a number that no count reaches.
  return [open, mayLeave, mayEnter, toSpare, mayMix].flatMap((values) =>
    Array.from(values, (v) => v === Infinity ? 4e9 : v)
  );
}

/** Whether a user's group (or contract) has any of something. */
function flag(key: string, values: Float64Array): string {
  return `${sqlLookup(key, values.map((v) => v > 0 ? 1 : 0))} > 0`;
}

/** Columns of the state, by which every user is known. */
const STATE = ["uid", "g", "sc", "sv", "uc", "uv", "hh", "hi", "hj"];

/**
 * The statement of a round of moves that must be. A user who holds a contract that is over its cap gives it up; others
 * change for their group: `promote` to a sponsored bundle, `demote` to another, `unmix` to offers of one type, `lift` to
 * any bundle that is better for the assignment ratio.
 */
export function mendSql(
  problem: DualProblem,
  tables: WorkTables,
  prices: Prices,
  room: Room,
  round: number,
): string {
  const groups = problem.instance.groups.length, contracts = problem.instance.cap.length;
  const over = withColumns(stateSql(tables), STATE, {
    oh: `arrayFilter(c -> ${flag("c", room.over)}, hh)`,
  });
  // x is the overloaded contract to give up, one a round; 65535 stands for none.
  const x = withColumns(over, STATE, {
    x: `if(length(oh) = 0, toUInt16(65535), oh[1 + cityHash64(uid, ${round}) % greatest(length(oh), 1)])`,
  });
  const wanted = withColumns(x, [...STATE, "x"], {
    promote: `x = 65535 AND hi = 0 AND ${flag("g", room.lacking)}`,
    demote: `x = 65535 AND hi > 0 AND ${flag("g", room.excess)}`,
    unmix: `x = 65535 AND hi > 0 AND hj > 0 AND ${flag("g", room.overMixed)}`,
    lift: `x = 65535 AND hi + hj > 0 AND ${flag("g", room.unbalanced)}`,
  });
  const flags = ["x", "promote", "demote", "unmix", "lift"];
  const from = `(SELECT * FROM ${wanted} WHERE x < 65535 OR promote OR demote OR unmix OR lift)`;
  const key = (rule: number) => `toUInt32(${contracts + rule * groups} + g)`;
  const alone = "NOT promote AND NOT demote AND NOT unmix";
  return candidatesSql(problem, tables, room, prices, {
    from,
    flags,
    barred: "c = x",
    need: `multiIf(x < 65535, toUInt32(x), promote, ${key(0)}, demote, ${key(1)}, unmix, ${
      key(2)
    }, ${key(3)})`,
    gives: ruleFlags(problem).hasAssignmentRatio
      ? `if(x = 65535 AND ${alone}, change, 1.0)`
      : "1.0",
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
export function improveSql(
  problem: DualProblem,
  tables: WorkTables,
  prices: Prices,
  room: Room,
): string {
  return candidatesSql(problem, tables, room, prices, {
    from: stateSql(tables),
    flags: [],
    need: "toUInt32(0)",
    gives: "1.0",
    forbidden: BARRED,
    least: LEAST_GAIN * problem.unit,
  });
}

/** What the two kinds of rounds differ in. */
interface Kind {
  /** Subquery with the columns of the state and the flags. */
  readonly from: string;
  /** More columns of it. */
  readonly flags: readonly string[];
  /** Contracts that a user may not hold any more, over `c`. */
  readonly barred?: string;
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
  problem: DualProblem,
  tables: WorkTables,
  room: Room,
  prices: Prices,
  kind: Kind,
): string {
  const net = netAt(problem, prices.contract);
  const group = groupPrices(problem, prices);
  const rules = groupRoom(problem, room);
  const columns = { ...group.columns, ...rules };
  const carried = [...STATE, ...kind.flags];
  const withRoom = withColumns(kind.from, carried, columns);
  const names = [...carried, ...Object.keys(columns)];
  const held = withColumns(withRoom, names, {
    held: `${heldNet(net)} + ${worthOf(problem, group.terms, "hi", "hj")}`,
  });
  const open = `(has(hh, c) OR ${flag("c", room.open)})`;
  const may = kind.barred === undefined ? open : `NOT (${kind.barred}) AND ${open}`;
  const keep = ["uid", "g", "hh", "hi", "hj", "held", ...kind.flags, ...Object.keys(columns)];
  const bundles = bestBundles(problem, {
    from: held,
    keep,
    net: `if(${may}, ${net}, ${sqlNumber(BARRED)})`,
    terms: limited(problem, group.terms, kind),
  });
  const change = ruleFlags(problem).hasAssignmentRatio ? changeOf("i", "j") : "0.0";
  const gained = kind.least === undefined ? "" : ` AND best - held > ${sqlNumber(kind.least)}`;
  const { keys, amounts } = taken(problem);
  const tie = sqlNumber(TIE * problem.unit / 4294967296);
  // Servers of 18.16 take a column for unused that only a lambda captures: hence the idle length(hh).
  return `INSERT INTO ${tables.candidates} (uid, need, gives, regret, entered, takes, i, j, h)
SELECT uid, ${kind.need}, ${kind.gives}, held - best + ${tie} * (cityHash64(uid, 7) % 4294967296),
  arrayConcat(${keys}), arrayConcat(${amounts}), i, j, chosen
FROM (SELECT ${
    keep.join(", ")
  }, best, i, j, chosen, arrayFilter(c -> NOT has(hh, c), chosen) AS fresh, ${change} AS change
FROM (${bundles})) WHERE best > ${sqlNumber(IMPOSSIBLE)}${gained} AND length(hh) >= 0`;
}

/** What a user's group has to spare, as columns. */
function groupRoom(
  problem: DualProblem,
  room: Room,
): Record<string, string> {
  const { countsSponsored } = problem, { hasAssignmentRatio, hasMixedShare } = ruleFlags(problem);
  const columns: Record<string, string> = {};
  if (countsSponsored) {
    columns.canLeave = flag("g", room.mayLeave);
    columns.canEnter = flag("g", room.mayEnter);
  }
  if (hasAssignmentRatio) {
    columns.share = sqlLookup("g", sharesOf(problem));
    columns.spare = sqlLookup("g", room.toSpare.map((v) => v === Infinity ? 4e9 : v + ROUNDING));
  }
  if (hasMixedShare) columns.canMix = flag("g", room.mayMix);
  return columns;
}

/** What changing to `i` sponsored and `j` other offers adds to the balance of a user's group. */
function changeOf(i: string, j: string): string {
  return `(${i} - hi - share * (${i} + ${j} - hi - hj))`;
}

/** The group terms, with what a user must not or may not change to made worthless. */
function limited(problem: DualProblem, terms: GroupTerms, { must, forbidden }: Kind): GroupTerms {
  const { countsSponsored, oneList } = problem;
  const { hasAssignmentRatio, hasMixedShare } = ruleFlags(problem);
  if (oneList) return terms;
  const barred = sqlNumber(BARRED), unwanted = sqlNumber(forbidden);
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

/** The keys of the room that a move takes, see {@link rooms}, and how much of each, as lists of SQL arrays. */
function taken(problem: DualProblem): { keys: string; amounts: string } {
  const { countsSponsored } = problem, { hasAssignmentRatio, hasMixedShare } = ruleFlags(problem);
  const groups = problem.instance.groups.length, contracts = problem.instance.cap.length;
  const keys = ["arrayMap(c -> toUInt32(c), fresh)"], amounts = ["arrayMap(c -> 1.0, fresh)"];
  const take = (rule: number, when: string, amount: string) => {
    keys.push(`arrayResize([toUInt32(${contracts + rule * groups} + g)], toUInt8(${when}))`);
    amounts.push(`arrayResize([${amount}], toUInt8(${when}))`);
  };
  if (countsSponsored) {
    take(0, "hi > 0 AND i = 0 AND canLeave", "1.0");
    take(1, "hi = 0 AND i > 0", "1.0");
  }
  if (hasAssignmentRatio) take(2, `change < -${ROUNDING} AND change >= -spare`, "-change");
  if (hasMixedShare) take(3, "i > 0 AND j > 0 AND (hi = 0 OR hj = 0)", "1.0");
  return { keys: keys.join(", "), amounts: amounts.join(", ") };
}
