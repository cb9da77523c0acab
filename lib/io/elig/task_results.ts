/**
 * Shares tasks out among threads and returns their results in order.
 *
 * @module
 */
import type { Directory } from "../../allocator/drop/instance/directory.ts";
import type { EligPool } from "./elig_pool.ts";
import type { EligTask, TaskRows } from "./elig_task.ts";

/**
 * The results of tasks. The threads begin at once, while the small tables are still read; this thread does tasks as well while
 * it waits for a result.
 */
export class TaskResults<T extends EligTask, R extends TaskRows> {
  readonly #tasks: readonly T[];
  readonly #pool: EligPool;
  readonly #readHere: (task: T, directory: Directory) => TaskRows | null | Promise<TaskRows | null>;
  readonly #results: Promise<TaskRows | null>[] = [];
  /** Whether each result has come, or failed. */
  readonly #isDone: boolean[] = [];

  /**
   * Starts the threads, if they have the tables to look ids up in.
   *
   * @param readHere does a task in this thread
   * @param early whether threads begin before the users are known; ids of users are looked up twice then
   */
  constructor(
    tasks: readonly T[],
    pool: EligPool,
    readHere: (task: T, directory: Directory) => TaskRows | null | Promise<TaskRows | null>,
    early: boolean,
  ) {
    this.#tasks = tasks;
    this.#pool = pool;
    this.#readHere = readHere;
    if (early && pool.canRead) this.#feed();
  }

  /** The result of task `i`; may be called once for each. This thread does other tasks while it waits. */
  async take(i: number, directory: Directory): Promise<R | null> {
    for (;;) {
      this.#feed();
      if (this.#isDone[i] || this.#results.length === this.#tasks.length) break;
      await this.#start(async (task) => await this.#readHere(task, directory));
      // Let messages of the other threads come in.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    const rows = await this.#results[i];
    // Drop the reference, so that the caller can free the rows' memory.
    delete this.#results[i];
    return rows as R | null;
  }

  /** Gives tasks to the threads, now and whenever one has finished a task. */
  #feed(): void {
    while (this.#results.length < this.#tasks.length && this.#pool.hasRoom) {
      this.#start((task) => this.#pool.read(task)).then(() => this.#feed(), () => {});
    }
  }

  #start(read: (task: T) => Promise<TaskRows | null>): Promise<TaskRows | null> {
    const i = this.#results.length, result = read(this.#tasks[i]);
    this.#results.push(result);
    // `take` awaits the result and passes an error on.
    result.then(() => this.#isDone[i] = true, () => this.#isDone[i] = true);
    return result;
  }
}
