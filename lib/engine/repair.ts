/**
 * From every user's best bundle at the prices to bundles that keep all caps and group rules, by regret thresholds.
 *
 * Each round looks for moves: users of overloaded contracts, and of groups with too few or too many sponsored users,
 * choose again among what has room. Of the users that a contract or group needs to move, those move who lose least, and no
 * more move to anything than it has room for; so nothing is ever filled past its limit. When everything is kept, capacity
 * that has a price and is unused pulls users: they may have it for nothing, and what they give up counts at its price, because
 * it pulls others in the next round. Last, users move where that adds to the objective itself.
 *
 * @module
 */
import type { Prices } from "../allocator/allocation.ts";
import { type DualProblem, zeroPrices } from "../allocator/optimal/dual_problem.ts";
import type { RunControl } from "../progress.ts";
import { BARRED, bestBundles, IMPOSSIBLE, netAt } from "./bundle_sql.ts";
import { sqlLookup, sqlNumber } from "./literal.ts";
import { addUsage, noUsage, sponsoredTerm } from "./passes.ts";
import type { Usage } from "./sample.ts";
import { type Cluster, rowsOf, run } from "./shards.ts";
import { currentColumns, moveColumns, stateSql, usageSql } from "./state_sql.ts";
import { makeTable, overAll, type WorkTables } from "./work_tables.ts";

/** Most rounds of each kind. */
const MOST_ROUNDS = 40, MOST_PULLS = 12, MOST_IMPROVEMENTS = 6;
/** Pulling ends when a round lowers the worth of unused capacity by less than this share. */
const PULL_GAIN = 0.1;
/** Ties between regrets are broken by a hash, worth this share of an offer. */
const TIE = 1e-8;
/** Stands for "no threshold". */
const NO_LIMIT = 1e200;

/** What a round knows: how much each constraint lacks or has to spare. */
export interface Room {
  /** Float64Array, length contracts: users over the cap. */
  readonly over: Float64Array;
  /** Float64Array, length contracts: users that still fit. */
  readonly open: Float64Array;
  /** Float64Array, length groups: sponsored users lacking to the minimum. */
  readonly lacking: Float64Array;
  /** Float64Array, length groups: sponsored users over the maximum. */
  readonly excess: Float64Array;
  /** Float64Array, length groups: sponsored users that may go. */
  readonly mayLeave: Float64Array;
  /** Float64Array, length groups: sponsored users that may come, or Infinity. */
  readonly mayEnter: Float64Array;
}

/** How a repair ended. */
export interface Repaired {
  /** Rounds made, of both kinds. */
  readonly rounds: number;
  /** Users moved, counted once a round. */
  readonly moves: number;
}

/** The statement that writes down every user's best bundle. */
export function assignSql(problem: DualProblem, tables: WorkTables, prices: Prices): string {
  const bundles = bestBundles(problem, {
    from: tables.users,
    keep: ["uid", "g", "sv", "uv"],
    net: netAt(problem, prices.contract),
    sponsored: sponsoredTerm(prices),
  });
  return `INSERT INTO ${tables.current} (uid, g, sc, sv, uc, uv, i, j, h)
SELECT uid, g, sc, sv, uc, uv, i, j, chosen FROM (${bundles})`;
}

/** Gives every user the best bundle at the prices, then mends what is broken, then improves. */
export async function assignAndRepair(
  problem: DualProblem,
  cluster: Cluster,
  tables: WorkTables,
  prices: Prices,
  options: RunControl & {
    /** Improvement stops when a round adds less than this to the objective. */
    enough: number;
  },
): Promise<Repaired> {
  const { onProgress } = options;
  onProgress?.({ phase: "assign" });
  await makeTable(cluster, tables.current, currentColumns(cluster.userType), "uid", options);
  await makeTable(cluster, tables.moves, moveColumns(cluster.userType), "uid", options);
  await onShards(cluster, assignSql(problem, tables, prices), options);
  const rounds = new Rounds(problem, cluster, tables, prices, options);
  let broken = Infinity, stuck = false;
  for (let n = 0; n < MOST_ROUNDS; n++) {
    const room = await rounds.room();
    const now = sum(room.over) + sum(room.lacking) + sum(room.excess);
    onProgress?.({ phase: "repair", detail: `round ${n + 1}, ${now} to move` });
    if (now === 0 || (stuck && sum(room.over) + sum(room.excess) === 0)) break;
    // Where a round achieved nothing, nobody enters anything any more: then every move but the missing minima's succeeds.
    stuck = now >= broken;
    broken = now;
    await rounds.mend(stuck ? closed(room) : room);
  }
  let unused = Infinity;
  for (let n = 0; n < MOST_PULLS; n++) {
    const room = await rounds.room();
    const now = worthOf(room, prices);
    onProgress?.({ phase: "fill", detail: `round ${n + 1}, ${now.toPrecision(3)} unused` });
    if (now <= options.enough || now > (1 - PULL_GAIN) * unused) break;
    unused = now;
    await rounds.improve(room, stillPriced(prices, room));
  }
  for (let n = 0; n < MOST_IMPROVEMENTS; n++) {
    const gained = await rounds.improve(await rounds.room(), zeroPrices(problem));
    onProgress?.({ phase: "improve", detail: `round ${n + 1}, +${gained.toPrecision(3)}` });
    if (gained <= options.enough) break;
  }
  return { rounds: rounds.count, moves: rounds.moves };
}

