/**
 * Reads history: assignments of earlier drops, with their dates and outcomes.
 *
 * @module
 */
import { DECLINED, OUTCOME_EXPECTED, OUTCOMES } from "../../allocator/drop/before/outcomes.ts";
import { DATE_EXPECTED, dayOf, dayOfBytes, NO_DAY } from "../../base/text/day.ts";
import type { History } from "../../allocator/drop/before/history.ts";
import { brandIndex, type Parties } from "../../allocator/drop/before/parties.ts";
import { InputError } from "../../base/errors.ts";
import { equalBytes, IdTable } from "../../base/ids/id_table.ts";
import { BLOCK } from "../csv/block.ts";
import { DEFAULT_LIMITS } from "../bytes/read_limits.ts";
import { indexOfOptional, type Layout } from "../csv/header.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import type { TableControl } from "../csv/table_control.ts";
import { scoreField } from "../csv/score_field.ts";
import { trimField } from "../csv/trim_field.ts";
import { NOT_TEXT, type Numbering } from "../parquet/parquet_ids.ts";
import { isUtf8 } from "../parquet/parquet_types.ts";
import type { ParquetFile } from "../parquet/parquet_file.ts";
import {
  HISTORY_COLUMNS,
  HISTORY_OPTIONAL,
  type HistoryWanted,
  refuseMisspeltHistory,
} from "../csv/history_columns.ts";
import { type HistoryFields, HistoryRows } from "./history_rows.ts";
import { readRows, type RowTaker } from "./rows/read_rows.ts";
import { hasIds, nextRow } from "./rows/record_rows.ts";

/** Fewer plain rows than this at once are not worth the call; then up to `LONGEST_PAUSE` rows pass before the next try. */
const FEW = 8, LONGEST_PAUSE = 1023;

/**
 * Reads history into `history`: files, folders, globs, database addresses; CSV or Parquet.
 *
 * @throws {InputError} for a blank id, an invalid date or outcome, and where only some of the files have dates
 */
export async function readHistory(
  sources: readonly string[],
  parties: Parties,
  history: History,
  wanted: HistoryWanted,
  control: TableControl,
): Promise<void> {
  const { line, field } = control.limits ?? DEFAULT_LIMITS;
  // The fast path checks no limits: it needs none as long as a whole block keeps to them.
  const plain = line >= BLOCK && field >= BLOCK ? HistoryRows.of(history.rowsThatMatter) : null;
  const taker = new HistoryTaker(parties, history, wanted, plain);
  for (const source of sources) {
    await readRows(source, HISTORY_COLUMNS, taker, control, HISTORY_OPTIONAL);
  }
}

class HistoryTaker implements RowTaker {
  readonly #parties: Parties;
  readonly #history: History;
  readonly #wanted: HistoryWanted;
  readonly #brands: Map<string, number>;
  /** Int32Array, by a contract's number in caps: its index in the drop, or −1. */
  readonly #contractOf: Int32Array;
  readonly #brandIds = new IdTable();
  readonly #brandOf: number[] = [];
  readonly #outcomes = IdTable.from(OUTCOMES);
  #nextUser = 0;
  /** The user of the row before, and where its id stands; valid within one block of bytes. */
  readonly #lastUser = { view: null as DataView | null, from: 0, length: 0, user: -1 };
  /** The last date read, its ten bytes as three numbers, and its day. */
  readonly #lastDay = { first: 0, second: 0, third: 0, day: NO_DAY };
  #file: string | null = null;
  /** The fast path for plain rows; null where it can't be used. */
  readonly #plain: HistoryRows | null;

  constructor(
    parties: Parties,
    history: History,
    wanted: HistoryWanted,
    plain: HistoryRows | null,
  ) {
    this.#plain = plain;
    this.#parties = parties;
    this.#history = history;
    this.#wanted = wanted;
    this.#brands = brandIndex(parties);
    const { contractIndex, contracts } = parties;
    this.#contractOf = Int32Array.from(contractIndex, (c) => c < contracts.length ? c : -1);
  }

  get blockBytes(): Uint8Array | undefined {
    return this.#plain?.bytes;
  }

