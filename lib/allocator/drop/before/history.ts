/**
 * What earlier drops gave, gathered beside the pairs of this one: when a user last had a contract or its brand, what was
 * declined, and how much each user got.
 *
 * Rows are looked at once, in any order; nothing is kept per row. Memory: at most 9 bytes a pair and 16 bytes a user.
 *
 * @module
 */
import type { Cooldown, Span } from "./cooldown.ts";
import { InputError, UsageError } from "../../../base/errors.ts";
import { NO_DAY } from "./day.ts";
import { HAD_BRAND, HAD_CONTRACT } from "./held_back.ts";
import { pairOf, type PairsByUser, type Parties } from "./parties.ts";
import { Received } from "./received.ts";

/** What history is used for. */
export interface HistoryRules {
  /** The drop's day; null: none was said. */
  readonly asOf: number | null;
  /** How long what a user had stays away. */
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
  /** Rows on a day after the drop's: passed over. */
  laterRows: number;
  /** Rows of users that the drop does not have. */
  otherUsers: number;
  /** Rows of contracts that the drop does not have: they count for brands, where known, and for rotation. */
  otherContracts: number;
  /** Rows that say declined. */
  declinedRows: number;
  /** Rows so long ago that no rule asks for them: who had what is not looked up. */
  earlierRows: number;
}

/** Days are kept as they are; files of a history without dates count from 0. */
const NEVER = NO_DAY;

/** Gathers rows. */
export class History {
  /** What was seen. */
  readonly counts: HistoryCounts = {
    rows: 0,
    blankRows: 0,
    laterRows: 0,
    otherUsers: 0,
    otherContracts: 0,
    declinedRows: 0,
    earlierRows: 0,
  };
  /** Files, in their order, as drops of a history without dates are named. */
  readonly files: string[] = [];
  /** Whether rows have dates; null: there were none yet. */
  dated: boolean | null = null;
  /** What each user got; null: nobody asks. */
  readonly received: Received | null;
  readonly #parties: Parties;
  readonly #pairs: PairsByUser;
  readonly #rules: HistoryRules;
  readonly #lastContract: Int32Array | null;
  readonly #lastBrand: Int32Array | null;
  readonly #declines: Uint8Array | null;
  readonly #drops = new Set<number>();
  #lastDrop = NEVER;
  /** Rows of earlier days matter only where they are declines that count. */
  readonly #firstDay: number;
  /** Drops that a cooldown counts back, at most. */
  readonly #mostCounted: number;
  /** The first times that cooldowns may still ask for, as far as is known yet. */
  #firstContract = -Infinity;
  #firstBrand = -Infinity;
  #from: { contract: number; brand: number } | null = null;

  /** No rows yet. */
  constructor(parties: Parties, pairs: PairsByUser, rules: HistoryRules) {
    const length = pairs.start[pairs.start.length - 1], { cooldown } = rules;
    const times = () => new Int32Array(length).fill(NEVER);
    this.#parties = parties;
    this.#pairs = pairs;
    this.#rules = rules;
    this.#lastContract = cooldown.contract === undefined ? null : times();
    this.#lastBrand = cooldown.brand === undefined || parties.brand === null ? null : times();
    this.#declines = rules.declineFactor === 1 ? null : new Uint8Array(length);
    this.received = rules.rotate > 0 ? new Received(parties.users.length, rules.asOf) : null;
    this.#firstDay = firstDayOf(rules);
    const counted = Object.values(cooldown).filter(({ unit }) => unit === "drops");
    this.#mostCounted = Math.max(1, ...counted.map(({ count }) => count));
  }

  /**
   * Says which file the next rows are of.
   *
   * @param dated whether its rows have dates
   * @throws {InputError} where a rule needs dates that it does not have, or other files differ
   */
  beginFile(file: string, dated: boolean): void {
    const { asOf, cooldown, rotate } = this.#rules;
    const expected = "a column offered_at, an ISO date or time";
    const fault = (what: string) =>
      new InputError(`${file}: ${what}`, { file, column: "offered_at", expected });
    const inDays = Object.entries(cooldown).find(([, { unit }]) => unit === "days");
    if (!dated && inDays !== undefined) {
      const [of, { count }] = inDays;
      throw fault(`it has no offered_at, which cooldown ${of}=${count}d needs`);
    }
    if (this.dated !== null && this.dated !== dated) {
      const [has, lacks] = dated ? [file, this.files[0]] : [this.files[0], file];
      throw fault(`${has} has offered_at and ${lacks} has none, expected it in all of history`);
    }
    if (dated && rotate > 0 && asOf === null) {
      throw new UsageError("rotate needs asOf, the drop's day: history has dates");
    }
    this.dated = dated;
    this.files.push(file);
  }

  /** Whether brands matter to any of the rules. */
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

  /** Counts a row; whether it matters whose it is: then {@link note} it. */
  take(when: number, isDeclined: boolean): boolean {
    const { counts } = this, { asOf } = this.#rules;
    counts.rows++;
    if (this.dated === true && asOf !== null && when > asOf) {
      counts.laterRows++;
      return false;
    }
    if (when !== this.#lastDrop) this.#noteDrop(when);
    if (isDeclined) counts.declinedRows++;
    if (when >= this.#firstDay || this.dated !== true || (isDeclined && this.#declines !== null)) {
      return true;
    }
    counts.earlierRows++;
    return false;
  }

  /** Which rows {@link take} says matter, where they have dates; the others need only be counted, by {@link takeMany}. */
  get rowsThatMatter(): { firstDay: number; lastDay: number; declines: boolean } {
    const { asOf } = this.#rules;
    return {
      firstDay: this.#firstDay,
      lastDay: asOf ?? Infinity,
      declines: this.#declines !== null,
    };
  }

  /**
   * Counts many rows as {@link take} does, those that matter among them.
   *
   * @param times the days (or the file's number) of those that are not later, each at least once
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

  /** Notes whose a row is that {@link take} said matters. */
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

  /** A drop, perhaps a new one: what cooldowns may still ask for begins the later the more drops are known. */
  #noteDrop(when: number): void {
    this.#lastDrop = when;
    if (this.#drops.has(when)) return;
    this.#drops.add(when);
    // Drops before those that cooldowns ask for change nothing, once there are as many as they count.
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

  /** Notes a row for all of the user's pairs of the brand; its own contract is of it. */
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

  /** The first times that are still within the cooldowns. */
  #firstOfCooldowns(): { contract: number; brand: number } {
    return firstOfCooldowns(this.#rules, this.#drops);
  }
}

/** The first times that are within the cooldowns, where offers were made at the times given; Infinity: there is none. */
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
 * The first day that any rule asks for; Infinity: only declines count; −Infinity: every row does. Where cooldowns count drops, how
 * far back they go is known only in the end.
 */
function firstDayOf({ asOf, cooldown, rotate }: HistoryRules): number {
  const spans = Object.values(cooldown);
  if (rotate > 0 || spans.some(({ unit }) => unit === "drops")) return -Infinity;
  return Math.min(...spans.map(({ count }) => asOf! - count + 1));
}
