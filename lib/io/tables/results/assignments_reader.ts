/**
 * Reads assignments, Divvy's or another tool's.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import type { AssignmentTable } from "../../../allocator/model/assignment_table.ts";
import { IdTable } from "../../../base/ids/id_table.ts";
import type { Layout } from "../../csv/header.ts";
import { parseNumber } from "../../bytes/parse_number.ts";
import { type DialectOptions, numberExpected } from "../../csv/dialect_options.ts";
import { noteBlankRows, type TableControl } from "../../csv/table_control.ts";
import type { ParquetFile } from "../../parquet/parquet_file.ts";
import { interning } from "../../parquet/parquet_ids.ts";
import { readRows, type RowTaker } from "../rows/read_rows.ts";
import { hasIds, nextRow } from "../rows/record_rows.ts";
import type { RecordScanner } from "../../csv/record_scanner.ts";
import { Float64List, Uint32List } from "../../../base/arrays/number_list.ts";

/** Columns that an assignments file must have; the score only where scores are read. */
const ID_COLUMNS = ["user_id", "contract_address"] as const;
const WANTED = [...ID_COLUMNS, "score"] as const;

/** Options of {@link readAssignments}. */
export interface ReadAssignmentsOptions extends TableControl {
  /** Whether scores are read. If not, the file needs no scores, and all scores of the table are NaN. @default true */
  scores?: boolean;
}

/**
 * Reads user_id, contract_address and score of assignments; other columns are ignored. CSV, JSON, a workbook or Parquet,
 * compressed or not; a file, `-`, a folder or a glob. Nothing is checked against a drop.
 *
 * Divvy writes UTF-8 whatever the encoding of a drop's inputs, so the option `encoding` is tried only where the file is not
 * UTF-8.
 *
 * @throws {InputError} for a blank id or a score that is not a finite number
 */
export async function readAssignments(
  path: string,
  options: ReadAssignmentsOptions = {},
): Promise<AssignmentTable> {
  const { scores = true, dialect = {}, onNote = () => {} } = options;
  const read = async (dialect: DialectOptions) => {
    const builder = new AssignmentBuilder(scores), notes: string[] = [];
    const control = { ...options, dialect, onNote: (note: string) => void notes.push(note) };
    await readRows(path, scores ? WANTED : ID_COLUMNS, builder, control);
    notes.forEach(onNote);
    return builder.table();
  };
  const { encoding, ...rest } = dialect;
  const table = await read(rest).catch((error) => {
    // Standard input can't be read a second time.
    if (!(error instanceof InputError) || encoding === undefined || path === "-") throw error;
    return read(dialect).catch((other) => {
      // If reading UTF-8 failed for another reason (a missing column, say), that error is the useful one.
      throw error.fault.expected === "UTF-8" ? other : error;
    });
  });
  noteBlankRows(path, table, { onNote });
  return table;
}

class AssignmentBuilder implements RowTaker {
  readonly #users = new IdTable();
  readonly #contracts = new IdTable();
  readonly #user = new Uint32List();
  readonly #contract = new Uint32List();
  readonly #score = new Float64List();
  readonly #line = new Float64List();
  /** The files, and how many rows there were before each. */
  readonly #files: { name: string; from: number }[] = [];
  readonly #scores: boolean;
  readonly #left = { blankRows: 0 };

  constructor(scores: boolean) {
    this.#scores = scores;
  }

  addRecords(scanner: RecordScanner, layout: Layout, file: string): void {
    const { from, to } = scanner;
    const { index } = layout, [user, contract, score] = index;
    this.#begin(file);
    while (nextRow(scanner, layout, file, this.#left)) {
      if (!hasIds(scanner, index, ID_COLUMNS, file, this.#left)) continue;
      const value = this.#scores ? parseNumber(scanner.bytes, from[score], to[score]) : NaN;
      if (this.#scores && !Number.isFinite(value)) {
        const { line } = scanner, text = scanner.text(score);
        const expected = numberExpected(text);
        throw InputError.at({ file, line, column: WANTED[2], value: text, expected });
      }
      this.#user.push(this.#users.intern(scanner.view, from[user], to[user]));
      this.#contract.push(this.#contracts.intern(scanner.view, from[contract], to[contract]));
      this.#score.push(value);
      this.#line.push(scanner.line);
    }
  }

  /** Adds all rows of a Parquet file; `line` is the row, counted from 1. */
  async addParquet(file: ParquetFile): Promise<void> {
    const users = await file.ids(WANTED[0], interning(this.#users));
    const contracts = await file.ids(WANTED[1], interning(this.#contracts));
    this.#begin(file.name);
    const scores = this.#scores ? await file.numbers(WANTED[2]) : null;
    for (const range of file.ranges) {
      const user = await users(range), contract = await contracts(range);
      const score = await scores?.(range, new Float64Array(user.length));
      for (let i = 0; i < user.length; i++) {
        const u = user[i], c = contract[i], row = range.rowStart + i + 1;
        if (u < 0) throw await file.fault(WANTED[0], row, "an id");
        if (c < 0) throw await file.fault(WANTED[1], row, "an id");
        const value = score?.[i] ?? NaN;
        if (this.#scores && !Number.isFinite(value)) {
          throw await file.fault(WANTED[2], row, "a finite number");
        }
        this.#user.push(u);
        this.#contract.push(c);
        this.#score.push(value);
        this.#line.push(row);
      }
    }
  }

  /** Notes that rows of a file follow, all of which come together. */
  #begin(name: string): void {
    if (this.#files.at(-1)?.name !== name) this.#files.push({ name, from: this.#line.length });
  }

  /** The files, where there are several, and the one of each row. */
  #filesOfRows(): Pick<AssignmentTable, "files" | "file"> {
    const files = this.#files;
    if (files.length < 2) return {};
    const file = new Uint32Array(this.#line.length);
    files.forEach(({ from }, index) => file.fill(index, from, files[index + 1]?.from));
    return { files: files.map(({ name }) => name), file };
  }

  table(): AssignmentTable {
    return {
      userIds: this.#users.pool,
      contractIds: this.#contracts.pool.toArray(),
      user: this.#user.array(),
      contract: this.#contract.array(),
      score: this.#score.array(),
      line: this.#line.array(),
      ...this.#filesOfRows(),
      ...this.#left,
    };
  }
}