  addRecords(scanner: RecordScanner, layout: Layout, file: string): void {
    const { index: [user, contract] } = layout, { from, to } = scanner;
    const field = this.#optional((name) => indexOfOptional(layout.names, name, file));
    this.#begin(file, field, layout.names);
    const drop = this.#history.files.length - 1, { counts } = this.#history;
    // The block has been filled with other bytes since the last call.
    this.#lastUser.view = null;
    const plain = this.#plain?.bytes === scanner.bytes && this.#plain.beginFile(layout, field)
      ? this.#plain
      : null;
    // Where few rows are plain, the fast path is tried less and less often.
    let pause = 0, rest = 0;
    for (;;) {
      if (plain !== null && rest-- === 0) {
        const taken = this.#takePlain(plain, scanner, field, drop);
        pause = taken < FEW ? Math.min(2 * pause + 1, LONGEST_PAUSE) : 0;
        rest = pause;
      }
      if (!nextRow(scanner, layout, file, counts)) break;
      const { view } = scanner;
      if (!hasIds(scanner, layout.index, HISTORY_COLUMNS, file, counts)) continue;
      const when = field.when < 0 ? drop : this.#dayAt(scanner, field.when, file);
      const outcome = field.outcome < 0 ? 0 : this.#outcomeAt(scanner, field.outcome, file);
      if (!this.#history.take(when, outcome === DECLINED)) continue;
      const score = field.score < 0 ? NaN : scoreField(scanner, field.score, file);
      const brand = field.brand < 0 ? -1 : this.#brandAt(scanner, field.brand);
      this.#note(
        this.#sameOrNextUser(view, from[user], to[user]),
        this.#parties.known.findAgain(view, from[contract], to[contract]),
        brand,
        when,
        outcome === DECLINED,
        score,
      );
    }
  }

