/**
 * A team of workers. Each does its share of every pass in shared memory.
 *
 * @module
 */
import type { Thread } from "../../../base/platform/thread.ts";
import type { WorkerScope } from "../../../base/platform/worker_scope.ts";
import { type Instance, pairCount } from "../../drop/instance/instance.ts";
import type { PassTeam } from "./dual_pass.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { type PassBoard, passBoard } from "./pass_board.ts";
import { type PassCommand, PassShare } from "./pass_share.ts";
import { canShare, problemOfPasses } from "./shared_problem.ts";
import { areWaiting, giveBack, takeWorker } from "./worker_pool.ts";

/** Fewer pairs than this are not worth another worker. */
const PAIRS_PER_WORKER = 50_000;

/** Fewer pairs than this are not worth starting workers before they are compiled; nor, from given prices, starting any. */
const PAIRS_OF_EARLY = 1_000_000, PAIRS_FROM_PRICES = 10_000_000;

/** Milliseconds that workers have to start; after that the work is done without them. */
const PATIENCE = 2000;

/** What a worker is given at its start; commands come through shared memory. */
export interface Engagement {
  readonly problem: DualProblem;
  readonly board: PassBoard;
  readonly share: number;
  /** Int32Array, length 3, by {@link RUNG}, {@link AT_WORK} and {@link FAILED}. */
  readonly bell: Int32Array;
  /** Float64Array, length ORDER_LENGTH: the command. */
  readonly order: Float64Array;
}

/** The numbers of the bell: how often it rang, how many workers are still at work, whether one failed. */
const RUNG = 0, AT_WORK = 1, FAILED = 2;

/** Numbers of an order: the command's kind, then its arguments. */
const ORDER_LENGTH = 4;
const KINDS = ["close", "scan", "settle", "sample", "screen", "back", "keep"] as const;

function writeOrder(order: Float64Array, command: PassCommand | { readonly kind: "close" }): void {
  order[0] = KINDS.indexOf(command.kind);
  switch (command.kind) {
    case "scan":
      order[1] = command.radius;
      order[2] = command.thinning;
      break;
    case "sample":
      order[1] = command.stride;
      order[2] = command.noise;
      break;
    case "screen":
      order[1] = command.depth;
      order[2] = command.reach;
      order[3] = command.noise;
      break;
    case "back":
      order[1] = command.depth;
      break;
    case "keep":
      order[1] = command.noise ?? NaN;
      order[2] = Number(command.ofView);
  }
}

function readOrder(order: Float64Array): PassCommand | { readonly kind: "close" } {
  const kind = KINDS[order[0]];
  switch (kind) {
    case "scan":
      return { kind, radius: order[1], thinning: order[2] };
    case "sample":
      return { kind, stride: order[1], noise: order[2] };
    case "screen":
      return { kind, depth: order[1], reach: order[2], noise: order[3] };
    case "back":
      return { kind, depth: order[1] };
    case "keep":
      return { kind, noise: Number.isNaN(order[1]) ? null : order[1], ofView: order[2] === 1 };
    default:
      return { kind };
  }
}

/** The worker's side: carries out commands until the team closes. */
export function takePart(
  scope: Pick<WorkerScope, "postMessage">,
  { problem, board, bell, order, share: own }: Engagement,
): void {
  const share = new PassShare(problem, board, own);
  scope.postMessage("ready");
  for (let rung = 0;; rung++) {
    // The leading thread counts first and wakes workers then. One that saw the new count in between may be waiting again, and is woken for
    // nothing: so each looks at the count once more.
    while (Atomics.load(bell, RUNG) === rung) Atomics.wait(bell, RUNG, rung);
    const command = readOrder(order);
    if (command.kind === "close") return;
    try {
      share.run(command);
    } catch {
      Atomics.store(bell, FAILED, 1);
    }
    if (Atomics.sub(bell, AT_WORK, 1) === 1) Atomics.notify(bell, AT_WORK);
  }
}

