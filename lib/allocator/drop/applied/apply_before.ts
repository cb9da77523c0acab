/**
 * Applies history, pins and bans to the pairs of a drop, before anything is solved: banned and cooling pairs are left out,
 * scores are scaled, and the filters (least score, best n) run on the rest.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { grown } from "../../../base/arrays/number_list.ts";
import type { IdPool } from "../../../base/ids/ids.ts";
import { reorderPool } from "../../../base/ids/sort_ids.ts";
import { sharedFloat64, sharedUint32 } from "../../../base/arrays/shared_array.ts";
import { Bans } from "../before/bans.ts";
import { BANNED, type HeldBack, reasonHeldBack } from "../before/held_back.ts";
import type { History, HistoryRules } from "../before/history.ts";
import type { BanRows, PinRows } from "../before/given_rows.ts";
import { NO_ROUGH_SCORES, roughScoresReport } from "../before/received.ts";
import { type PinnedPairs, pinnedPairs, withPins } from "../before/pins.ts";
import { contractIndices } from "../instance/contract_indices.ts";
import type { Directory } from "../instance/directory.ts";
import type { InputReport } from "../instance/input_report.ts";
import type { Pins } from "../instance/pins.ts";
import type { ScoreScaling } from "../instance/score_scaling.ts";
import { idRank, type OrderedPairs, type PairFilter } from "../pairs/tidy_pairs.ts";

/** What was decided before the drop: its history, pins and bans. */
export interface Before {
  /** Reads the history and looks its offers up among these pairs; null: there is none. */
  readonly history: ((pairs: OrderedPairs) => History | Promise<History>) | null;
  /** Rows of pins. */
  readonly pins: PinRows | null;
  /** Rows of bans. */
  readonly bans: BanRows | null;
  /** What history is used for. */
  readonly rules: HistoryRules;
  /** Whether a pin that is no eligible pair becomes one. */
  readonly pinsCreate: boolean;
}

/** Pairs after history, pins and bans. */
export interface AppliedBefore {
  /** The pairs that are left, with their scores scaled. */
  readonly pairs: OrderedPairs;
  /** Pins by pair; null: none. */
  readonly pins: Pins | null;
  /** Banned and cooling pairs, left out; null: none. */
  readonly heldBack: HeldBack | null;
  /** How scores were scaled, users being those of the directory; null: none was. */
  readonly scaling: ScoreScaling | null;
  /** Counts for the input report. */
  readonly report: Pick<InputReport, "history" | "pins" | "bans">;
}

/**
 * Applies history, pins and bans. Of `pairs` only repeats may have been dropped so far: the least score is compared with scores
 * as they came, the best n are chosen by scaled scores, and a pin passes both filters. The columns of `pairs` are overwritten.
 *
 * @throws {InputError} for a pin that is no eligible pair, banned or cooling, and for bans that ban everything
 */
export async function applyBefore(
  directory: Directory,
  pairs: OrderedPairs,
  before: Before,
  filter: PairFilter,
): Promise<AppliedBefore> {
  const all = addPins(directory, pairs, before);
  const history = await before.history?.(all.pairs) ?? null;
  return new BeforePass(directory, all, history, before, filter).result();
}

/** {@link applyBefore} where history is in memory, so nothing has to be awaited. */
export function applyBeforeAtOnce(
  directory: Directory,
  pairs: OrderedPairs,
  before: Before,
  filter: PairFilter,
): AppliedBefore {
  const all = addPins(directory, pairs, before);
  const history = before.history?.(all.pairs) as History | undefined ?? null;
  return new BeforePass(directory, all, history, before, filter).result();
}

/** Pairs with every pin among them. */
interface PairsWithPins {
  readonly pairs: OrderedPairs;
  /** The pins in the drop's numbers; null: none. */
  readonly pins: PinnedPairs | null;
  /** Uint8Array, by pin: 1 for a pin that was no eligible pair before. */
  readonly created: Uint8Array;
}