/** The rounds of one repair. */
class Rounds {
  /** Rounds so far. */
  count = 0;
  /** Moves so far. */
  moves = 0;

  constructor(
    readonly problem: DualProblem,
    readonly cluster: Cluster,
    readonly tables: WorkTables,
    readonly prices: Prices,
    readonly control: RunControl,
  ) {}

  /** What is lacking and what has room. */
  async room(): Promise<Room> {
    const { problem, cluster, tables, control } = this;
    const usage: Usage = noUsage(problem);
    const sql = usageSql(problem, tables);
    const parts = await Promise.all(
      cluster.shards.map(({ server }) => rowsOf(server, sql, control)),
    );
    // Key 0 is a value elsewhere; here keys begin at 1.
    for (const rows of parts) addUsage(problem, usage, rows);
    return roomOf(problem, usage);
  }

  /** A round of moves that must be, at the prices. */
  async mend(room: Room): Promise<void> {
    const need = [...room.over, ...room.lacking, ...room.excess];
    const most = (key: string) => sqlLookup(key, need);
    await this.#round(
      mendSql(this.problem, this.tables, this.prices, room, this.count + 1),
      room,
      most,
    );
  }

  /** A round of moves that gain at the prices; returns how much. At prices 0 that is what the objective gains. */
  improve(room: Room, prices: Prices): Promise<number> {
    this.control.signal?.throwIfAborted();
    return this.#round(improveSql(this.problem, this.tables, prices, room), room, null);
  }

  /** Gathers candidates, finds the thresholds, moves those below them. Returns −Σ regret of the moves. */
  async #round(
    candidatesSql: string,
    room: Room,
    most: ((key: string) => string) | null,
  ): Promise<number> {
    const { cluster, tables, control } = this;
    this.count++;
    const columns =
      `uid ${cluster.userType}, need UInt32, regret Float64, entered Array(UInt32), i UInt8, j UInt8, h Array(UInt16)`;
    await makeTable(cluster, tables.candidates, columns, "need", control);
    await onShards(cluster, candidatesSql, control);
    const all = overAll(cluster, tables.candidates);
    let within = `regret < ${sqlNumber(NO_LIMIT)}`;
    if (most !== null) {
      const limits = await this.#thresholds(`SELECT need AS key, regret FROM ${all}`, most);
      within = `regret < ${lookupOr(limits, "need", 0)}`;
    }
    const rooms = [...room.open, ...room.mayLeave, ...finite(room.mayEnter)];
    const limits = await this.#thresholds(
      `SELECT key, regret FROM (SELECT regret, entered FROM ${all} WHERE ${within}) ARRAY JOIN entered AS key`,
      (key) => sqlLookup(key, rooms),
    );
    const accepted = `${within} AND arrayCount(key -> regret >= ${
      lookupOr(limits, "key", NO_LIMIT)
    }, entered) = 0`;
    const [[moves, regret]] = await rowsOf(
      cluster.coordinator,
      `SELECT count(), sum(regret) FROM ${all} WHERE ${accepted}`,
      control,
    );
    await onShards(
      cluster,
      `INSERT INTO ${tables.moves} (uid, round, i, j, h)
SELECT uid, toUInt32(${this.count}), i, j, h FROM ${tables.candidates} WHERE ${accepted}`,
      control,
    );

    this.moves += Number(moves);
    return -Number(regret);
  }

  /** Per key the first regret that is too much: that after the `most(key)` least. */
  async #thresholds(source: string, most: (key: string) => string): Promise<Map<number, number>> {
    const rows = await rowsOf(
      this.cluster.coordinator,
      `SELECT key, if(n > length(a) - 1, ${sqlNumber(NO_LIMIT)}, a[n + 1])
FROM (SELECT key, toUInt32(${
        most("key")
      }) AS n, arraySort(groupArray(regret)) AS a FROM (${source}) GROUP BY key)`,
      this.control,
    );
    return new Map(rows.map(([key, limit]) => [Number(key), Number(limit)]));
  }
}

