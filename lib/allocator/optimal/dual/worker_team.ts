/**
 * A team of workers: each does its share of every pass on memory that all see.
 *
 * @module
 */
import { IdPool } from "../../../base/ids.ts";
import type { PassTeam } from "./dual_pass.ts";
import type { DualProblem } from "./dual_problem.ts";
import { type PassBoard, passBoard } from "./pass_board.ts";
import { type PassCommand, PassShare } from "./pass_share.ts";

/** A worker is worth its start only for this many pairs. */
const PAIRS_PER_WORKER = 50_000;

/** Milliseconds that workers may take to start before the work is done without them. */
const PATIENCE = 2000;

/** What a worker sees of itself (the type of `self` is that of the main thread here). */
export interface WorkerScope {
  /** Answers. */
  postMessage(message: unknown): void;
  /** Takes messages. */
  onmessage: ((event: MessageEvent) => void) | null;
}

/** What a worker is given. */
interface Engagement {
  readonly problem: DualProblem;
  readonly board: PassBoard;
  readonly share: number;
  readonly bell: Int32Array;
  readonly order: Float64Array;
}

/** Places of the bell: how often it rang, how many workers are still at work, whether one failed. */
const RUNG = 0, AT_WORK = 1, FAILED = 2;

/** Numbers in an order: its kind, then what the command says. */
const ORDER_LENGTH = 6;
const KINDS = ["close", "scan", "settle", "sample", "screen", "drop"] as const;

function writeOrder(order: Float64Array, command: PassCommand | { readonly kind: "close" }): void {
  order[0] = KINDS.indexOf(command.kind);
  switch (command.kind) {
    case "scan":
      order[1] = command.radius;
      break;
    case "sample":
      order[1] = command.stride;
      order[2] = command.noise;
      break;
    case "screen":
      order[1] = command.depth;
      order[2] = command.radius.price;
      order[3] = command.radius.sponsored;
      order[4] = command.noise;
      break;
    case "drop":
      order[1] = command.depth;
  }
}

function readOrder(order: Float64Array): PassCommand | { readonly kind: "close" } {
  const kind = KINDS[order[0]];
  switch (kind) {
    case "scan":
      return { kind, radius: order[1] };
    case "sample":
      return { kind, stride: order[1], noise: order[2] };
    case "screen": {
      const radius = { price: order[2], sponsored: order[3] };
      return { kind, depth: order[1], radius, noise: order[4] };
    }
    case "drop":
      return { kind, depth: order[1] };
    default:
      return { kind };
  }
}

/** The worker's side: takes its engagement, then does what commands say until the team closes. */
export function servePasses(scope: WorkerScope): void {
  scope.onmessage = ({ data }: MessageEvent<Engagement>) => {
    const { problem, board, bell, order } = data;
    const share = new PassShare(problem, board, data.share);
    scope.postMessage("ready");
    for (let rung = 0;; rung++) {
      Atomics.wait(bell, RUNG, rung);
      const command = readOrder(order);
      if (command.kind === "close") return;
      try {
        share.run(command);
      } catch {
        Atomics.store(bell, FAILED, 1);
      }
      if (Atomics.sub(bell, AT_WORK, 1) === 1) Atomics.notify(bell, AT_WORK);
    }
  };
}

/** How many shares a problem's passes are worth splitting into, at most `workers`. */
export function usefulShares(problem: DualProblem, workers: number): number {
  return Math.min(workers, Math.floor(problem.instance.score.length / PAIRS_PER_WORKER));
}

/**
 * Starts a team of `shares` shares, one of them on this thread. Null where that can't be: no workers or no shared
 * memory on this platform, a drop in memory that is not shared, a thread that may not wait (a page's), or no
 * permission to read the worker's file; nor where they are not up within `patience` milliseconds.
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
  const workers: Worker[] = [];
  const ring = (command: PassCommand | { readonly kind: "close" }) => {
    writeOrder(order, command);
    Atomics.store(bell, AT_WORK, workers.length);
    Atomics.add(bell, RUNG, 1);
    Atomics.notify(bell, RUNG);
  };
  // One that waits for the bell is not ended by being told to: the program would wait for it when all is done.
  const end = () => {
    ring({ kind: "close" });
    workers.forEach((worker) => worker.terminate());
  };
  try {
    const ready: Promise<boolean>[] = [];
    for (let share = 1; share < shares; share++) {
      const worker = new Worker(new URL("./pass_worker.ts", import.meta.url), { type: "module" });
      workers.push(worker);
      ready.push(isReady(worker, patience));
      const engagement: Engagement = { problem: bare(problem), board, share, bell, order };
      worker.postMessage(engagement);
    }
    if ((await Promise.all(ready)).includes(false)) {
      end();
      return null;
    }
  } catch {
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
    close: end,
  };
}

function isReady(worker: Worker, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patience);
    const answer = (ready: boolean) => {
      clearTimeout(timer);
      resolve(ready);
    };
    worker.onmessage = () => answer(true);
    worker.onerror = (event) => {
      event.preventDefault();
      answer(false);
    };
  });
}

function canShare(problem: DualProblem): boolean {
  if (typeof Worker === "undefined" || typeof SharedArrayBuffer === "undefined") return false;
  const { score, contract, start } = problem.instance;
  const inSharedMemory = [score, contract, start].every(({ buffer }) =>
    buffer instanceof SharedArrayBuffer
  );
  if (!inSharedMemory) return false;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

/** The problem without ids: a copy of those would go to every worker. */
function bare(problem: DualProblem): DualProblem {
  const { instance } = problem;
  return {
    ...problem,
    instance: {
      ...instance,
      ...{ users: IdPool.from([]), contracts: [], brands: [], groups: [] },
      ...{ pins: undefined, heldBack: undefined, scaling: undefined },
      ...{ previous: undefined, heldOut: undefined, plainScore: undefined },
    },
  };
}
