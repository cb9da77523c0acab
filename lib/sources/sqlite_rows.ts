/**
 * A query's rows out of a SQLite file. SQLite runs in this process and can't be told to stop, so it has a thread of its own:
 * the others go on hearing signals, and ends with the program whatever it is at.
 *
 * @module
 */
import { beginWork, leaveThread } from "../base/open_work.ts";
import { platform } from "../base/platform.ts";

/** What the thread is asked first. */
interface SqliteQuery {
  readonly path: string;
  readonly sql: string;
  readonly values: readonly (string | number | bigint)[];
}

/** What it is asked. */
type Question = SqliteQuery | "next" | "close";

/** What it answers: the names of the columns, then rows, `null` after the last; or what went wrong. */
interface Answer {
  readonly names?: readonly string[];
  readonly rows?: (string | null)[][] | null;
  readonly fault?: string;
}

/** The thread's end of the talk. */
interface Scope {
  onmessage: ((event: { data: Question }) => void) | null;
  postMessage(answer: Answer): void;
}

/** Rows that are open, as text cells. */
export interface OpenRows {
  /** Names of the columns. */
  readonly names: readonly string[];
  /** The next rows, some at a time; null after the last. */
  next(): Promise<(string | null)[][] | null>;
  /** Lets go of them. */
  close(): void;
}

/**
 * Opens the rows. Numbers keep every digit; whole numbers of REAL columns have no `.0`.
 *
 * @throws Error in SQLite's words; the reason of `signal` where that is aborted
 */
export async function sqliteRows(query: SqliteQuery, signal?: AbortSignal): Promise<OpenRows> {
  const thread = platform.hasWorkers ? new Thread() : new NoThread();
  const stopped = Promise.withResolvers<never>();
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
    const asked = () => {
      const answer = ask("next");
      answer.catch(() => {});
      return answer;
    };
    // The next rows are made while these are used.
    let ahead = asked();
    return {
      names: names!,
      async next() {
        const { rows } = await ahead;
        if (rows != null) ahead = asked();
        return rows ?? null;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A worker that reads SQLite. Its program is the text of a function: a data: URL needs no permission. */
class Thread {
  readonly #worker = new Worker(
    `data:application/javascript,${encodeURIComponent(`(${serveSqlite})(self)`)}`,
    { type: "module" },
  );

  #isBusy = false;

  ask(what: Question): Promise<Answer> {
    this.#isBusy = true;
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => {
        this.#isBusy = false;
        resolve(data);
      };
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      this.#worker.postMessage(what);
    });
  }

  end(): void {
    if (this.#isBusy) leaveThread();
    this.#worker.terminate();
  }
}

/** The same in this thread, where there are no others. */
class NoThread {
  readonly #scope: Scope = { onmessage: null, postMessage: (answer) => this.#resolve(answer) };
  #resolve: (answer: Answer) => void = () => {};

  constructor() {
    serveSqlite(this.#scope);
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

/** Answers questions. It is the whole program of a worker: nothing outside of it may be used. */
function serveSqlite(scope: Scope): void {
  /** Rows that are given at once. */
  const BATCH = 5_000;
  let rows: Iterator<unknown[]>, close = () => {};

  const textOf = (value: unknown): string | null => {
    if (value === null) return null;
    if (value instanceof Uint8Array) {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
    }
    return String(value);
  };

  const open = async ({ path, sql, values }: SqliteQuery): Promise<Answer> => {
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(path, { readOnly: true });
    close = () => database.close();
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    const names = statement.columns().map(({ name }) => name);
    // Duplicate names would be one property of a row's object.
    (statement as unknown as { setReturnArrays(on: boolean): void }).setReturnArrays(true);
    rows = statement.iterate(...values) as unknown as Iterator<unknown[]>;
    return { names };
  };

  const next = (): Answer => {
    const batch: (string | null)[][] = [];
    while (batch.length < BATCH) {
      const { done, value } = rows.next();
      if (done) break;
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
