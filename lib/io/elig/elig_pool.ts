/**
 * Threads that read parts of an eligibility file into shared memory and sort its pairs.
 *
 * @module
 */
import type { WorkerScope } from "../../base/platform/worker_scope.ts";
import { IGNORING, startThread, type Thread } from "../../base/platform/thread.ts";
import type { Directory } from "../../allocator/drop/instance/directory.ts";
import { IdTable, type IdTableParts } from "../../base/ids/id_table.ts";
import {
  joinOrdered,
  orderAlone,
  orderPairs,
  type OrderTask,
  orderTasks,
  orderUsers,
} from "../../allocator/drop/pairs/order_pairs.ts";
import type {
  OrderedPairs,
  PairCounts,
  PairFilter,
} from "../../allocator/drop/pairs/tidy_pairs.ts";
import { isShared } from "../../base/arrays/shared_array.ts";
import { withResolvers } from "../../base/resolvers.ts";
import type { PairChunk } from "../../allocator/drop/pairs/pair_rows.ts";
import type { EligLookup } from "./elig_parser.ts";
import { type EligTask, ownMemory, readTask, type TaskRows } from "./elig_task.ts";

type ToWorker =
  | {
    kind: "lookup";
    users: IdTableParts | null;
    known: IdTableParts;
    contractIndex: Uint32Array;
    contracts: number;
  }
  | { kind: "read"; id: number; task: EligTask }
  | { kind: "order"; id: number; task: OrderTask };
type Result = TaskRows | PairCounts | null;
type FromWorker = { kind: "ready" } | { kind: "done"; id: number; result: Result };

/** The worker's side: does the tasks it receives, one after the other. */
export function serveTasks(scope: WorkerScope): void {
  let lookup: EligLookup;
  const post = (message: FromWorker, transfer: Transferable[] = []) =>
    scope.postMessage(message, transfer);
  let before: Promise<void> = Promise.resolve();
  scope.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    before = before.then(async () => {
      if (data.kind === "lookup") {
        lookup = {
          users: data.users && new IdTable(data.users),
          known: new IdTable(data.known),
          contractIndex: data.contractIndex,
          contracts: { length: data.contracts },
        };
      } else {
        const result = data.kind === "read"
          ? await readTask(data.task, lookup)
          : orderUsers(data.task);
        const transfer = result !== null && "chunks" in result ? ownMemory(result) : [];
        post({ kind: "done", id: data.id, result }, transfer);
      }
    });
  };
  post({ kind: "ready" });
}

/** Some threads. They are started early, while the small tables are read. */
export class EligPool {
  readonly #threads: readonly Thread[];
  readonly #ready: Promise<boolean>;
  readonly #waiting = new Map<number, PromiseWithResolvers<Result>>();
  /** Number of unfinished tasks of each thread. */
  readonly #load = new Map<Thread, number>();
  #lastId = 0;
  #canRead = false;

  private constructor(threads: readonly Thread[]) {
    this.#threads = threads;
    this.#ready = Promise.all(threads.map((thread) => this.#begin(thread)))
      .then((started) => started.every((isReady) => isReady));
  }

  /** Starts `count` threads; null where the platform has none. */
  static start(count: number): EligPool | null {
    if (typeof SharedArrayBuffer === "undefined") return null;
    const threads: Thread[] = [];
    while (threads.length < count) {
      const thread = startThread(new URL("./elig_worker.ts", import.meta.url), IGNORING);
      if (thread === null) {
        for (const thread of threads) thread.end();
        return null;
      }
      threads.push(thread);
    }
    return new EligPool(threads);
  }

  /** Whether the threads are up; false where one could not start, for example without permission to read its file. */
  get ready(): Promise<boolean> {
    return this.#ready;
  }

  /** Number of threads. */
  get size(): number {
    return this.#threads.length;
  }

  /** Whether the threads have the tables to look ids up in. */
  get canRead(): boolean {
    return this.#canRead;
  }

  /** Gives the threads the tables to look ids up in, from the next task on. May be called again when users are known. */
  lookUpIn({ users, known, contractIndex, contracts }: EligLookup): void {
    this.#canRead = true;
    for (const thread of this.#threads) {
      thread.send(
        {
          kind: "lookup",
          users: users && users.parts,
          known: known.parts,
          contractIndex,
          contracts: contracts.length,
        } satisfies ToWorker,
      );
    }
  }

  /** Whether a thread has fewer than two tasks, one that it works on and one to go on with. */
  get hasRoom(): boolean {
    return this.#leastBusy() !== null;
  }

  /** Has the least busy thread do a task; see {@link readTask}. */
  read(task: EligTask): Promise<TaskRows | null> {
    return this.#run({ kind: "read", id: ++this.#lastId, task }) as Promise<TaskRows | null>;
  }

  /** Puts rows in order. Each thread, this one included, sorts those of some users. Empties the chunks. */
  async orderPairs(
    directory: Directory,
    chunks: PairChunk[],
    filter: PairFilter,
  ): Promise<OrderedPairs> {
    // Memory that is not shared would be copied to the other threads.
    if (chunks.some(({ score }) => !isShared(score))) return orderPairs(directory, chunks, filter);
    const alone = orderAlone(directory, chunks, filter);
    if (alone !== null) return alone;
    const tasks = orderTasks(directory, chunks, filter, this.size + 1);
    const others = tasks.slice(1).map((task) =>
      this.#run({ kind: "order", id: ++this.#lastId, task }) as Promise<PairCounts>
    );
    const own = orderUsers(tasks[0]);
    return joinOrdered(tasks, [own, ...await Promise.all(others)]);
  }

  /** Stops the threads. */
  close(): void {
    for (const thread of this.#threads) thread.end();
  }

  #run(message: ToWorker & { id: number }): Promise<Result> {
    const done = withResolvers<Result>();
    this.#waiting.set(message.id, done);
    const thread = this.#leastBusy() ?? this.#threads[0];
    this.#load.set(thread, this.#load.get(thread)! + 1);
    thread.send(message);
    return done.promise;
  }

  #leastBusy(): Thread | null {
    let least: Thread | null = null, load = 2;
    for (const [thread, tasks] of this.#load) {
      if (tasks < load) {
        least = thread;
        load = tasks;
      }
    }
    return least;
  }

  /** Hears a thread from now on. @returns whether it is up */
  #begin(thread: Thread): Promise<boolean> {
    this.#load.set(thread, 0);
    return new Promise((resolve) => {
      const onMessage = (data: FromWorker) => {
        if (data.kind === "ready") return resolve(true);
        this.#load.set(thread, this.#load.get(thread)! - 1);
        this.#waiting.get(data.id)!.resolve(data.result);
        this.#waiting.delete(data.id);
      };
      const onFailure = (reason: string) => {
        const error = new Error(`a reading thread failed: ${reason}`);
        for (const { reject } of this.#waiting.values()) reject(error);
        resolve(false);
      };
      thread.listen({ onMessage: (data) => onMessage(data as FromWorker), onFailure });
    });
  }
}
