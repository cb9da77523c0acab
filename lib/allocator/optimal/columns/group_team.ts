/**
 * Threads that share the groups of a drop, each pricing its own.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { canShare, problemOfPasses } from "../passes/shared_problem.ts";
import { IGNORING, startThread, type Thread } from "../../../base/platform/thread.ts";
import type { WorkerScope } from "../../../base/platform/worker_scope.ts";
import { type GroupColumn, type GroupLost, type GroupPriced, GroupPricer } from "./group_pricer.ts";

/** Fewer pairs than this are not worth another worker, which takes as long to start as to look at them a few times. */
const PAIRS_PER_WORKER = 200_000;

/** What a worker is given at its start. */
interface Engagement {
  readonly problem: DualProblem;
  readonly prices: Prices;
}

/** What a worker is asked about these groups, and the columns of its groups that were added since it was asked last. */
interface Order<Task extends keyof Found = keyof Found> {
  readonly task: Task;
  readonly prices: Prices;
  readonly groups: readonly number[];
  readonly columns: readonly Added[];
}

/** What is found for a group, by what was asked. */
interface Found {
  price: GroupPriced;
  lossesAt: GroupLost;
}

/** A column of a group. */
type Added = readonly [group: number, column: GroupColumn];

/** The worker's side: receives its engagement, then answers orders. */
export function servePricing(scope: WorkerScope): void {
  scope.onmessage = ({ data }: MessageEvent<Engagement>) => {
    const pricer = new GroupPricer(data.problem, data.prices);
    scope.onmessage = ({ data: { task, prices, groups, columns } }: MessageEvent<Order>) => {
      for (const [group, column] of columns) pricer.add(group, column);
      scope.postMessage(pricer[task](prices, groups));
    };
  };
}

/** A worker, and the groups that are priced there. */
class Helper {
  readonly groups: ReadonlySet<number>;
  readonly #thread: Thread;
  #hasFailed = false;
  #hasAnswered = false;
  #settle: (answer: Found[keyof Found][] | null) => void = () => {};

  private constructor(groups: ReadonlySet<number>, thread: Thread) {
    this.groups = groups;
    this.#thread = thread;
    thread.listen({
      onMessage: (data) => {
        this.#hasAnswered = true;
        this.#settle(data as Found[keyof Found][]);
      },
      onFailure: () => {
        this.#hasFailed = true;
        this.#settle(null);
      },
    });
  }

  /** Null where a worker can't be started. */
  static start(groups: ReadonlySet<number>): Helper | null {
    const thread = startThread(new URL("./group_worker.ts", import.meta.url), IGNORING);
    return thread && new Helper(groups, thread);
  }

  engage(engagement: Engagement): void {
    this.#thread.send(engagement);
  }

  /** What it finds; null if it could not start. */
  async ask<Task extends keyof Found>(order: Order<Task>): Promise<Found[Task][] | null> {
    const answer = await new Promise<Found[Task][] | null>((resolve) => {
      this.#settle = resolve as (answer: Found[keyof Found][] | null) => void;
      if (this.#hasFailed) resolve(null);
      else this.#thread.send(order);
    });
    if (answer === null && this.#hasAnswered) {
      throw new Error("a worker of the price solver failed");
    }
    return answer;
  }

  close(): void {
    this.#thread.end();
  }
}

/** Prices groups, and finds what they lose, on several threads. What is found does not depend on how many there are. */
export class GroupTeam {
  /** The pricer of this thread. It knows all columns that were added, and those that it found. */
  readonly own: GroupPricer;
  readonly #problem: DualProblem;
  readonly #prices: Prices;
  /** Columns that the helpers do not know yet. */
  #added: Added[] = [];
  #helpers: Helper[] = [];
  #isEngaged = false;

  /** A team of at most `workers` threads, this one among them. */
  constructor(problem: DualProblem, prices: Prices, workers: number) {
    this.own = new GroupPricer(problem, prices);
    this.#problem = problem;
    this.#prices = prices;
    const { groupSize, score } = problem.instance;
    const shares = Math.min(workers, Math.floor(score.length / PAIRS_PER_WORKER));
    if (shares < 2 || !canShare(problem)) return;
    const [, ...others] = evenly(groupSize, shares);
    // Groups that have no helper are this thread's.
    this.#helpers = others.map((groups) => Helper.start(groups)).filter((one) => one !== null);
  }

  /** Makes a column known. Returns whether it is new. */
  add(group: number, column: GroupColumn): boolean {
    if (!this.own.add(group, column)) return false;
    if (this.#helpers.length > 0) this.#added.push([group, column]);
    return true;
  }

  /** Prices these groups: what is found, in their order. */
  async price(prices: Prices, groups: readonly number[]): Promise<GroupPriced[]> {
    return await this.#find("price", prices, groups);
  }

  /** What these groups lose at the prices of rows and of their own limits, in their order. */
  async lossesAt(prices: Prices, groups: readonly number[]): Promise<GroupLost[]> {
    return await this.#find("lossesAt", prices, groups);
  }

  async #find<Task extends keyof Found>(
    task: Task,
    prices: Prices,
    groups: readonly number[],
  ): Promise<Found[Task][]> {
    this.#engage();
    const added = this.#added.splice(0);
    const asked = this.#helpers.map((helper) => {
      const isTheirs = (g: number) => helper.groups.has(g);
      const columns = added.filter(([group]) => isTheirs(group)), theirs = groups.filter(isTheirs);
      if (theirs.length > 0) return helper.ask({ task, prices, groups: theirs, columns });
      this.#added.push(...columns);
      return [];
    });
    const isOurs = (g: number) => this.#helpers.every((helper) => !helper.groups.has(g));
    const found = new Map<number, Found[Task]>();
    const take = (some: Found[Task][]) => some.forEach((one) => found.set(one.group, one));
    const look = (some: readonly number[]) =>
      take(this.own[task](prices, some) as unknown as Found[Task][]);
    look(groups.filter(isOurs));
    const answers = await Promise.all(asked);
    answers.forEach((answer) => take(answer ?? []));
    if (answers.includes(null)) {
      this.#helpers = this.#helpers.filter((_, i) => answers[i] !== null);
      look(groups.filter((g) => !found.has(g)));
    }
    return groups.map((g) => found.get(g)!);
  }

  #engage(): void {
    if (this.#isEngaged) return;
    this.#isEngaged = true;
    const { instance } = this.#problem, problem = problemOfPasses(this.#problem);
    const seen = { ...problem, instance: { ...problem.instance, groups: instance.groups } };
    for (const helper of this.#helpers) helper.engage({ problem: seen, prices: this.#prices });
  }

  /** Ends the workers. */
  close(): void {
    this.#helpers.splice(0).forEach((helper) => helper.close());
  }
}

/** Shares of groups with about as many users each: the largest groups first, each to the share that has least. */
function evenly(groupSize: ArrayLike<number>, shares: number): Set<number>[] {
  const users = new Float64Array(shares), of = Array.from(users, () => new Set<number>());
  const largestFirst = Array.from(groupSize, (size, group) => ({ size, group }))
    .sort((a, b) => b.size - a.size || a.group - b.group);
  for (const { size, group } of largestFirst) {
    const least = users.indexOf(Math.min(...users));
    users[least] += size;
    of[least].add(group);
  }
  return of;
}
