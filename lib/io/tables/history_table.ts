/**
 * Reads history: assignments of earlier drops, with when they were offered and what came of them.
 *
 * @module
 */
import { DATE_EXPECTED, dayOf, dayOfBytes, NO_DAY } from "../../allocator/drop/before/day.ts";
import type { History } from "../../allocator/drop/before/history.ts";
import { brandIndex, type Parties } from "../../allocator/drop/before/parties.ts";
import { InputError } from "../../base/errors.ts";
import { equalBytes, IdTable } from "../../base/id_table.ts";
import { parseNumber } from "../bytes/parse_number.ts";
import { isPadded } from "../bytes/trim.ts";
import { numberExpected } from "../csv/dialect_options.ts";
import { type Layout, wrongFieldCount } from "../csv/header.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import type { TableControl } from "../csv/table_control.ts";
import { trimField } from "../csv/trim_field.ts";
import type { ParquetFile } from "../parquet/parquet_file.ts";
import { readRows, type RowTaker } from "./read_rows.ts";

/** Columns that history must have. */
export const HISTORY_COLUMNS = ["user_id", "contract_address"] as const;
/** Columns that it may have. */
export const HISTORY_OPTIONAL = ["offered_at", "outcome", "score", "brand_id"] as const;

/** What may have come of an offer; the last is a decline. */
const OUTCOMES = ["offered", "selected", "redeemed", "declined"];
const DECLINED = 3;
const OUTCOME_EXPECTED = "offered, selected, redeemed, declined or nothing";

/** What the rules ask of each row. */
export interface HistoryWanted {
  /** Whether declines count. */
  readonly outcomes: boolean;
  /** Whether scores count. */
  readonly scores: boolean;
}

/**
 * Reads history into `history`: files, folders, globs, database addresses; CSV or Parquet.
 *
 * @throws {InputError} for a blank id, a date or outcome that is none, and for dates in some files only
 */
export async function readHistory(
  sources: readonly string[],
  parties: Parties,
  history: History,
  wanted: HistoryWanted,
  control: TableControl = {},
): Promise<void> {
  const taker = new HistoryTaker(parties, history, wanted);
  for (const source of sources) {
    await readRows(source, HISTORY_COLUMNS, taker, control, HISTORY_OPTIONAL);
  }
}

class HistoryTaker implements RowTaker {
  readonly #parties: Parties;
  readonly #history: History;
  readonly #wanted: HistoryWanted;
  readonly #brands: Map<string, number>;
  readonly #brandIds = new IdTable();
  readonly #brandOf: number[] = [];
  readonly #outcomes = IdTable.from(OUTCOMES);
  #nextUser = 0;
  /** The user of the row before, and where its id stands: valid within one block of bytes. */
  readonly #lastUser = { view: null as DataView | null, from: 0, length: 0, user: -1 };
  #file: string | null = null;

  constructor(parties: Parties, history: History, wanted: HistoryWanted) {
    this.#parties = parties;
    this.#history = history;
    this.#wanted = wanted;
    this.#brands = brandIndex(parties);
  }