/** The pairs with the pins looked up, and with those pins added that are no pair yet. */
function addPins(
  directory: Directory,
  pairs: OrderedPairs,
  { pins, pinsCreate }: Before,
): PairsWithPins {
  if (pins === null) return { pairs, pins: null, created: new Uint8Array(0) };
  const found = pinnedPairs(pins, directory);
  const { pairs: columns, created } = withPins(pairs, found, pins, pinsCreate);
  return { pairs: { ...columns, counts: pairs.counts }, pins: found, created };
}

/** One pass over the pairs, which moves those that are kept to the front of their columns. */
class BeforePass {
  readonly #directory: Directory;
  readonly #pairs: OrderedPairs;
  readonly #pins: PinnedPairs | null;
  readonly #created: Uint8Array;
  readonly #history: History | null;
  readonly #bans: Bans | null;
  readonly #before: Before;
  readonly #minScore: number;
  readonly #topN: number;
  readonly #rank: Uint32Array | null;
  /** Powers of the decline factor: `#powers[n]` for n declines. */
  readonly #powers: Float64Array;
  /** Float64Array, length users: what rotation multiplies a user's scores by; null: nothing. */
  readonly #factor: Float64Array | null;
  readonly #held = new HeldPairs();
  /** Declines of the pairs that are kept; null: declines have no effect. */
  readonly #declines: Uint8Array | null;
  /** By pin: the place of its pair among the kept ones. */
  readonly #pinPair: Uint32Array;
  /** The next pin; pins come in the order of the pairs. */
  #pin = 0;
  #scaled = 0;
  #below = 0;
  #beyond = 0;

