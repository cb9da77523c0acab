/**
 * Statements in a DuckDB database of a run's own.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { beginWork } from "../../base/open_work.ts";
import type { RunControl } from "../../base/progress.ts";
import { type DuckDbConnection, type DuckDbInstance, openDuckDb } from "../../deps/duckdb.ts";
import type { Dialect, TableColumns } from "../sql/store/dialect.ts";
import { columnList } from "../sql/dry_run.ts";
import { SingleStore } from "../sql/store/single_store.ts";
import type { Rows, SmallTable } from "../sql/store/store.ts";
import { DuckDbDialect, quoted } from "./dialect.ts";
import type { FetchedFiles } from "./fetched_files.ts";

/** How a database is opened. */
export interface DuckDbSettings {
  /** Most memory that DuckDB takes, such as `4GB`. */
  readonly memory: string;
  /** Threads. */
  readonly threads: number;
  /** Folder for what does not fit in memory. */
  readonly spill: string;
  /** Inputs that were fetched: what is said of them has their names. @default none */
  readonly fetched?: FetchedFiles;
}

/** Paths of the databases that this process has open. */
const OPEN = new Set<string>();

/** One database, one part. */
export class DuckDbStore extends SingleStore {
  readonly #database: DuckDbInstance;
  readonly #connection: DuckDbConnection;

  private constructor(
    readonly path: string,
    readonly dialect: Dialect,
    readonly fetched: FetchedFiles | undefined,
    database: DuckDbInstance,
    connection: DuckDbConnection,
  ) {
    super();
    this.#database = database;
    this.#connection = connection;
  }

  /**
   * Opens the database at a path, or makes it.
   *
   * @param dialect how statements are written; DuckDB's quick ways, unless a test has others
   * @throws InputError where the package can't be had, or another run has the file open
   */
  static async open(
    path: string,
    settings: DuckDbSettings,
    dialect: Dialect = new DuckDbDialect(),
  ): Promise<DuckDbStore> {
    // Between processes DuckDB locks the file; within one it would share it.
    if (OPEN.has(path)) throw inOneLine(new Error("lock: open in this process"), path);
    try {
      const database = await openDuckDb(path, {
        memory_limit: settings.memory,
        threads: String(settings.threads),
        temp_directory: settings.spill,
        // Statements here return sums, or sort their rows themselves.
        preserve_insertion_order: "false",
      });
      const store = new DuckDbStore(
        path,
        dialect,
        settings.fetched,
        database,
        await database.connect(),
      );
      OPEN.add(path);
      return store;
    } catch (error) {
      throw inOneLine(error, path);
    }
  }

  async run(sql: string, control: RunControl): Promise<void> {
    await this.#whole(() => this.#connection.run(sql), control);
  }

  /** Every cell as text: numbers as the shortest decimal that reads back the same, lists as JSON. */
  async rowsOverAll(sql: string, control: RunControl): Promise<Rows> {
    const rows: string[][] = [];
    await this.#whole(async () => {
      const stream = await this.#connection.stream(
        `SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\n${sql}\n)`,
        [],
      );
      for (;;) {
        const chunk = await stream.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        for (const row of chunk.getRows()) rows.push(row.map((cell) => cell as string ?? ""));
      }
    }, control);
    return rows;
  }

  async makeTable(
    table: string,
    columns: TableColumns,
    _order: string,
    control: RunControl,
  ): Promise<void> {
    await this.run(
      `CREATE OR REPLACE TABLE ${table} (${columnList(columns, this.dialect)})`,
      control,
    );
  }

  /** Makes a small table; one of that name is replaced. */
  async putSmall({ name, columns, rows }: SmallTable, control: RunControl): Promise<void> {
    await this.run(
      `CREATE OR REPLACE TEMP TABLE ${name} (${columnList(columns, this.dialect)})`,
      control,
    );
    await this.insert(0, name, columns, rows, control);
  }

  async insert(
    _part: number,
    table: string,
    columns: TableColumns,
    rows: Rows,
    control: RunControl,
  ): Promise<void> {
    const names = Object.keys(columns);
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const some = rows.slice(from, from + ROWS_AT_ONCE);
      // One text for each column: a literal for each cell takes the parser fifty times as long.
      const cells = Object.values(columns).map((type, at) => {
        const texts = splitSql(some.map((row) => row[at]));
        return `CAST(unnest(${texts}) AS ${this.dialect.types[type]})`;
      });
      await this.run(
        `INSERT INTO ${table} (${names.join(", ")}) SELECT ${cells.join(", ")}`,
        control,
      );
    }
  }

  /** Closes the database. */
  close(): void {
    OPEN.delete(this.path);
    this.#connection.closeSync();
    this.#database.closeSync();
  }

  /** Waits for work to end; aborting the signal interrupts it. */
  async #whole<T>(work: () => Promise<T>, { signal }: RunControl): Promise<T> {
    signal?.throwIfAborted();
    const interrupt = () => this.#connection.interrupt();
    signal?.addEventListener("abort", interrupt);
    const release = beginWork(() => Promise.resolve(interrupt()), signal);
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Error) {
        error.message = this.fetched?.named(error.message) ?? error.message;
      }
      throw inOneLine(error);
    } finally {
      release();
      signal?.removeEventListener("abort", interrupt);
    }
  }
}

/** Most rows of one INSERT. */
const ROWS_AT_ONCE = 10_000;

/** A list of texts as SQL: one text, split at something that none of them has. */
function splitSql(texts: readonly string[]): string {
  for (let n = 1;; n++) {
    const between = `\x1f${n}\x1f`, text = texts.join(between);
    const back = text.split(between);
    if (back.length !== texts.length || back.some((one, at) => one !== texts[at])) continue;
    return `string_split(${quoted(text)}, ${quoted(between)})`;
  }
}

/** An InputError of one line with what DuckDB said. */
function inOneLine(error: unknown, path?: string): Error {
  if (error instanceof InputError || !(error instanceof Error)) return error as Error;
  const [line] = error.message.split("\n");
  if (path !== undefined && /lock/i.test(line)) {
    return new InputError(`${path}: another run has it open: wait for it (DuckDB: ${line})`, {
      file: path,
    });
  }
  const help = /out of memory/i.test(line) ? "; --memory gives it more" : "";
  return new InputError(`DuckDB: ${line}${help}`, { cause: error } as never);
}
