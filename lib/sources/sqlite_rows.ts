/**
 * Reads a query's rows from a SQLite file. SQLite runs in this process and can't be interrupted, so it gets a thread of its
 * own: the main thread still handles signals, and the program can end at any time.
 *
 * @module
 */
import { beginWork, leaveThread } from "../base/open_work.ts";
import { IGNORING, startThread, type Thread } from "../base/platform/thread.ts";
import { withResolvers } from "../base/resolvers.ts";
import type { CellRows } from "./csv_rows.ts";

/** A query; the first message to the thread. */
interface SqliteQuery {
  readonly path: string;
  readonly sql: string;
  readonly values: readonly (string | number | bigint)[];
  /** Names of columns that hold ids: floats there must be whole numbers, of which each is one float. */
  readonly ids: readonly string[];
}

/** Messages to the thread. */
type Question = SqliteQuery | "next" | "close";

/** The thread's answers: to a query the names of the columns, to "next" some rows, null after the last; or an error. */
interface Answer {
  readonly names?: readonly string[];
  readonly rows?: (string | null)[][] | null;
  readonly fault?: string;
}

/** The part of a worker's global scope that is used. */
interface Scope {
  onmessage: ((event: { data: Question }) => void) | null;
  postMessage(answer: Answer): void;
}

/** The rows of an open query; cells are texts. */
export interface OpenRows extends CellRows<string> {
  /** Ends the query. */
  close(): void;
}

/**
 * Opens the rows of a query. Numbers keep every digit; whole numbers in REAL columns have no `.0`.
 *
 * @throws {Error} with SQLite's message; the signal's reason on abort
 */
export async function sqliteRows(query: SqliteQuery, signal?: AbortSignal): Promise<OpenRows> {
  const thread = SqliteThread.start() ?? new NoThread();
  const stopped = withResolvers<never>();
  stopped.promise.catch(() => {});
  const stop = () => {
    thread.end();
    stopped.reject(signal?.reason);
  };
  signal?.addEventListener("abort", stop);
  const release = beginWork(() => Promise.resolve(thread.end()), signal);
  const close = () => {
    release();
    signal?.removeEventListener("abort", stop);
    thread.end();
  };
  const ask = async (what: Question) => {
    const answer = await Promise.race([thread.ask(what), stopped.promise]);
    if (answer.fault !== undefined) throw new Error(answer.fault);
    return answer;
  };
  try {
    signal?.throwIfAborted();
    const { names } = await ask(query);
    const askNext = () => {
      const answer = ask("next");
      answer.catch(() => {});
      return answer;
    };
    // One batch ahead: the thread reads it while the caller uses the one before.
    let ahead = askNext();
    const batches = async function* () {
      for (let { rows } = await ahead; rows != null; { rows } = await ahead) {
        ahead = askNext();
        yield rows;
      }
    };
    return { names: names!, batches: batches(), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A worker that reads SQLite. Its program is the text of a function in a data: URL, which needs no permission to read. */
class SqliteThread {
  readonly #thread: Thread;
  #isBusy = false;

  private constructor(thread: Thread) {
    this.#thread = thread;
  }

  /** Null where there are no threads. */
  static start(): SqliteThread | null {
    const program = encodeURIComponent(`(${serveSqlite})(self, ${wholeTexts})`);
    const thread = startThread(new URL(`data:application/javascript,${program}`), IGNORING);
    return thread && new SqliteThread(thread);
  }

  ask(what: Question): Promise<Answer> {
    this.#isBusy = true;
    return new Promise((resolve, reject) => {
      this.#thread.listen({
        onMessage: (answer) => {
          this.#isBusy = false;
          resolve(answer as Answer);
        },
        onFailure: (reason) => reject(new Error(reason)),
      });
      this.#thread.send(what);
    });
  }

  end(): void {
    if (this.#isBusy) leaveThread();
    this.#thread.end();
  }
}

/** Does the same in this thread, for platforms without workers. */
class NoThread {
  readonly #scope: Scope = { onmessage: null, postMessage: (answer) => this.#resolve(answer) };
  #resolve: (answer: Answer) => void = () => {};

  constructor() {
    serveSqlite(this.#scope, wholeTexts);
  }

  ask(what: Question): Promise<Answer> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#scope.onmessage!({ data: what });
    });
  }

  end(): void {
    void this.ask("close");
  }
}

