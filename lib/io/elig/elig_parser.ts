/**
 * Parses records of the eligibility file: ids become indices and scores doubles, without a string in between.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { NO_CAP } from "../../allocator/drop/instance/directory.ts";
import { equalBytes } from "../../base/ids/id_table.ts";
import { numberExpected } from "../csv/dialect_options.ts";
import type { EligLookup } from "./elig_lookup.ts";
import { PairsRead } from "./pairs_read.ts";
import { type Layout, wrongFieldCount } from "../csv/header.ts";
import { parseNumber } from "../bytes/parse_number.ts";
import { BLOCK } from "../csv/block.ts";
import { PlainRows } from "./plain_rows.ts";
import { DEFAULT_LIMITS, type ReadLimits } from "../bytes/read_limits.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import { trimField } from "../csv/trim_field.ts";
export type { EligLookup } from "./elig_lookup.ts";

/** Fewer plain rows than this at once are not worth the call; then up to `LONGEST_PAUSE` rows pass before the next try. */
const FEW = 8, LONGEST_PAUSE = 1023;

/** Columns of the eligibility file. */
export const ELIG_COLUMNS = ["user_id", "contract_address", "score"] as const;

/** Turns records into rows; one parser for each file or range of a file. */
export class EligParser extends PairsRead {
  readonly #lookup: EligLookup;
  readonly #file: string;
  readonly #layout: Layout;
  /** The fast path for plain rows; null where the columns are in another order. */
  readonly #plain: PlainRows | null;
  /** User of the last plain row. */
  #plainUser = -1;

  /** A parser of one file or range; `file` is its name for messages. */
  constructor(
    lookup: EligLookup,
    file: string,
    layout: Layout,
    { line, field }: ReadLimits = DEFAULT_LIMITS,
    isShared = true,
  ) {
    super(lookup, isShared);
    this.#lookup = lookup;
    this.#file = file;
    this.#layout = layout;
    // The fast path checks no limits: it needs none as long as a whole block keeps to them.
    const isUsual = line >= BLOCK && field >= BLOCK;
    this.#plain = isUsual && layout.index.every((column, i) => column === i)
      ? PlainRows.of(lookup)
      : null;
  }

  /** Memory to read blocks into, for the fast path; undefined: any will do. */
  get blockBytes(): Uint8Array | undefined {
    return this.#plain?.bytes;
  }

  /**
   * Takes all records of the scanner's block.
   *
   * @throws {InputError} for the first row that can't be read
   */
  records(scanner: RecordScanner): void {
    const { users, known, contractIndex } = this.#lookup, { unresolved } = this;
    const { columns, index: [userField, contractField, scoreField] } = this.#layout;
    const { from, to } = scanner;
    const { leftOut, rows } = this;
    const last = new LastRow();
    const plain = this.#plain?.bytes === scanner.bytes ? this.#plain : null;
    // Where few rows are plain, the fast path is tried less and less often.
    let pause = 0, rest = 0;
    for (;;) {
      if (plain !== null && rest-- === 0) {
        pause = this.#takePlain(plain, scanner) < FEW ? Math.min(2 * pause + 1, LONGEST_PAUSE) : 0;
        rest = pause;
      }
      if (!scanner.next()) break;
      const { bytes, view } = scanner;
      if (scanner.fields !== columns) {
        if (scanner.blank || this.#countEmpty(scanner)) continue;
        throw wrongFieldCount(this.#file, scanner.line, scanner.fields, columns);
      }
      trimField(scanner, userField);
      trimField(scanner, contractField);
      if (from[userField] === to[userField]) {
        if (this.#countEmpty(scanner)) continue;
        throw this.#fault(scanner, 0, "an id");
      }
      if (from[contractField] === to[contractField]) throw this.#fault(scanner, 1, "an id");
      const score = parseNumber(bytes, from[scoreField], to[scoreField]);
      // score - score is 0 for finite numbers and NaN for NaN and the infinities.
      if (score - score !== 0) throw this.#fault(scanner, 2, "a finite number");

      leftOut.rows++;
      const contractFrom = from[contractField], contractTo = to[contractField];
      const contract = known.findAgain(view, contractFrom, contractTo);
      if (contract < 0) {
        leftOut.unknownContractRows++;
        leftOut.unknownContracts.intern(view, contractFrom, contractTo);
        continue;
      }
      // Files are mostly grouped by user: the same id as in the row before needs no look-up.
      if (!last.isUser(view, from[userField], to[userField])) {
        last.setUser(view, from[userField], to[userField]);
        last.index = users === null
          ? unresolved!.ids.intern(view, from[userField], to[userField])
          : users.find(view, from[userField], to[userField]);
      }
      if (last.index < 0) {
        leftOut.withoutGroupRows++;
        leftOut.usersWithoutGroup.intern(view, from[userField], to[userField]);
      } else if (contractIndex[contract] === NO_CAP) {
        if (unresolved === null) leftOut.withoutCapRows++;
        else unresolved.withoutCap.push(last.index);
      } else rows.push(last.index, contractIndex[contract], score);
    }
  }

  /** Takes the plain rows that come next by the fast path; returns how many the last call of it took. */
  #takePlain(plain: PlainRows, scanner: RecordScanner): number {
    const { leftOut, rows, unresolved } = this, { view } = scanner;
    const { contract, score, userFrom, userTo, runEnd } = plain;
    const table = this.#lookup.users ?? unresolved!.ids, adds = unresolved !== null;
    let taken = 0;
    do {
      const next = plain.take(scanner.at, scanner.stop, scanner.end, this.#layout.columns);
      taken = plain.rows;
      scanner.skip(next, taken);
      leftOut.rows += taken;
      const { runs } = plain;
      for (let run = 0, from = 0; run < runs; from = runEnd[run++]) {
        let user = table.findAt(this.#plainUser + 1, view, userFrom[run], userTo[run]);
        if (user < 0 && adds) user = table.intern(view, userFrom[run], userTo[run]);
        if (user >= 0) {
          rows.pushRun(user, contract, score, from, runEnd[run]);
          this.#plainUser = user;
        } else {
          leftOut.withoutGroupRows += runEnd[run] - from;
          leftOut.usersWithoutGroup.intern(view, userFrom[run], userTo[run]);
        }
      }
    } while (taken === contract.length);
    return taken;
  }

  /** Counts the record if all of its fields are blank; whether they are. */
  #countEmpty(scanner: RecordScanner): boolean {
    if (!scanner.empty) return false;
    this.leftOut.blankRows++;
    return true;
  }

  #fault(scanner: RecordScanner, column: number, expected: string): InputError {
    const value = scanner.text(this.#layout.index[column]);
    return InputError.at({
      file: this.#file,
      line: scanner.line,
      column: ELIG_COLUMNS[column],
      value,
      expected: column === 2 ? numberExpected(value) : expected,
    });
  }
}

/** The user of the row before. Points into the block's bytes, so it is valid within one block. */
class LastRow {
  /** The user's index. */
  index = -1;
  #view: DataView | null = null;
  #from = 0;
  #length = 0;

  isUser(view: DataView, from: number, to: number): boolean {
    const length = to - from;
    return this.#view === view && this.#length === length &&
      equalBytes(view, this.#from, view, from, length);
  }

  setUser(view: DataView, from: number, to: number): void {
    this.#view = view;
    this.#from = from;
    this.#length = to - from;
  }
}
