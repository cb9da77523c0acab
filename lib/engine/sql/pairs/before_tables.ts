/**
 * Tables beside the pairs, of what is known of users and contracts before a drop.
 *
 * @module
 */
import type { RunControl } from "../../../base/progress.ts";
import type { BeforeOfRun } from "../../steps/leave_out.ts";
import type { Columns } from "../../drop/task.ts";
import type { Dialect, TableColumns } from "../store/dialect.ts";
import { pairAttribute } from "./kinds_sql.ts";
import { putRows } from "../store/put_rows.ts";
import type { InputTables, Rows, Store, WorkTables } from "../store/store.ts";

/** Rows that begin with a user, without those whose user the pairs cannot have: where ids are numbers, no text is one. */
export function withPossibleUsers({ types }: Dialect, rows: Rows): Rows {
  return /Int\d+/i.test(types.user) ? rows.filter(([user]) => /^-?\d+$/.test(user)) : rows;
}

/** What the table of contracts says of one that can be given, and of one that caps have without capacity: only its brand counts. */
export const CAN_BE_GIVEN = "1", HAS_NO_CAP = "2";

/** Where the tables are, what they are made from, and what came before the drop. */
export class BeforeTables {
  readonly store: Store;
  readonly inputs: InputTables;
  readonly columns: Columns;
  readonly before: BeforeOfRun;
  readonly #tables: WorkTables;

  /** Keeps what the tables need; makes none. */
  constructor(
    store: Store,
    tables: WorkTables,
    inputs: InputTables,
    columns: Columns,
    before: BeforeOfRun,
  ) {
    this.store = store;
    this.inputs = inputs;
    this.columns = columns;
    this.before = before;
    this.#tables = tables;
  }

  /** The dialect of the engine. */
  get dialect(): Dialect {
    return this.store.dialect;
  }

  /** The full name of a table. */
  table(name: string): string {
    return this.#tables.beside(name);
  }

  /** Makes and fills a table. */
  put(name: string, columns: TableColumns, rows: Rows, control: RunControl): Promise<void> {
    return putRows(this.store, this.table(name), columns, rows, control);
  }

  /** Rows without those whose user the pairs cannot have. */
  ofUsers(rows: Rows): Rows {
    return withPossibleUsers(this.dialect, rows);
  }

  /** The names of the columns of the pairs that limits name. */
  pairAttributes(): string[] {
    return (this.inputs.attributes?.pairs ?? []).map((_, i) => pairAttribute(i));
  }
}
