/**
 * How a session solves one of its states: with progress, ended by a newer change or on request, and with an unfinished
 * result to show where a small drop takes long.
 *
 * @module
 */
import { pairCount } from "../../allocator/drop/instance/instance.ts";
import type { SolvedScenario } from "../../allocator/explain/whatif.ts";
import { countedAt, type Prices } from "../../allocator/model/allocation.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import { solveOptimal } from "../../allocator/optimal/optimal.ts";
import type { StudioProgress } from "./messages.ts";

/** Threads are used from so many pairs on: from within a worker each solve's threads take a second to start. */
const THREADED = 10_000_000;

/**
 * Small drops are searched to the last unit, which may take seconds: a result that takes longer than this is shown
 * before it is final. Larger drops have no good result that early.
 */
const QUICK = { seconds: 0.4, pairs: 1_000_000 };

/** Milliseconds between two reports of progress. */
const EVERY = 100;

/** Thrown where a newer change takes the place of what is being solved. */
export class Superseded extends Error {}

/** What is to be solved. */
export interface Unsolved extends Pick<SolvedScenario, "instance" | "scenario"> {
  policy: Policy;
}

/** How it is solved. */
export interface SolveState {
  /** Prices to begin at; absent: none. */
  startPrices?: Prices;
  /** Ends it, with {@link Superseded}. */
  signal: AbortSignal;
  /** Whether it is to end with the best allocation so far. Once true, it stays true. */
  isStopped: () => boolean;
  /** The gap asked for. */
  gap?: number;
  /** Threads that a very large drop may use. */
  workers?: number;
  /** Called now and then. */
  onProgress: (progress: Omit<StudioProgress, "version">) => void;
}

/** Solves a state; where it is stopped or `timeout` seconds are over, with what there is. @throws {Superseded} */
export async function solveState(
  { instance, policy, scenario }: Unsolved,
  { startPrices, signal, isStopped, gap, workers, onProgress }: SolveState,
  timeout = Infinity,
): Promise<SolvedScenario> {
  const from = performance.now();
  let reported = -Infinity;
  const allocation = await solveOptimal(instance, policy, {
    startPrices,
    gap,
    workers: pairCount(instance) < THREADED ? 1 : workers,
    signal: signalWhile(() => signal.aborted || isStopped()),
    timeout,
    onProgress: ({ phase, done }) => {
      if (signal.aborted) throw new Superseded();
      if (performance.now() - reported < EVERY) return;
      reported = performance.now();
      onProgress({ phase, ...(done !== undefined && { done }) });
    },
  });
  if (signal.aborted) throw new Superseded();
  return { scenario, instance, allocation, seconds: (performance.now() - from) / 1000 };
}

/**
 * Solves a state; of a small drop that takes longer than `patience` seconds, what there is by then is shown meanwhile.
 *
 * @throws {Superseded}
 */
export async function solveShowing(
  what: Unsolved,
  how: SolveState,
  show: (unfinished: SolvedScenario) => void,
  patience = QUICK.seconds,
): Promise<SolvedScenario> {
  if (pairCount(what.instance) <= QUICK.pairs) {
    const quick = await solveState(what, how, patience);
    // A result within its time limit is the same as one without a limit.
    if (!quick.allocation.timedOut || how.isStopped()) return quick;
    show(quick);
    return await solveBeyond(quick, what, how);
  }
  return await solveState(what, how);
}

/**
 * Solves a state of which there is a result already: where it is stopped, the better of both, as it begins from its start again.
 *
 * @throws {Superseded}
 */
export async function solveBeyond(
  known: SolvedScenario,
  what: Unsolved,
  how: SolveState,
): Promise<SolvedScenario> {
  if (how.isStopped()) return known;
  const solved = await solveState(what, how);
  if (!solved.allocation.timedOut) return solved;
  const price = Math.max(known.allocation.shortfallPrice, solved.allocation.shortfallPrice);
  const worth = ({ allocation }: SolvedScenario) => countedAt(allocation, price).objective;
  return worth(known) > worth(solved) ? known : solved;
}

/**
 * A controller that ends a solve as soon as a newer change is sent.
 *
 * @param moves how many were sent, in shared memory; absent: only `abort` ends it
 * @param handled how many of them this thread knows of
 */
export function stoppable(moves: Int32Array | undefined, handled: number): AbortController {
  const controller = new AbortController();
  if (moves === undefined) return controller;
  let ended = false;
  controller.signal.addEventListener("abort", () => ended = true);
  askedInstead(controller.signal, () => ended || Atomics.load(moves, 0) !== handled);
  return controller;
}

/** A signal that is given while something holds, for those who ask it now and then. */
function signalWhile(holds: () => boolean): AbortSignal {
  const { signal } = new AbortController();
  askedInstead(signal, holds);
  return signal;
}

/** Whoever asks whether the signal was given is answered by `isGiven`. */
function askedInstead(signal: AbortSignal, isGiven: () => boolean): void {
  Object.defineProperty(signal, "aborted", { get: isGiven });
}