  constructor(
    directory: Directory,
    { pairs, pins, created }: PairsWithPins,
    history: History | null,
    before: Before,
    { minScore = -Infinity, topN = Infinity }: PairFilter,
  ) {
    const { start } = pairs;
    this.#directory = directory;
    this.#pairs = pairs;
    this.#pins = pins;
    this.#created = created;
    this.#history = history;
    this.#before = before;
    this.#bans = before.bans === null ? null : new Bans(before.bans, directory);
    this.#minScore = minScore;
    this.#topN = topN;
    this.#rank = topN === Infinity ? null : idRank(directory.contracts);
    this.#powers = Float64Array.from(
      { length: 256 },
      (_, n) => before.rules.declineFactor ** n,
    );
    this.#factor = history?.received?.factors(
      before.rules.rotate,
      (u) => start[u + 1] > start[u],
    ) ?? null;
    this.#pinPair = new Uint32Array(pins?.user.length ?? 0);
    const declines = history !== null && before.rules.declineFactor !== 1;
    this.#declines = declines ? new Uint8Array(start[start.length - 1]) : null;
  }

  result(): AppliedBefore {
    const { start } = this.#pairs, users = start.length - 1;
    const kept = new Uint32Array(users + 1);
    let write = 0;
    for (let u = 0, from = 0; u < users; u++) {
      const to = start[u + 1], pin = this.#pin, first = write;
      write = this.#applyTo(u, from, to, write);
      this.#held.endUser(u);
      write = this.#keepBest(first, write, pin);
      kept[u + 1] = write;
      from = to;
    }
    start.set(kept);
    return this.#result(write);
  }

  /** Moves those of pairs `[from, to)` of user `u` that are kept to `write`; returns where they end. */
  #applyTo(u: number, from: number, to: number, write: number): number {
    const { contract, score } = this.#pairs, factor = this.#factor?.[u] ?? 1;
    for (let p = from; p < to; p++) {
      const c = contract[p], value = score[p], isPinned = this.#isPinned(u, c);
      if (!isPinned && value < this.#minScore) {
        this.#below++;
        continue;
      }
      if (this.#isHeldBack(u, p, c, value)) {
        if (isPinned) throw this.#pinHeldBack(u);
        continue;
      }
      if (isPinned) this.#pinPair[this.#pin++] = write;
      if (this.#declines !== null && value > 0) {
        this.#declines[write] = this.#history!.declinesOf(p);
      }
      contract[write] = c;
      score[write++] = this.#scaledScore(value, p, factor);
    }
    return write;
  }

  #isPinned(u: number, c: number): boolean {
    const pins = this.#pins, i = this.#pin;
    return pins !== null && i < pins.user.length && pins.user[i] === u && pins.contract[i] === c;
  }

  /** Whether a pair is banned or cooling; if so, keeps it aside with the reason. */
  #isHeldBack(u: number, p: number, c: number, value: number): boolean {
    const row = this.#bans?.rowAgainst(u, c) ?? -1;
    if (row >= 0) {
      this.#held.add(c, value, BANNED, row);
      return true;
    }
    const history = this.#history, reason = history?.coolingReason(p) ?? -1;
    if (reason < 0) return false;
    this.#held.add(c, value, reason, history!.lastTime(p, reason));
    return true;
  }

  /** A score above 0 multiplied for declines and rotation; others stay as they are (a factor below 1 would raise a negative one). */
  #scaledScore(value: number, p: number, factor: number): number {
    if (value <= 0 || this.#history === null) return value;
    const declines = this.#history.declinesOf(p);
    if (declines === 0) return factor === 1 ? value : value * factor;
    this.#scaled++;
    return value * this.#powers[declines] * factor;
  }

  /** Keeps the best n of a user's pairs `[from, to)`, pins first; the user's pins are those from number `pin` on. */
  #keepBest(from: number, to: number, pin: number): number {
    const n = this.#topN, rank = this.#rank;
    if (rank === null || to - from <= n) return to;
    const { contract, score } = this.#pairs;
    const isPin = new Set(this.#pinPair.subarray(pin, this.#pin));
    const order = Array.from({ length: to - from }, (_, i) => from + i)
      .sort((a, b) =>
        Number(isPin.has(b)) - Number(isPin.has(a)) || score[b] - score[a] ||
        rank[contract[a]] - rank[contract[b]]
      )
      .slice(0, Math.max(n, isPin.size))
      .sort((a, b) => a - b);
    this.#beyond += to - from - order.length;
    let write = from, next = pin;
    for (const p of order) {
      if (isPin.has(p)) this.#pinPair[next++] = write;
      if (this.#declines !== null) this.#declines[write] = this.#declines[p];
      contract[write] = contract[p];
      score[write++] = score[p];
    }
    return write;
  }

  /** The error for a pin of user `u` that is banned or cooling; names both rows. */
  #pinHeldBack(u: number): InputError {
    const { users, contracts } = this.#directory, rows = this.#before.pins!;
    const i = this.#pin, row = this.#pins!.row[i];
    this.#held.endUser(u);
    const held = this.#held.heldBack(users.pool, this.#before.bans, this.#historyFiles());
    const { reason, because } = reasonHeldBack(held!, held!.reason.length - 1);
    const against = reason === "banned" ? `is banned by ${because}` : `is cooling: ${because}`;
    return new InputError(
      `${rows.placeText(row)}: the pinned pair of ${users.pool.at(u)} and ` +
        `${contracts[this.#pins!.contract[i]]} ${against}, expected a pair that may be given`,
      {
        ...rows.placeOf(row),
        column: rows.nameOf(row, "contract_address"),
        expected: "a pair that may be given",
      },
    );
  }

  #historyFiles(): readonly string[] | null {
    return this.#history?.dated === false ? this.#history.files : null;
  }

  #result(write: number): AppliedBefore {
    const { start, contract, score, counts } = this.#pairs;
    const contracts = this.#directory.contracts.length;
    const pins: Pins | null = this.#pins === null ? null : {
      pair: this.#pinPair,
      created: this.#created,
      row: this.#pins.row,
      rows: this.#before.pins!,
    };
    return {
      pairs: {
        start: shared(start, sharedUint32),
        contract: shared(contract, (length) => contractIndices(contracts, length)),
        score: shared(score, sharedFloat64),
        counts: {
          ...counts,
          pairs: write,
          belowMinScore: counts.belowMinScore + this.#below,
          beyondTopN: counts.beyondTopN + this.#beyond,
        },
      },
      pins: pins !== null && pins.pair.length > 0 ? pins : null,
      heldBack: this.#held.heldBack(
        this.#directory.users.pool,
        this.#before.bans,
        this.#historyFiles(),
      ),
      scaling: this.#declines === null && this.#factor === null ? null : {
        declines: this.#declines?.slice(0, write) ?? null,
        declineFactor: this.#before.rules.declineFactor,
        userFactor: this.#factor,
      },
      report: this.#report(),
    };
  }

  #report(): AppliedBefore["report"] {
    const { bans: banRows, pins: pinRows } = this.#before, history = this.#history;
    const reasons = this.#held.counts;
    const report: { -readonly [name in keyof AppliedBefore["report"]]: InputReport[name] } = {};
    if (history !== null) {
      const { counts } = history;
      report.history = {
        rows: counts.rows,
        blank_rows: counts.blankRows,
        drops: history.drops,
        rows_after_as_of: counts.laterRows,
        rows_too_long_ago: counts.earlierRows,
        rows_of_other_users: counts.otherUsers,
        rows_of_other_contracts: counts.otherContracts,
        declined_rows: counts.declinedRows,
        ...roughScoresReport(history.received?.roughScores ?? NO_ROUGH_SCORES),
        pairs_cooling_by_contract: reasons[1],
        pairs_cooling_by_brand: reasons[2],
        pairs_declined: this.#scaled,
      };
    }
    if (pinRows !== null) {
      report.pins = {
        rows: pinRows.length,
        blank_rows: pinRows.blankRows,
        pairs: this.#pinPair.length,
        duplicate_rows: this.#pins!.duplicates,
        created: this.#created.reduce((sum, one) => sum + one, 0),
      };
    }
    if (banRows !== null) {
      report.bans = {
        rows: banRows.length,
        blank_rows: banRows.blankRows,
        rows_of_others: this.#bans!.unmatchedRows,
        pairs: reasons[0],
      };
    }
    return report;
  }
}

