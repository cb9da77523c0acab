/**
 * One run at a time for an out-table: a small table on every server that the run works on names the run that holds it.
 *
 * @module
 */
import { ClickHouseError, type ClickHouseServer } from "../../deps/clickhouse.ts";
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { quotedTable } from "../../sources/identifier.ts";
import { sqlString } from "./literal.ts";
import { rowsOf, runToEnd } from "./shards.ts";
import { lockTable } from "./work_tables.ts";

/** Milliseconds between two signs of life, and seconds without one after which a run counts as dead. */
const BEAT = 5000, DEAD = 180;

/** Code of the error for a table that is there already. */
const EXISTS = 57;

/** Code of the error for a table that is not there. */
const GONE = 60;

/**
 * How often the lock is tried and read where runs make and drop it at the same moment, and the milliseconds between.
 */
const ATTEMPTS = 5, PAUSE = 20;

/** The run that holds a lock, and the seconds since its last sign of life. */
interface Holder {
  token: string;
  silent: number;
}

/** Whether the server itself refused a statement; false for errors of the connection. */
const isRefusal = (error: unknown, code?: number): boolean =>
  error instanceof ClickHouseError && error.code > 0 && (code ?? error.code) === error.code;

/** The servers of a cluster, which is all that the lock needs of it. */
interface Servers {
  readonly coordinator: ClickHouseServer;
  readonly shards: readonly { readonly server: ClickHouseServer }[];
}

/** Held while a run works; released at its end, however it ends. */
export class RunLock {
  readonly #servers: readonly ClickHouseServer[];
  readonly #name: string;
  readonly #timer: ReturnType<typeof setInterval>;
  #beating: Promise<unknown> = Promise.resolve();

  private constructor(
    servers: readonly ClickHouseServer[],
    readonly outTable: string,
    readonly token: string,
  ) {
    this.#servers = servers;
    this.#name = quotedTable(lockTable(outTable), "clickhouse");
    this.#timer = setInterval(() => {
      this.#beating = Promise.allSettled(
        servers.map((server) => runToEnd(server, `INSERT INTO ${this.#name} ${this.#row}`)),
      );
    }, BEAT);
  }

  get #row(): string {
    return `SELECT ${sqlString(this.token)} AS token, now() AS seen`;
  }

  /**
   * Takes the lock on every server of the cluster.
   *
   * @throws InputError where another run holds one of them
   */
  static async take(
    cluster: Servers,
    outTable: string,
    token: string,
    control: RunControl,
  ): Promise<RunLock> {
    const all = [cluster.coordinator, ...cluster.shards.map((shard) => shard.server)];
    const byPlace = new Map(all.map((server) => [`${server.host}:${server.port}`, server]));
    // All runs take the servers in the same order, so that one of two runs gets them all.
    const places = [...byPlace.keys()].sort();
    const lock = new RunLock(places.map((place) => byPlace.get(place)!), outTable, token);
    const taken: ClickHouseServer[] = [];
    try {
      for (const server of lock.#servers) {
        await lock.#takeOn(server, control);
        taken.push(server);
      }
      return lock;
    } catch (error) {
      await lock.#end(taken);
      throw error;
    }
  }

  async #takeOn(server: ClickHouseServer, control: RunControl): Promise<void> {
    // An attempt fails early only where another run made or dropped the lock at that moment.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await this.#make(server, control)) return;
      const holder = await this.#holder(server, control);
      if (holder === null) continue;
      if (holder.token !== this.token && holder.silent < DEAD) throw this.#refusal(server, holder);
      await this.#moveAside(server, control);
    }
    throw this.#refusal(server, { token: "begun just now", silent: 0 });
  }

  /** Makes the lock on the server; false: it exists already. */
  async #make(server: ClickHouseServer, control: RunControl): Promise<boolean> {
    try {
      await runToEnd(
        server,
        `CREATE TABLE ${this.#name} ENGINE = TinyLog AS ${this.#row}`,
        control,
      );
      return true;
    } catch (error) {
      if (isRefusal(error, EXISTS)) return false;
      throw error;
    }
  }

  #refusal(server: ClickHouseServer, { token, silent }: Holder): InputError {
    return new InputError(
      `another run (${token}, last heard of ${silent} s ago) writes ${this.outTable}` +
        ` on ${server.host}:${server.port}: wait for it; if it is dead, so does this after ${DEAD} s` +
        ` without a word, or DROP TABLE ${lockTable(this.outTable)}`,
      { file: this.outTable },
    );
  }

  /** Drops a dead run's lock. It is renamed to a name of this run's first: of two runs that try this, one succeeds. */
  async #moveAside(server: ClickHouseServer, control: RunControl): Promise<void> {
    const aside = this.#name.replace(/`$/, `_${this.token}\``);
    await runToEnd(server, `DROP TABLE IF EXISTS ${aside}`, control);
    try {
      await runToEnd(server, `RENAME TABLE ${this.#name} TO ${aside}`, control);
    } catch (error) {
      if (isRefusal(error, GONE)) return;
      throw error;
    }
    await runToEnd(server, `DROP TABLE ${aside}`, control);
  }

  /** Who holds the lock on a server, and the seconds since their last sign of life; null: nobody. */
  async #holder(server: ClickHouseServer, control: RunControl): Promise<Holder | null> {
    const read =
      `SELECT argMax(token, seen), toUInt32(now()) - toUInt32(max(seen)), count() FROM ${this.#name}`;
    for (let attempt = 1;; attempt++) {
      try {
        const [row] = await rowsOf(server, read, control);
        // A lock is made in two statements; between them the table has no row.
        if (row[2] === "0") return { token: "begun just now", silent: 0 };
        return { token: row[0], silent: Number(row[1]) };
      } catch (error) {
        if (isRefusal(error, GONE)) return null;
        // Servers before 20 fail on files or columns of a table that is dropped while they read it.
        if (!isRefusal(error) || attempt === ATTEMPTS) throw error;
        await new Promise((done) => setTimeout(done, PAUSE));
      }
    }
  }

  /**
   * Checks that this run still holds the lock.
   *
   * @throws InputError where another run took this one for dead
   */
  async check(control: RunControl): Promise<void> {
    for (const server of this.#servers) {
      const holder = await this.#holder(server, control);
      if (holder?.token === this.token) continue;
      throw new InputError(
        `another run has taken ${this.outTable} over, as this one was not heard of for ${DEAD} s: nothing is published`,
        { file: this.outTable },
      );
    }
  }

  /** Releases the lock on all servers that can be reached, where this run still holds it. */
  async release(): Promise<void> {
    await this.#end(this.#servers);
  }

  async #end(servers: readonly ClickHouseServer[]): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await Promise.allSettled(servers.map(async (server) => {
      const holder = await this.#holder(server, {});
      if (holder?.token === this.token) {
        await runToEnd(server, `DROP TABLE IF EXISTS ${this.#name}`);
      }
    }));
  }
}
