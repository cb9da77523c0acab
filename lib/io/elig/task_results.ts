/**
 * Tasks shared out among threads, their results taken in order.
 *
 * @module
 */
import type { Directory } from "../../allocator/drop/directory.ts";
import type { EligPool } from "./elig_pool.ts";
import type { EligTask, TaskRows } from "./elig_task.ts";

/**
 * The results of tasks. The threads begin at once, so that they are at work while the small tables are read; this thread
 * helps when it asks for a result that is not there yet.
 */
export class TaskResults<T extends EligTask, R extends TaskRows> {
  readonly #tasks: readonly T[];
  readonly #pool: EligPool;
  readonly #readHere: (task: T, directory: Directory) => TaskRows | null | Promise<TaskRows | null>;
  readonly #results: Promise<TaskRows | null>[] = [];
  /** Whether the result is there. */
  readonly #there: boolean[] = [];

  /**
   * Starts the threads, if they know what to look ids up in; `readHere` does a task in this one.
   *
   * @param early whether they are to begin before the users are known, whose ids then are looked up twice
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

  /** The result of task `i`; while it waits for it this thread does other tasks. */
  async take(i: number, directory: Directory): Promise<R | null> {
    for (;;) {
      this.#feed();
      if (this.#there[i] || this.#results.length === this.#tasks.length) break;
      await this.#start(async (task) => await this.#readHere(task, directory));
      // Messages of the other threads come in between.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    const rows = await this.#results[i];
    // Nobody asks again: the rows' memory is the taker's to give back.
    delete this.#results[i];
    return rows as R | null;
  }

  /** Gives the threads what they can take, now and whenever one has finished a task. */
  #feed(): void {
    while (this.#results.length < this.#tasks.length && this.#pool.hasRoom) {
      this.#start((task) => this.#pool.read(task)).then(() => this.#feed(), () => {});
    }
  }

  #start(read: (task: T) => Promise<TaskRows | null>): Promise<TaskRows | null> {
    const i = this.#results.length, result = read(this.#tasks[i]);
    this.#results.push(result);
    // An error is met when the result is taken.
    result.then(() => this.#there[i] = true, () => this.#there[i] = true);
    return result;
  }
}