/** The statement of a round of moves that must be. Keys of `need`: contracts, then groups lacking, then groups over. */
export function mendSql(
  problem: DualProblem,
  tables: WorkTables,
  prices: Prices,
  room: Room,
  round: number,
): string {
  const contracts = problem.instance.cap.length, groups = problem.instance.groups.length;
  const flag = (key: string, values: Float64Array) =>
    `${sqlLookup(key, values.map((v) => v > 0 ? 1 : 0))} > 0`;
  const net = netAt(problem, prices.contract);
  // x is the overloaded contract to give up, one a round; 65535 stands for none.
  const from = `(SELECT uid, g, sc, sv, uc, uv, hh, hi, hj, x,
  x = 65535 AND hi = 0 AS promote, x = 65535 AND hi > 0 AS demote
FROM (SELECT uid, g, sc, sv, uc, uv, hh, hi, hj,
  if(length(oh) = 0, toUInt16(65535), oh[1 + cityHash64(uid, ${round}) % greatest(length(oh), 1)]) AS x
FROM (SELECT uid, g, sc, sv, uc, uv, hh, hi, hj, arrayFilter(c -> ${flag("c", room.over)}, hh) AS oh
FROM ${stateSql(tables)}))
WHERE x < 65535 OR (hi = 0 AND ${flag("g", room.lacking)}) OR (hi > 0 AND ${
    flag("g", room.excess)
  }))`;
  const bundles = bestBundles(problem, {
    from: withHeldValue(problem, from, net, sponsoredTerm(prices), ["x", "promote", "demote"]),
    keep: ["uid", "g", "hh", "hi", "held", "x", "promote", "demote"],
    net: `if(c != x AND (has(hh, c) OR ${flag("c", room.open)}), ${net}, ${sqlNumber(BARRED)})`,
    sponsored: `${sponsoredTerm(prices)} + if(demote OR (hi = 0 AND NOT ${
      flag("g", room.mayEnter)
    }), ${sqlNumber(BARRED)}, 0.0)`,
    unsponsored: `if(promote, ${sqlNumber(BARRED)}, if(hi > 0 AND NOT ${
      flag("g", room.mayLeave)
    }, ${sqlNumber(-problem.shortfallPrice)}, 0.0))`,
  });
  const need = `if(x < 65535, toUInt32(x), toUInt32(if(promote, ${contracts}, ${
    contracts + groups
  }) + g))`;
  return insertCandidates(problem, tables, room, bundles, need, `held - best`);
}

/** The statement of a round of moves that gain at the prices; what is full is closed. */
export function improveSql(
  problem: DualProblem,
  tables: WorkTables,
  prices: Prices,
  room: Room,
): string {
  const flag = (key: string, values: Float64Array) =>
    `${sqlLookup(key, values.map((v) => v > 0 ? 1 : 0))} > 0`;
  const net = netAt(problem, prices.contract);
  const sponsored = sponsoredTerm(prices);
  const bundles = bestBundles(problem, {
    from: withHeldValue(problem, stateSql(tables), net, sponsored, []),
    keep: ["uid", "g", "hh", "hi", "held"],
    net: `if(has(hh, c) OR ${flag("c", room.open)}, ${net}, ${sqlNumber(BARRED)})`,
    sponsored: `${sponsored} + if(hi = 0 AND NOT ${flag("g", room.mayEnter)}, ${
      sqlNumber(BARRED)
    }, 0.0)`,
    unsponsored: `if(hi > 0 AND NOT ${flag("g", room.mayLeave)}, ${sqlNumber(BARRED)}, 0.0)`,
  });
  const least = sqlNumber(1e-7 * offerUnit(problem));
  const better = `SELECT * FROM (${bundles}) WHERE best - held > ${least}`;
  return insertCandidates(problem, tables, room, better, "toUInt32(0)", "held - best");
}

/** Adds `held`, the value of what the user holds. */
function withHeldValue(
  problem: DualProblem,
  from: string,
  net: string,
  sponsored: string,
  more: readonly string[],
): string {
  const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = problem;
  const worth = new Float64Array((k + 1) ** 2);
  shapeWorth.forEach((w, s) => worth[shapeSponsored[s] * (k + 1) + shapeUnsponsored[s]] = w);
  const of = (contracts: string, scores: string) =>
    `arraySum(arrayMap((c, s) -> if(has(hh, c), ${net}, 0.0), ${contracts}, ${scores}))`;
  const extra = more.map((name) => `, ${name}`).join("");
  return `(SELECT uid, g, sc, sv, uc, uv, hh, hi${extra}, ${of("sc", "sv")} + ${of("uc", "uv")} +
  ${sqlLookup(`(hi * ${k + 1} + hj)`, worth)} + if(hi > 0, ${sponsored}, 0.0) AS held
FROM ${from})`;
}