  /** Takes the plain rows that come next by the fast path; returns how many. */
  #takePlain(
    plain: HistoryRows,
    scanner: RecordScanner,
    field: HistoryFields,
    drop: number,
  ): number {
    const { view } = scanner, isDated = field.when >= 0, { known } = this.#parties;
    const { userFrom, userTo, contractFrom, contractTo, brandFrom, brandTo } = plain.arrays;
    const { days, outcomes, scores } = plain.arrays;
    let taken = 0;
    do {
      const next = plain.take(scanner.at, scanner.stop, scanner.end), { rows, kept } = plain;
      scanner.skip(next, rows);
      taken += rows;
      this.#history.takeMany(plain, isDated ? plain.newDays : rows > 0 ? [drop] : []);
      for (let i = 0; i < kept; i++) {
        const brand = brandFrom[i] === brandTo[i]
          ? -1
          : this.#brandOfBytes(view, brandFrom[i], brandTo[i]);
        this.#note(
          this.#sameOrNextUser(view, userFrom[i], userTo[i]),
          known.findAgain(view, contractFrom[i], contractTo[i]),
          brand,
          isDated ? days[i] : drop,
          outcomes[i] === DECLINED,
          scores[i],
        );
      }
    } while (plain.isFull);
    return taken;
  }

  async addParquet(file: ParquetFile): Promise<void> {
    const [userColumn, contractColumn] = HISTORY_COLUMNS;
    const field = this.#optional((name) => file.has(name) ? 1 : -1);
    this.#begin(file.name, field, file.layout.names);
    const drop = this.#history.files.length - 1;
    const { known } = this.#parties;
    // Ids of the drop are text; others are looked at, as in files of text.
    const orNoText: Lookup = (find) => (view, from, to) => {
      const number = 1 + find(view, from, to);
      return number > 0 || isUtf8(view, from, to) ? number : NOT_TEXT;
    };
    const user = await file.ids(
      userColumn,
      orNoText((view, from, to) => this.#userAt(view, from, to)),
    );
    const contract = await file.ids(
      contractColumn,
      orNoText((view, from, to) => known.find(view, from, to)),
    );
    const when = field.when < 0 ? null : await file.ids("offered_at", dayNumber, false);
    const outcome = field.outcome < 0
      ? null
      : await file.ids("outcome", (view, from, to) => this.#outcomeOf(view, from, to), false);
    const score = field.score < 0 ? null : await file.numbers("score");
    const brand = field.brand < 0 ? null : await file.ids(
      "brand_id",
      orNoText((view, from, to) => this.#brandOfBytes(view, from, to)),
      false,
    );
    let places = new Uint32Array(0);
    for (const range of file.ranges) {
      const rows = range.rowEnd - range.rowStart;
      const [times, outcomes] = [await when?.(range), await outcome?.(range)];
      const fault = (column: string, i: number, expected: string) =>
        file.fault(column, range.rowStart + i + 1, expected);
      const badDay = times === undefined ? -1 : firstWithoutDay(times);
      if (badDay >= 0) throw await fault("offered_at", badDay, DATE_EXPECTED);
      const badOutcome = outcomes?.indexOf(UNKNOWN_OUTCOME) ?? -1;
      if (badOutcome >= 0) throw await fault("outcome", badOutcome, OUTCOME_EXPECTED);
      if (places.length < rows) places = new Uint32Array(rows);
      const taken = this.#takeRows(rows, drop, times, outcomes, places);
      // Users and contracts are read only for ranges in which some row matters.
      if (taken === 0) continue;
      const [users, contracts] = [await user(range), await contract(range)];
      const scores = await score?.(range, new Float64Array(rows)), brands = await brand?.(range);
      for (let n = 0; n < taken; n++) {
        const i = places[n];
        if (users[i] < 0) throw await fault(userColumn, i, "an id");
        if (contracts[i] < 0) throw await fault(contractColumn, i, "an id");
        if (brands?.[i] === NOT_TEXT) throw await fault("brand_id", i, "a brand");
        this.#note(
          users[i] - 1,
          contracts[i] - 1,
          brands === undefined ? -1 : Math.max(0, brands[i]) - 1,
          times === undefined ? drop : times[i] - DAY_SHIFT,
          outcomes !== undefined && outcomes[i] === DECLINED,
          scores === undefined ? NaN : scores[i],
        );
      }
    }
  }

  /** Counts rows, and writes the indices of those that matter to `places`; returns how many matter. */
  #takeRows(
    rows: number,
    drop: number,
    times: Int32Array | undefined,
    outcomes: Int32Array | undefined,
    places: Uint32Array,
  ): number {
    const history = this.#history;
    let taken = 0;
    for (let i = 0; i < rows; i++) {
      const isDeclined = outcomes !== undefined && outcomes[i] === DECLINED;
      const when = times === undefined ? drop : times[i] - DAY_SHIFT;
      if (history.take(when, isDeclined)) places[taken++] = i;
    }
    return taken;
  }

  /** Notes a row that matters; `number` is the contract's number in caps. */
  #note(
    u: number,
    number: number,
    brand: number,
    when: number,
    isDeclined: boolean,
    score: number,
  ): void {
    const c = number < 0 ? -1 : this.#contractOf[number], own = this.#parties.knownBrand;
    // The brand in caps goes before the brand in history, also that of a contract which can't be given this time.
    const b = number >= 0 && own !== null ? own[number] : brand;
    this.#history.note(u, c, b, when, isDeclined, score);
  }

  /** Fields of the optional columns that are needed. */
  #optional(at: (name: string) => number): HistoryFields {
    const { outcomes, scores } = this.#wanted;
    return {
      when: at("offered_at"),
      outcome: outcomes ? at("outcome") : -1,
      score: scores ? at("score") : -1,
      brand: this.#history.needsBrands ? at("brand_id") : -1,
    };
  }

  /** Begins a file, unless it is the one that is being read. */
  #begin(file: string, field: HistoryFields, names: readonly string[]): void {
    if (this.#file === file) return;
    this.#file = file;
    refuseMisspeltHistory(names, file, this.#wanted, this.#history.needsBrands);
    this.#history.beginFile(file, field.when >= 0);
  }

  /** The user with this id. Files are mostly sorted by user, so the user after the last one found is tried first. */
  #userAt(view: DataView, from: number, to: number): number {
    const u = this.#parties.users.findAt(this.#nextUser, view, from, to);
    if (u >= 0) this.#nextUser = u + 1;
    return u;
  }

  /** {@link #userAt}, but tries the user of the row before first. */
  #sameOrNextUser(view: DataView, from: number, to: number): number {
    const last = this.#lastUser, length = to - from;
    if (
      last.view !== view || last.length !== length ||
      !equalBytes(view, last.from, view, from, length)
    ) {
      last.view = view;
      last.length = length;
      last.user = this.#userAt(view, from, to);
    }
    last.from = from;
    return last.user;
  }

  #dayAt(scanner: RecordScanner, field: number, file: string): number {
    const { from, to, view } = scanner, last = this.#lastDay;
    trimField(scanner, field);
    const at = from[field], isDate = to[field] - at === 10;
    // Mostly the date is that of the row before, as the rows of a drop stand together.
    const first = isDate ? view.getInt32(at) : 0, second = isDate ? view.getInt32(at + 4) : 0;
    const third = isDate ? view.getInt16(at + 8) : 0;
    if (isDate && first === last.first && second === last.second && third === last.third) {
      return last.day;
    }
    const day = dayOfBytes(view, at, to[field]);
    if (day !== NO_DAY) {
      if (isDate) Object.assign(last, { first, second, third, day });
      return day;
    }
    const text = scanner.text(field), known = dayOf(text);
    if (known !== NO_DAY) return known;
    const place = { file, line: scanner.line, column: "offered_at" };
    throw InputError.at({ ...place, value: text, expected: DATE_EXPECTED });
  }

  #outcomeAt(scanner: RecordScanner, field: number, file: string): number {
    const { from, to, view } = scanner;
    trimField(scanner, field);
    if (from[field] === to[field]) return 0;
    const outcome = this.#outcomeOf(view, from[field], to[field]);
    if (outcome !== UNKNOWN_OUTCOME) return outcome;
    const place = { file, line: scanner.line, column: "outcome" };
    throw InputError.at({ ...place, value: scanner.text(field), expected: OUTCOME_EXPECTED });
  }

  #outcomeOf(view: DataView, from: number, to: number): number {
    const outcome = this.#outcomes.findAgain(view, from, to);
    return outcome >= 0 ? outcome : outcomeNumber(textOf(view, from, to));
  }

  #brandAt(scanner: RecordScanner, field: number): number {
    const { from, to, view } = scanner;
    trimField(scanner, field);
    return from[field] === to[field] ? -1 : this.#brandOfBytes(view, from[field], to[field]);
  }

  #brandOfBytes(view: DataView, from: number, to: number): number {
    const known = this.#brandIds.length, number = this.#brandIds.intern(view, from, to);
    if (number === known) this.#brandOf.push(this.#brands.get(textOf(view, from, to)) ?? -1);
    return this.#brandOf[number];
  }
}