/** The array in shared memory: itself if it lies there already or the platform has none, else a copy. */
function shared<T extends Uint16Array | Uint32Array | Float64Array>(
  array: T,
  allocate: (length: number) => T,
): T {
  if (typeof SharedArrayBuffer === "undefined" || array.buffer instanceof SharedArrayBuffer) {
    return array;
  }
  const copy = allocate(array.length);
  copy.set(array);
  return copy;
}

/** Collects the pairs that are left out, user by user. */
class HeldPairs {
  /** How many there are of each reason: banned, had the contract, had the brand. */
  readonly counts: [number, number, number] = [0, 0, 0];
  #user: Uint32Array = new Uint32Array(16);
  #end: Uint32Array = new Uint32Array(16);
  #users = 0;
  #contract: Uint32Array = new Uint32Array(64);
  #score: Float64Array = new Float64Array(64);
  #reason: Uint8Array = new Uint8Array(64);
  #detail: Int32Array = new Int32Array(64);
  #length = 0;

  add(contract: number, score: number, reason: number, detail: number): void {
    const at = this.#length++;
    if (at === this.#contract.length) {
      this.#contract = grown(this.#contract, 2 * at);
      this.#score = grown(this.#score, 2 * at);
      this.#reason = grown(this.#reason, 2 * at);
      this.#detail = grown(this.#detail, 2 * at);
    }
    this.#contract[at] = contract;
    this.#score[at] = score;
    this.#reason[at] = reason;
    this.#detail[at] = detail;
    this.counts[reason]++;
  }

  endUser(u: number): void {
    const before = this.#users === 0 ? 0 : this.#end[this.#users - 1];
    if (this.#length === before) return;
    if (this.#users === this.#user.length) {
      this.#user = grown(this.#user, 2 * this.#users);
      this.#end = grown(this.#end, 2 * this.#users);
    }
    this.#user[this.#users] = u;
    this.#end[this.#users++] = this.#length;
  }

  heldBack(
    users: IdPool,
    bans: BanRows | null,
    historyFiles: readonly string[] | null,
  ): HeldBack | null {
    if (this.#length === 0) return null;
    const start = new Uint32Array(this.#users + 1);
    start.set(this.#end.subarray(0, this.#users), 1);
    return {
      users: reorderPool(users, this.#user.slice(0, this.#users)),
      start,
      contract: this.#contract.slice(0, this.#length),
      score: this.#score.slice(0, this.#length),
      reason: this.#reason.slice(0, this.#length),
      detail: this.#detail.slice(0, this.#length),
      bans,
      historyFiles,
    };
  }
}
