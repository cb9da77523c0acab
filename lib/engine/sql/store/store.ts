/**
 * The tables that a run works in, and how its statements reach them.
 *
 * @module
 */
import type { RunControl } from "../../../base/progress.ts";
import type { AttributeNames } from "../../drop/limit_columns.ts";
import type { Dialect, TableColumns } from "./dialect.ts";

/** Quoted names of a run's tables. */
export interface WorkTables {
  /** On each part: a row per user, with its pairs as lists. */
  readonly users: string;
  /** On each part: the same with the bundle that the final prices gave. */
  readonly current: string;
  /** On each part: bundles that users have moved to since. */
  readonly moves: string;
  /** On each part: moves that one round of repair chooses among. */
  readonly candidates: string;
  /** On each part: assignments, as they are published. */
  readonly result: string;
  /** On each part: a further table of the run, by its name. */
  readonly beside: (name: string) => string;
}

/** The original tables, as SQL that reads them. */
export interface InputTables {
  /** Pairs: user_id, contract_address, score; no NULLs. */
  readonly pairs: string;
  /** Users' groups: user_id, group_id; no NULLs. */
  readonly userGroups: string;
  /** Offers of earlier drops: user_id, contract_address, day, declined, score, brand; absent: there is no history. */
  readonly history?: string;
  /** Previous offers: user_id, contract_address, also repeated; absent: there are none. */
  readonly previous?: string;
  /** Columns of the pairs and of the users' groups that limits name, see `kinds_sql.ts`; absent: none. */
  readonly attributes?: AttributeNames;
}

/** Rows of a statement. Cells are text: numbers as the shortest decimal that reads back the same, lists as JSON. */
export type Rows = readonly (readonly string[])[];

/** A small table that travels with a statement and is read by its name. */
export interface SmallTable {
  /** Name that the statement calls it. */
  readonly name: string;
  /** Its columns. */
  readonly columns: TableColumns;
  /** Its rows. */
  readonly rows: Rows;
}

/** An engine that runs statements. It has one part, or several parts that each hold all pairs of some of the users. */
export interface Store {
  /** The engine's words. */
  readonly dialect: Dialect;
  /** How many parts there are. */
  readonly parts: number;
  /** Runs a statement on every part, at once. */
  run(sql: string, control: RunControl): Promise<void>;
  /** The rows of a statement on every part, asked at once, in the order of the parts. */
  rows(sql: string, control: RunControl, tables?: readonly SmallTable[]): Promise<Rows[]>;
  /** The rows of a statement over tables named by {@link Store.overAll}. */
  rowsOverAll(sql: string, control: RunControl): Promise<Rows>;
  /** The name under which the rows that all parts have in a table of theirs can be read together. */
  overAll(table: string): string;
  /** Makes a table on every part, ordered by a column; one of that name is replaced. */
  makeTable(
    table: string,
    columns: TableColumns,
    order: string,
    control: RunControl,
  ): Promise<void>;
  /** Puts rows into a part's table; cells as in {@link Rows}. */
  insert(
    part: number,
    table: string,
    columns: TableColumns,
    rows: Rows,
    control: RunControl,
  ): Promise<void>;
}