/** How many shares it is worth splitting a problem's passes into, at most `workers`; less than 2: none. */
export function usefulShares({ instance }: Pick<DualProblem, "instance">, workers: number): number {
  return Math.min(workers, Math.floor(instance.score.length / PAIRS_PER_WORKER));
}

/** A team without workers: everything is done on this thread. */
export function soleTeam(problem: DualProblem): PassTeam {
  const board = passBoard(problem, 1);
  const share = new PassShare(problem, board, 0);
  return { board, run: (command) => share.run(command), close: () => {} };
}

/**
 * Starts a team of `shares` shares, one of them on this thread. Null if that is not possible: the platform has no workers or no
 * shared memory, the drop is not in shared memory, this thread may not wait (as on a page), there is no permission to read the
 * worker's file, or the workers are not ready within `patience` milliseconds.
 */
export async function startTeam(
  problem: DualProblem,
  shares: number,
  patience = PATIENCE,
): Promise<PassTeam | null> {
  if (shares < 2 || !canShare(problem)) return null;
  const bell = new Int32Array(new SharedArrayBuffer(12));
  const order = new Float64Array(new SharedArrayBuffer(8 * ORDER_LENGTH));
  const board = passBoard(problem, shares);
  const workers: Thread[] = [];
  const ring = (command: PassCommand | { readonly kind: "close" }) => {
    writeOrder(order, command);
    Atomics.store(bell, AT_WORK, workers.length);
    Atomics.add(bell, RUNG, 1);
    Atomics.notify(bell, RUNG);
  };
  // A worker that waits for the bell is not ended from outside alone, and would keep the program from ending.
  const end = () => {
    ring({ kind: "close" });
    workers.forEach((worker) => worker.end());
  };
  const ready: Promise<boolean>[] = [];
  for (let share = 1; share < shares; share++) {
    const worker = takeWorker();
    if (worker === null) {
      ready.push(Promise.resolve(false));
      break;
    }
    workers.push(worker);
    ready.push(isReady(worker, patience));
    worker.send(
      { problem: problemOfPasses(problem), board, share, bell, order } satisfies Engagement,
    );
  }
  if ((await Promise.all(ready)).includes(false)) {
    end();
    return null;
  }
  const own = new PassShare(problem, board, 0);
  return {
    board,
    run(command) {
      ring(command);
      own.run(command);
      for (;;) {
        const atWork = Atomics.load(bell, AT_WORK);
        if (atWork === 0) break;
        Atomics.wait(bell, AT_WORK, atWork);
      }
      if (Atomics.load(bell, FAILED) === 1) throw new Error("a worker of the price solver failed");
    },
    close() {
      if (Atomics.load(bell, FAILED) === 1 || Atomics.load(bell, AT_WORK) !== 0) return end();
      ring({ kind: "close" });
      workers.forEach(giveBack);
    },
  };
}

function isReady(worker: Thread, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patience);
    const answer = (ready: boolean) => {
      clearTimeout(timer);
      resolve(ready);
    };
    worker.listen({ onMessage: () => answer(true), onFailure: () => answer(false) });
  });
}

/**
 * How many workers to start even before a drop is compiled, with `workers` threads in all: in a large one they are needed in any case,
 * and start meanwhile.
 *
 * @param hasPrices whether the search starts from given prices
 */
export function earlyWorkers(instance: Instance, workers: number, hasPrices: boolean): number {
  const least = hasPrices ? PAIRS_FROM_PRICES : PAIRS_OF_EARLY;
  if (instance.score.length < least || !canShare({ instance })) return 0;
  return Math.max(0, usefulShares({ instance }, workers) - 1);
}

/**
 * How many shares to split the passes of a search from given prices into: it is over before workers have started, so it does without
 * those that are not there already.
 */
export function sharesFromPrices(problem: DualProblem, workers: number): number {
  const shares = usefulShares(problem, workers);
  return pairCount(problem.instance) >= PAIRS_FROM_PRICES || areWaiting(shares - 1) ? shares : 1;
}