  addRecords(scanner: RecordScanner, layout: Layout, file: string): void {
    const { index: [user, contract], columns } = layout, { from, to } = scanner;
    const field = this.#optional((name) => layout.names.indexOf(name));
    this.#begin(file, field.when >= 0);
    const drop = this.#history.files.length - 1, { counts } = this.#history;
    // The block's bytes may be others now.
    this.#lastUser.view = null;
    while (scanner.next()) {
      if (scanner.fields !== columns) {
        if (scanner.blank || scanner.empty) {
          if (!scanner.blank) counts.blankRows++;
          continue;
        }
        throw wrongFieldCount(file, scanner.line, scanner.fields, columns);
      }
      const { bytes, view } = scanner;
      if (isPadded(bytes, from[user], to[user])) trimField(scanner, user);
      if (isPadded(bytes, from[contract], to[contract])) trimField(scanner, contract);
      if (from[user] === to[user] || from[contract] === to[contract]) {
        if (scanner.empty) {
          counts.blankRows++;
          continue;
        }
        const at = from[user] === to[user] ? 0 : 1;
        throw this.#fault(scanner, file, HISTORY_COLUMNS[at], "", "an id");
      }
      const when = field.when < 0 ? drop : this.#dayAt(scanner, field.when, file);
      const outcome = field.outcome < 0 ? 0 : this.#outcomeAt(scanner, field.outcome, file);
      const score = field.score < 0 ? NaN : this.#scoreAt(scanner, field.score, file);
      const brand = field.brand < 0 ? -1 : this.#brandAt(scanner, field.brand);
      this.#add(
        this.#sameOrNextUser(view, from[user], to[user]),
        this.#parties.known.findAgain(view, from[contract], to[contract]),
        ...[brand, when] as const,
        outcome === DECLINED,
        score,
      );
    }
  }

  async addParquet(file: ParquetFile): Promise<void> {
    const [userColumn, contractColumn] = HISTORY_COLUMNS;
    const field = this.#optional((name) => file.has(name) ? 1 : -1);
    this.#begin(file.name, field.when >= 0);
    const drop = this.#history.files.length - 1;
    const { known } = this.#parties;
    const user = await file.ids(userColumn, (view, from, to) => 1 + this.#userAt(view, from, to));
    const contract = await file.ids(
      contractColumn,
      (view, from, to) => 1 + known.find(view, from, to),
    );
    const when = field.when < 0 ? null : await file.ids("offered_at", dayNumber, false);
    const outcome = field.outcome < 0
      ? null
      : await file.ids("outcome", (view, from, to) => this.#outcomeOf(view, from, to), false);
    const score = field.score < 0 ? null : await file.numbers("score");
    const brand = field.brand < 0
      ? null
      : await file.ids("brand_id", (view, from, to) => this.#brandOfBytes(view, from, to) + 1);
    for (const range of file.ranges) {
      const rows = range.rowEnd - range.rowStart;
      const [users, contracts] = [await user(range), await contract(range)];
      const [times, outcomes] = [await when?.(range), await outcome?.(range)];
      const scores = await score?.(range, new Float64Array(rows)), brands = await brand?.(range);
      const fault = (column: string, i: number, expected: string) =>
        file.fault(column, range.rowStart + i + 1, expected);
      for (let i = 0; i < rows; i++) {
        if (users[i] < 0) throw await fault(userColumn, i, "an id");
        if (contracts[i] < 0) throw await fault(contractColumn, i, "an id");
        if (times !== undefined && times[i] <= 0) throw await fault("offered_at", i, DATE_EXPECTED);
        if (outcomes !== undefined && outcomes[i] === UNKNOWN_OUTCOME) {
          throw await fault("outcome", i, OUTCOME_EXPECTED);
        }
        this.#add(
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

  /** A row in numbers; `number` is the contract's among all of caps. */
  #add(
    u: number,
    number: number,
    brand: number,
    when: number,
    isDeclined: boolean,
    score: number,
  ): void {
    const { contractIndex, contracts, brand: brandOf } = this.#parties;
    const index = number < 0 ? -1 : contractIndex[number];
    const c = index < contracts.length ? index : -1;
    // What caps says of a brand comes before what history said.
    const known = c >= 0 && brandOf !== null ? this.#brandNumber(c) : brand;
    this.#history.add(u, c, known, when, isDeclined, score);
  }

  /** The brand of a contract; −1: none. */
  #brandNumber(c: number): number {
    const b = this.#parties.brand![c];
    return this.#parties.brands[b] === "" ? -1 : b;
  }

  /** Where the optional columns are that matter. */
  #optional(at: (name: string) => number) {
    const { outcomes, scores } = this.#wanted;
    return {
      when: at("offered_at"),
      outcome: outcomes ? at("outcome") : -1,
      score: scores ? at("score") : -1,
      brand: this.#history.needsBrands ? at("brand_id") : -1,
    };
  }

  /** Before the rows of a file. */
  #begin(file: string, dated: boolean): void {
    if (this.#file === file) return;
    this.#file = file;
    this.#history.beginFile(file, dated);
  }

  /** The user of a row that is not that of the row before: files are mostly in the order of users, so often the next. */
  #userAt(view: DataView, from: number, to: number): number {
    const u = this.#parties.users.findAt(this.#nextUser, view, from, to);
    if (u >= 0) this.#nextUser = u + 1;
    return u;
  }

  /** {@link #userAt}, where it may be that of the row before. */
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
    const { from, to, view, bytes } = scanner;
    if (isPadded(bytes, from[field], to[field])) trimField(scanner, field);
    const day = dayOfBytes(view, from[field], to[field]);
    if (day !== NO_DAY) return day;
    const text = scanner.text(field), known = dayOf(text);
    if (known !== NO_DAY) return known;
    throw this.#fault(scanner, file, "offered_at", text, DATE_EXPECTED);
  }

  #outcomeAt(scanner: RecordScanner, field: number, file: string): number {
    const { from, to, view, bytes } = scanner;
    if (isPadded(bytes, from[field], to[field])) trimField(scanner, field);
    if (from[field] === to[field]) return 0;
    const outcome = this.#outcomeOf(view, from[field], to[field]);
    if (outcome !== UNKNOWN_OUTCOME) return outcome;
    throw this.#fault(scanner, file, "outcome", scanner.text(field), OUTCOME_EXPECTED);
  }

  #outcomeOf(view: DataView, from: number, to: number): number {
    const outcome = this.#outcomes.findAgain(view, from, to);
    return outcome >= 0 ? outcome : outcomeNumber(textOf(view, from, to));
  }

  #scoreAt(scanner: RecordScanner, field: number, file: string): number {
    const { from, to, bytes } = scanner;
    if (from[field] === to[field]) return NaN;
    const score = parseNumber(bytes, from[field], to[field]);
    if (Number.isFinite(score)) return score;
    const text = scanner.text(field);
    throw this.#fault(scanner, file, "score", text, numberExpected(text));
  }

  #brandAt(scanner: RecordScanner, field: number): number {
    const { from, to, view, bytes } = scanner;
    if (isPadded(bytes, from[field], to[field])) trimField(scanner, field);
    return from[field] === to[field] ? -1 : this.#brandOfBytes(view, from[field], to[field]);
  }

  #brandOfBytes(view: DataView, from: number, to: number): number {
    const known = this.#brandIds.length, number = this.#brandIds.intern(view, from, to);
    if (number === known) this.#brandOf.push(this.#brands.get(textOf(view, from, to)) ?? -1);
    return this.#brandOf[number];
  }

  #fault(
    { line }: RecordScanner,
    file: string,
    column: string,
    value: string,
    expected: string,
  ): InputError {
    return InputError.at({ file, line, column, value, expected });
  }
}

/** Stands for an outcome that is none. */
const UNKNOWN_OUTCOME = 4;

/** The number of an outcome, written in capitals or not; {@link UNKNOWN_OUTCOME} for what is none. */
export function outcomeNumber(text: string): number {
  const outcome = OUTCOMES.indexOf(text.trim().toLowerCase());
  return outcome < 0 ? UNKNOWN_OUTCOME : outcome;
}

/** Added to days so that they are numbers above 0, as a Parquet column's numbering must give them; 0: no date. */
const DAY_SHIFT = 1 << 24;

function dayNumber(view: DataView, from: number, to: number): number {
  const day = dayOfBytes(view, from, to);
  const known = day === NO_DAY ? dayOf(textOf(view, from, to)) : day;
  return known === NO_DAY ? 0 : known + DAY_SHIFT;
}

function textOf(view: DataView, from: number, to: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + from, to - from);
  return new TextDecoder().decode(bytes.slice());
}
