/**
 * The history of earlier drops, reduced to columns of this drop's pairs and users: when a user last had a contract or its brand,
 * how often it declined them, and how much it got.
 *
 * Rows are read once, in any order, and none is kept. Memory: at most 9 bytes a pair and 16 bytes a user.
 *
 * @module
 */
import { type Cooldown, cooldownInDays, type Span } from "./cooldown.ts";
import { InputError, UsageError } from "../../../base/errors.ts";
import { NO_DAY } from "../../../base/text/day.ts";
import { HAD_BRAND, HAD_CONTRACT } from "./held_back.ts";
import { pairOf, type PairsByUser, type Parties } from "./parties.ts";
import { ageing, Received } from "./received.ts";

/** What history is used for. */
export interface HistoryRules {
  /** The drop's day; null: none was said. */
  readonly asOf: number | null;
  /** How long a contract or brand that a user had is not offered again. */
  readonly cooldown: Cooldown;
  /** What a score is multiplied by for each time that its contract or brand was declined; 1: nothing. */
  readonly declineFactor: number;
  /** W: users who got less weigh up to 1 + W; 0: all alike. */
  readonly rotate: number;
}

/** Counts of the rows of history. */
export interface HistoryCounts {
  /** Rows. */
  rows: number;
  /** Rows of nothing but separators; not among `rows`. */
  blankRows: number;
  /** Rows on a day after the drop's: ignored. */
  laterRows: number;
  /** Rows of users that the drop does not have. */
  otherUsers: number;
  /** Rows of contracts that the drop does not have: they count for brands, where known, and for rotation. */
  otherContracts: number;
  /** Rows whose outcome is "declined". */
  declinedRows: number;
  /** Rows so long ago that no rule needs them: their users and contracts are not looked up. */
  earlierRows: number;
}

/** The time of an offer that never was. Times are days, or without dates indices of files from 0. */
const NEVER = NO_DAY;

/** Collects the rows of history. */
export class History {
  /** Counts of the rows. */
  readonly counts: HistoryCounts = {
    rows: 0,
    blankRows: 0,
    laterRows: 0,
    otherUsers: 0,
    otherContracts: 0,
    declinedRows: 0,
    earlierRows: 0,
  };
  /** The files in order; without dates each is a drop. */
  readonly files: string[] = [];
  /** Whether rows have dates; null: no file has begun. */
  dated: boolean | null = null;
  /** What each user got; null: no rule needs it, or no file has begun. */
  received: Received | null = null;
  readonly #filesInAll: number;
  readonly #parties: Parties;
  readonly #pairs: PairsByUser;
  readonly #rules: HistoryRules;
  readonly #lastContract: Int32Array | null;
  readonly #lastBrand: Int32Array | null;
  readonly #declines: Uint8Array | null;
  readonly #drops = new Set<number>();
  #lastDrop = NEVER;
  /** Rows of earlier days matter only if they are declines that count. */
  readonly #firstDay: number;
  /** The most drops that a cooldown counts back. */
  readonly #mostCounted: number;
  /** The first times within the cooldowns, by the drops seen so far. */
  #firstContract = -Infinity;
  #firstBrand = -Infinity;
  #from: { contract: number; brand: number } | null = null;

  /**
   * No rows yet.
   *
   * @param files how many files there will be
   */
  constructor(parties: Parties, pairs: PairsByUser, rules: HistoryRules, files: number) {
    const length = pairs.start[pairs.start.length - 1], { cooldown } = rules;
    const times = () => new Int32Array(length).fill(NEVER);
    this.#parties = parties;
    this.#pairs = pairs;
    this.#rules = rules;
    this.#lastContract = cooldown.contract === undefined ? null : times();
    this.#lastBrand = cooldown.brand === undefined || parties.brand === null ? null : times();
    this.#declines = rules.declineFactor === 1 ? null : new Uint8Array(length);
    this.#filesInAll = files;
    this.#firstDay = firstDayOf(rules);
    const counted = Object.values(cooldown).filter(({ unit }) => unit === "drops");
    this.#mostCounted = Math.max(1, ...counted.map(({ count }) => count));
  }