/**
 * Writes candidates down. `entered` are the limits that a move takes of, with the keys of `#round`'s rooms: contracts, then
 * groups whose sponsored users leave, then groups that they enter.
 */
function insertCandidates(
  problem: DualProblem,
  tables: WorkTables,
  room: Room,
  bundles: string,
  need: string,
  regret: string,
): string {
  const contracts = problem.instance.cap.length, groups = problem.instance.groups.length;
  const leaves = `hi > 0 AND i = 0 AND ${
    sqlLookup("g", room.mayLeave.map((v) => v > 0 ? 1 : 0))
  } > 0`;
  const tie = sqlNumber(TIE * offerUnit(problem) / 4294967296);
  // Servers of 18.16 take a column for unused that only a lambda captures: hence the idle length(hh).
  return `INSERT INTO ${tables.candidates} (uid, need, regret, entered, i, j, h)
SELECT uid, ${need}, ${regret} + ${tie} * (cityHash64(uid, 7) % 4294967296),
  arrayConcat(arrayMap(c -> toUInt32(c), arrayFilter(c -> NOT has(hh, c), chosen)),
    arrayResize([toUInt32(${contracts} + g)], toUInt8(${leaves})),
    arrayResize([toUInt32(${contracts + groups} + g)], toUInt8(hi = 0 AND i > 0))),
  i, j, chosen
FROM (${bundles}) WHERE best > ${sqlNumber(IMPOSSIBLE)} AND length(hh) >= 0`;
}

/** What the usage leaves. */
export function roomOf(problem: DualProblem, { load, sponsored }: Usage): Room {
  const { cap } = problem.instance;
  const { minSponsored, maxSponsored } = problem.rules;
  const atLeastZero = (values: Float64Array) => values.map((v) => Math.max(0, v));
  return {
    over: atLeastZero(load.map((n, c) => n - cap[c])),
    open: atLeastZero(load.map((n, c) => cap[c] - n)),
    lacking: atLeastZero(sponsored.map((n, g) => Math.min(minSponsored[g], maxSponsored[g]) - n)),
    excess: atLeastZero(sponsored.map((n, g) => n - maxSponsored[g])),
    mayLeave: atLeastZero(sponsored.map((n, g) => n - minSponsored[g])),
    mayEnter: atLeastZero(sponsored.map((n, g) => maxSponsored[g] - n)),
  };
}

/** The prices of what is full; what has room costs nothing. */
function stillPriced(prices: Prices, room: Room): Prices {
  return {
    ...prices,
    contract: prices.contract.map((price, c) => room.open[c] > 0 ? 0 : price),
    minSponsored: prices.minSponsored.map((price, g) => room.mayLeave[g] > 0 ? 0 : price),
    maxSponsored: prices.maxSponsored.map((price, g) => room.mayEnter[g] > 0 ? 0 : price),
  };
}

/** Σ price × unused capacity. */
function worthOf(room: Room, prices: Prices): number {
  let worth = 0;
  prices.contract.forEach((price, c) => worth += price * room.open[c]);
  prices.minSponsored.forEach((price, g) => worth += price > 0 ? price * room.mayLeave[g] : 0);
  return worth;
}

/** The room in which nothing may be entered. */
function closed(room: Room): Room {
  return { ...room, open: room.open.map(() => 0) };
}

/** The size of what an offer adds, for ties and for what is not worth a move. */
function offerUnit(problem: DualProblem): number {
  return problem.unit;
}

/** Infinity as a number that no count reaches. */
function finite(values: Float64Array): Float64Array {
  return values.map((v) => v === Infinity ? 4e9 : v);
}

/** A lookup in a map of thresholds. */
function lookupOr(limits: ReadonlyMap<number, number>, key: string, otherwise: number): string {
  if (limits.size === 0) return sqlNumber(otherwise);
  const keys = [...limits.keys()], values = [...limits.values()];
  return `transform(${key}, [${keys.join(",")}], [${values.map(sqlNumber).join(",")}], ${
    sqlNumber(otherwise)
  })`;
}

/** Runs a statement on every shard at once. */
async function onShards(cluster: Cluster, sql: string, control: RunControl): Promise<void> {
  await Promise.all(cluster.shards.map(({ server }) => run(server, sql, control)));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