/** Makes a numbering of a search for ids, which finds none (−1) of what is unknown. */
type Lookup = (find: Numbering) => Numbering;

/** In place of the number of an unknown outcome. */
const UNKNOWN_OUTCOME = 4;

/** The number of an outcome in upper or lower case; {@link UNKNOWN_OUTCOME} for any other text. */
function outcomeNumber(text: string): number {
  const outcome = OUTCOMES.indexOf(text.trim().toLowerCase());
  return outcome < 0 ? UNKNOWN_OUTCOME : outcome;
}

/** Added to days so that they are above 0, since a Parquet column's numbering must not be negative; 0: not a date. */
const DAY_SHIFT = 1 << 24;

/** The first row without a valid day; −1: none. */
function firstWithoutDay(times: Int32Array): number {
  for (let i = 0; i < times.length; i++) if (times[i] <= 0) return i;
  return -1;
}

function dayNumber(view: DataView, from: number, to: number): number {
  const day = dayOfBytes(view, from, to);
  const known = day === NO_DAY ? dayOf(textOf(view, from, to)) : day;
  return known === NO_DAY ? 0 : known + DAY_SHIFT;
}

function textOf(view: DataView, from: number, to: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + from, to - from);
  return new TextDecoder().decode(bytes.slice());
}
