/**
 * Reads assignments: ours or another tool's.
 *
 * @module
 */
import { InputError } from "../errors.ts";
import type { AssignmentTable } from "../allocator/assignment_table.ts";
import { IdTable } from "../allocator/id_table.ts";
import { isPadded, trimField } from "./elig_parser.ts";
import { type Layout, wrongFieldCount } from "./header.ts";
import { parseNumber } from "./parse_number.ts";
import type { ParquetFile } from "./parquet_file.ts";
import { readRows, type RowTaker } from "./read_rows.ts";
import type { RecordScanner } from "./record_scanner.ts";
import { Float64List, Uint32List } from "./number_list.ts";

/** The columns that an assignments file must have. */
const WANTED = ["user_id", "contract_address", "score"] as const;

/**
 * Reads user_id, contract_address and score of an assignments file; other columns are passed over. CSV (plain,
 * gzip or zstd) or Parquet; a file, `-`, a folder or a glob. Nothing is checked against a drop.
 *
 * @throws {InputError} for a blank id or a score that is no finite number
 */
export async function readAssignments(path: string): Promise<AssignmentTable> {
  const builder = new AssignmentBuilder();
  await readRows(path, WANTED, builder);
  return builder.table();
}

class AssignmentBuilder implements RowTaker {
  readonly #users = new IdTable();
  readonly #contracts = new IdTable();
  readonly #user = new Uint32List();
  readonly #contract = new Uint32List();
  readonly #score = new Float64List();
  readonly #line = new Float64List();

  addRecords(scanner: RecordScanner, layout: Layout, file: string): void {
    const { from, to } = scanner;
    const { columns, index: [user, contract, score] } = layout;
    while (scanner.next()) {
      if (scanner.fields !== columns) {
        if (scanner.blank) continue;
        throw wrongFieldCount(file, scanner.line, scanner.fields, columns);
      }
      for (const field of [user, contract]) {
        if (isPadded(scanner.bytes, from[field], to[field])) trimField(scanner, field);
      }
      const value = parseNumber(scanner.bytes, from[score], to[score]);
      if (from[user] === to[user]) throw fault(file, scanner.line, 0, "");
      if (from[contract] === to[contract]) throw fault(file, scanner.line, 1, "");
      if (!Number.isFinite(value)) throw fault(file, scanner.line, 2, scanner.text(score));
      this.#user.push(this.#users.intern(scanner.view, from[user], to[user]));
      this.#contract.push(this.#contracts.intern(scanner.view, from[contract], to[contract]));
      this.#score.push(value);
      this.#line.push(scanner.line);
    }
  }

  /** Takes all rows of a Parquet file; `line` is the row, counted from 1. */
  async addParquet(file: ParquetFile): Promise<void> {
    const users = await file.ids(WANTED[0], (view, from, to) => this.#users.intern(view, from, to));
    const contracts = await file.ids(
      WANTED[1],
      (view, from, to) => this.#contracts.intern(view, from, to),
    );
    const scores = await file.numbers(WANTED[2]);
    for (const range of file.ranges) {
      const user = await users(range), contract = await contracts(range);
      const score = await scores(range);
      for (let i = 0; i < score.length; i++) {
        const row = range.rowStart + i + 1;
        if (user[i] < 0) throw fault(file.name, row, 0, "");
        if (contract[i] < 0) throw fault(file.name, row, 1, "");
        if (!Number.isFinite(score[i])) throw fault(file.name, row, 2, String(score[i]));
        this.#user.push(user[i]);
        this.#contract.push(contract[i]);
        this.#score.push(score[i]);
        this.#line.push(row);
      }
    }
  }

  table(): AssignmentTable {
    return {
      userIds: this.#users.pool,
      contractIds: this.#contracts.pool.toArray(),
      user: this.#user.array(),
      contract: this.#contract.array(),
      score: this.#score.array(),
      line: this.#line.array(),
    };
  }
}

function fault(file: string, line: number, column: number, value: string): InputError {
  return InputError.at({
    file,
    line,
    column: WANTED[column],
    value,
    expected: column === 2 ? "a finite number" : "an id",
  });
}