  /**
   * The next rows are of this file.
   *
   * @param dated whether its rows have dates
   * @param column what the dates are called there
   * @throws {InputError} if a rule needs dates that the file does not have, or only some files have them
   * @throws {UsageError} if rotation needs the drop's day and it is not known
   */
  beginFile(file: string, dated: boolean, column = "offered_at"): void {
    const { asOf, cooldown, rotate } = this.#rules;
    const expected = `a column ${column}, an ISO date or time`;
    const fault = (what: string) => new InputError(`${file}: ${what}`, { file, column, expected });
    const inDays = cooldownInDays(cooldown);
    if (!dated && inDays !== null) throw fault(`it has no ${column}, which ${inDays} needs`);
    if (this.dated !== null && this.dated !== dated) {
      const [has, lacks] = dated ? [file, this.files[0]] : [this.files[0], file];
      throw fault(`${has} has ${column} and ${lacks} has none, expected it in all of history`);
    }
    if (dated && rotate > 0 && asOf === null) {
      throw new UsageError("rotate needs asOf, the drop's day: history has dates");
    }
    this.dated = dated;
    this.files.push(file);
    // A drop that gave nobody anything is one, too.
    if (!dated) this.#noteDrop(this.files.length - 1);
    if (rotate > 0) {
      this.received ??= new Received(
        this.#parties.users.length,
        ageing(dated, asOf, this.#filesInAll),
      );
    }
  }

  /** Whether any rule needs brands. */
  get needsBrands(): boolean {
    return this.#lastBrand !== null || (this.#declines !== null && this.#parties.brand !== null);
  }

  /** Number of distinct drops seen: days, or files without dates. */
  get drops(): number {
    return this.#drops.size;
  }

  /**
   * Adds a row.
   *
   * @param u the user; negative: not in the drop
   * @param c the contract; negative: not in the drop
   * @param b its brand; negative: none that is known
   * @param when its day, or the number of its file where history has no dates
   */
  add(u: number, c: number, b: number, when: number, isDeclined: boolean, score: number): void {
    if (this.take(when, isDeclined)) this.note(u, c, b, when, isDeclined, score);
  }

  /** Counts a row. Returns whether its user and contract matter: then call {@link note} too. */
  take(when: number, isDeclined: boolean): boolean {
    const { counts } = this, { asOf } = this.#rules;
    counts.rows++;
    if (this.dated === true && asOf !== null && when > asOf) {
      counts.laterRows++;
      return false;
    }
    if (when !== this.#lastDrop) this.#noteDrop(when);
    if (isDeclined && this.#declines !== null) counts.declinedRows++;
    if (when >= this.#firstDay || this.dated !== true || (isDeclined && this.#declines !== null)) {
      return true;
    }
    counts.earlierRows++;
    return false;
  }

  /** Which dated rows {@link take} returns true for. The others need only be counted, by {@link takeMany}. */
  get rowsThatMatter(): { firstDay: number; lastDay: number; declines: boolean } {
    const { asOf } = this.#rules;
    return {
      firstDay: this.#firstDay,
      lastDay: asOf ?? Infinity,
      declines: this.#declines !== null,
    };
  }

  /**
   * Counts many rows at once, as {@link take} does. Those that matter are to be noted too.
   *
   * @param times the days (or the file's index) of the rows that are not later than the drop, each at least once
   */
  takeMany(
    { rows, laterRows, declinedRows, earlierRows }: Pick<
      HistoryCounts,
      "rows" | "laterRows" | "declinedRows" | "earlierRows"
    >,
    times: Iterable<number>,
  ): void {
    const { counts } = this;
    counts.rows += rows;
    counts.laterRows += laterRows;
    counts.declinedRows += declinedRows;
    counts.earlierRows += earlierRows;
    for (const when of times) this.#noteDrop(when);
  }

  /** Notes the user and contract of a row for which {@link take} returned true. */
  note(u: number, c: number, b: number, when: number, isDeclined: boolean, score: number): void {
    const { counts } = this;
    if (u < 0) {
      counts.otherUsers++;
      return;
    }
    if (c < 0) counts.otherContracts++;
    this.received?.add(u, when, score);
    const declines = isDeclined && this.#declines !== null;
    if (c >= 0 && (when >= this.#firstContract || declines)) {
      this.#noteContract(u, c, when, isDeclined && b < 0);
    }
    if (b >= 0 && this.needsBrands && (when >= this.#firstBrand || declines)) {
      this.#noteBrand(u, b, when, isDeclined);
    }
  }

  /** Notes the drop of a row, and with it how far back cooldowns in drops reach. */
  #noteDrop(when: number): void {
    this.#lastDrop = when;
    if (this.#drops.has(when)) return;
    this.#drops.add(when);
    // Once there are as many drops as cooldowns count, an earlier one changes nothing.
    const isAmongThem = when > Math.min(this.#firstContract, this.#firstBrand);
    if (!isAmongThem && this.#drops.size > this.#mostCounted) return;
    const { contract, brand } = this.#firstOfCooldowns();
    this.#firstContract = contract;
    this.#firstBrand = brand;
  }

  #noteContract(u: number, c: number, when: number, isDeclined: boolean): void {
    const last = this.#lastContract, declines = this.#declines;
    if (last === null && !(isDeclined && declines !== null)) return;
    const p = pairOf(this.#pairs, u, c);
    if (p < 0) return;
    if (last !== null && last[p] < when) last[p] = when;
    if (isDeclined && declines !== null && declines[p] < 255) declines[p]++;
  }

  /** Notes a row for all of the user's pairs of the brand, its own contract included. */
  #noteBrand(u: number, b: number, when: number, isDeclined: boolean): void {
    const { start, contract } = this.#pairs, brand = this.#parties.brand!;
    const last = this.#lastBrand, declines = isDeclined ? this.#declines : null;
    if (last === null && declines === null) return;
    for (let p = start[u], to = start[u + 1]; p < to; p++) {
      if (brand[contract[p]] !== b) continue;
      if (last !== null && last[p] < when) last[p] = when;
      if (declines !== null && declines[p] < 255) declines[p]++;
    }
  }

  /** Why pair `p` is cooling, {@link HAD_CONTRACT} or {@link HAD_BRAND}; −1: it is not. Ask once all rows are in. */
  coolingReason(p: number): number {
    const { contract, brand } = this.#from ??= this.#firstOfCooldowns();
    if (this.#lastContract !== null && this.#lastContract[p] >= contract) return HAD_CONTRACT;
    return this.#lastBrand !== null && this.#lastBrand[p] >= brand ? HAD_BRAND : -1;
  }

  /** When the user of pair `p` last had its contract, or its brand. */
  lastTime(p: number, reason: number): number {
    return (reason === HAD_CONTRACT ? this.#lastContract! : this.#lastBrand!)[p];
  }

  /** How often the contract or brand of pair `p` was declined. */
  declinesOf(p: number): number {
    return this.#declines === null ? 0 : this.#declines[p];
  }

  /** The first times within the cooldowns, by the drops seen so far. */
  #firstOfCooldowns(): { contract: number; brand: number } {
    return firstOfCooldowns(this.#rules, this.#drops);
  }
}

/** The first time within each cooldown, if earlier drops were made at these times; Infinity: nothing is within it. */
export function firstOfCooldowns(
  { asOf, cooldown }: HistoryRules,
  drops: Iterable<number>,
): { contract: number; brand: number } {
  const latest = [...drops].sort((a, b) => b - a);
  const first = (span: Span | undefined): number => {
    if (span === undefined) return Infinity;
    if (span.unit === "days") return asOf! - span.count + 1;
    const oldest = latest[Math.min(span.count, latest.length) - 1];
    return oldest ?? Infinity;
  };
  return { contract: first(cooldown.contract), brand: first(cooldown.brand) };
}

/**
 * The first day that any rule needs; Infinity: only declines count; −Infinity: every row does. Cooldowns in drops need every row,
 * as how far back they reach is known only when all rows are read.
 */
function firstDayOf({ asOf, cooldown, rotate }: HistoryRules): number {
  const spans = Object.values(cooldown);
  if (rotate > 0 || spans.some(({ unit }) => unit === "drops")) return -Infinity;
  return Math.min(...spans.map(({ count }) => asOf! - count + 1));
}