/**
 * The query with texts as bytes where the two may differ: as a text SQLite gives what is before a NUL, and some other
 * character for bytes that are none, so that two ids would become one. Characters are counted up to a NUL. It is part of
 * the worker's program, as is what follows.
 */
function wholeTexts(sql: string, columns: number): string {
  // What EXPLAIN says can't be asked about.
  if (/^\s*explain\b/i.test(sql.replace(/--[^\n]*|\/\*[^]*?\*\//g, " "))) return sql;
  const all = Array.from({ length: columns }, (_, c) => `c${c}`);
  const cells = all.map((c) =>
    `CASE WHEN typeof(${c}) = 'text' AND length(${c}) <> length(CAST(${c} AS BLOB)) ` +
    `THEN CAST(${c} AS BLOB) ELSE ${c} END`
  );
  return `WITH divvy_rows(${all}) AS (${sql}\n) SELECT ${cells} FROM divvy_rows`;
}

/** Answers questions. With {@link wholeTexts} it is the whole program of the worker, so it must not use anything else. */
function serveSqlite(scope: Scope, wholeTexts: (sql: string, columns: number) => string): void {
  /** Most rows of an answer. */
  const BATCH = 5_000;
  let rows: Iterator<unknown[]>, close = () => {}, row = 0;
  let names: string[], decoder: TextDecoder, isId: boolean[];

  const textOf = (value: unknown, column: number): string | null => {
    if (value === null) return null;
    const fault = (is: string) => new Error(`row ${row}: ${names[column]} is ${is}`);
    if (value instanceof Uint8Array) {
      try {
        return decoder.decode(value);
      } catch {
        throw fault(`no text in ${decoder.encoding}`);
      }
    }
    const text = String(value);
    if (isId[column] && typeof value === "number" && !Number.isSafeInteger(value)) {
      throw fault(`${text}, expected an id: a text or a whole number`);
    }
    // One that is really there takes three bytes, and came as bytes.
    if (text.includes("\ufffd")) throw fault(`no text in ${decoder.encoding}`);
    return text;
  };

  const open = async ({ path, sql, values, ids }: SqliteQuery): Promise<Answer> => {
    const { DatabaseSync, StatementSync } = await import("node:sqlite").catch(() => ({}) as never);
    if (StatementSync === undefined || !("setReturnArrays" in StatementSync.prototype)) {
      throw new Error("SQLite can be read in Deno, Bun, or Node.js 22.16 or later only");
    }
    const database = new DatabaseSync(path, { readOnly: true });
    close = () => database.close();
    names = database.prepare(sql).columns().map(({ name }) => name);
    isId = names.map((name) => ids.includes(name));
    const { encoding } = database.prepare("PRAGMA encoding").get() as { encoding: string };
    decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    const statement = database.prepare(wholeTexts(sql, names.length));
    statement.setReadBigInts(true);
    // Rows as arrays, since columns of the same name would become one property of an object.
    (statement as unknown as { setReturnArrays(on: boolean): void }).setReturnArrays(true);
    rows = statement.iterate(...values) as unknown as Iterator<unknown[]>;
    return { names };
  };

  const next = (): Answer => {
    const batch: (string | null)[][] = [];
    while (batch.length < BATCH) {
      const { done, value } = rows.next();
      if (done) break;
      row++;
      batch.push(value.map(textOf));
    }
    return { rows: batch.length === 0 ? null : batch };
  };

  scope.onmessage = async ({ data }) => {
    try {
      if (data === "close") close();
      else scope.postMessage(data === "next" ? next() : await open(data));
    } catch (error) {
      scope.postMessage({ fault: error instanceof Error ? error.message : String(error) });
    }
  };
}
