/**
 * Threads that read parts of an eligibility file into shared memory and sort its pairs.
 *
 * @module
 */
import type { WorkerScope } from "../../base/platform/worker_scope.ts";
import { platform } from "../../base/platform/platform.ts";
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
  readonly #workers: Worker[];
  readonly #ready: Promise<boolean>;
  readonly #waiting = new Map<number, PromiseWithResolvers<Result>>();
  /** Number of unfinished tasks of each thread. */
  readonly #load = new Map<Worker, number>();
  #lastId = 0;
  #canRead = false;

  private constructor(workers: Worker[]) {
    this.#workers = workers;
    this.#ready = Promise.all(workers.map((worker) => this.#start(worker)))
      .then((started) => started.every((isReady) => isReady));
  }

  /** Starts `count` threads; null where the platform has none, or may not read their script. */
  static start(count: number): EligPool | null {
    if (!platform.hasWorkers) return null;
    const script = new URL("./elig_worker.ts", import.meta.url);
    // Checked first, because the runtime prints an error of its own when a thread may not read its script.
    const mayRead = script.protocol !== "file:" ||
      platform.permissions.querySync({ name: "read", path: script }).state === "granted";
    if (!mayRead) return null;
    const workers: Worker[] = [];
    try {
      while (workers.length < count) {
        workers.push(new Worker(script, { type: "module" }));
      }
    } catch {
      for (const worker of workers) worker.terminate();
      return null;
    }
    return new EligPool(workers);
  }

  /** Whether the threads are up; false where one could not start, for example without permission to read its file. */
  get ready(): Promise<boolean> {
    return this.#ready;
  }

  /** Number of threads. */
  get size(): number {
    return this.#workers.length;
  }

  /** Whether the threads have the tables to look ids up in. */
  get canRead(): boolean {
    return this.#canRead;
  }

  /** Gives the threads the tables to look ids up in, from the next task on. May be called again when users are known. */
  lookUpIn({ users, known, contractIndex, contracts }: EligLookup): void {
    this.#canRead = true;
    for (const worker of this.#workers) {
      worker.postMessage(
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
    for (const worker of this.#workers) worker.terminate();
  }

  #run(message: ToWorker & { id: number }): Promise<Result> {
    const done = withResolvers<Result>();
    this.#waiting.set(message.id, done);
    const worker = this.#leastBusy() ?? this.#workers[0];
    this.#load.set(worker, this.#load.get(worker)! + 1);
    worker.postMessage(message);
    return done.promise;
  }

  #leastBusy(): Worker | null {
    let least: Worker | null = null, load = 2;
    for (const [worker, tasks] of this.#load) {
      if (tasks < load) {
        least = worker;
        load = tasks;
      }
    }
    return least;
  }

  #start(worker: Worker): Promise<boolean> {
    return new Promise((resolve) => {
      worker.onerror = (event) => {
        event.preventDefault();
        const error = new Error(`a reading thread failed: ${event.message}`);
        for (const { reject } of this.#waiting.values()) reject(error);
        resolve(false);
      };
      this.#load.set(worker, 0);
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === "ready") return resolve(true);
        this.#load.set(worker, this.#load.get(worker)! - 1);
        this.#waiting.get(data.id)!.resolve(data.result);
        this.#waiting.delete(data.id);
      };
    });
  }
}
