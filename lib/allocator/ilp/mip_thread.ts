/**
 * Solves programs of HiGHS so that they end when they are to.
 *
 * HiGHS stops by itself when it finds, at one of its looks at the clock, that its time is over. But before its search it groups the
 * columns of a program without any look, for a second with 17,000 columns and for twenty with 170,000. Nothing but the end of its
 * thread stops it there, so a large program is solved in a thread of its own, with the same result.
 *
 * @module
 */
import { type Mip, type MipOptions, type MipResult, nothingFound, solveMip } from "./mip.ts";
import { leaveThread } from "../../base/open_work.ts";
import { withResolvers } from "../../base/resolvers.ts";
import { startThread, type Thread } from "../../base/platform/thread.ts";
import type { WorkerScope } from "../../base/platform/worker_scope.ts";

/** Programs of fewer columns are grouped within some 70 ms, which is no more than a thread with HiGHS takes to start. */
export const LEAST_COLUMNS = 5_000;

/** Milliseconds between two questions whether to stop. */
const ASK_EVERY = 10;

/** HiGHS has this share of the time that passed, but at most so many milliseconds, to stop by itself: then its bound is known, too. */
const GRACE = 0.1, MOST_GRACE = 100;

/** What a thread is given. */
interface Task {
  readonly mip: Mip;
  readonly options: MipOptions;
  /** 1: HiGHS is to stop. Null where memory can't be shared. */
  readonly stop: Int32Array | null;
}

/** What a thread says: that there is a better solution, what it ended with, or that it could not begin. */
type Said = { readonly found: Float64Array } | { readonly result: MipResult } | "failed";

/** The thread's side: solves one program after the other. */
export function serveMips(scope: WorkerScope): void {
  const say = (said: Said) => scope.postMessage(said);
  scope.onmessage = ({ data: { mip, options, stop } }: MessageEvent<Task>) => {
    solveMip(mip, {
      ...options,
      isLate: stop === null ? undefined : () => Atomics.load(stop, 0) === 1,
      // To tell of a solution HiGHS looks at its clock once more, so where looks are counted it does not.
      ...(options.work === undefined && { onFound: (found: Float64Array) => say({ found }) }),
    }).then((result) => say({ result }), () => say("failed"));
  };
}

/** Solves programs; those that are large and may have to stop early in a thread, which is started for the first of them. */
export class MipThread {
  readonly #leastColumns: number;
  #thread: Thread | null = null;
  /** Takes what the thread says. */
  #hear: (said: Said) => void = () => {};

  /** @param leastColumns columns of the smallest program that is solved in the thread */
  constructor(leastColumns: number = LEAST_COLUMNS) {
    this.#leastColumns = leastColumns;
  }

  /** As {@link solveMip}, but it ends in time whatever HiGHS is at, with the best solution so far. */
  async solve(mip: Mip, options: MipOptions = {}): Promise<MipResult> {
    const { timeout = Infinity, isLate } = options;
    const mayStop = timeout < Infinity || isLate !== undefined;
    if (!mayStop || mip.columns < this.#leastColumns) return await solveMip(mip, options);
    const begun = performance.now(), end = begun + 1000 * timeout;
    const result = await this.#solveAside(mip, options, end);
    // Where there are no threads, or one has failed, the program is solved here.
    const left = (end - performance.now()) / 1000;
    return result ?? await solveMip(mip, { ...options, timeout: left });
  }

  /** The result of the thread; null where there is none. */
  async #solveAside(
    mip: Mip,
    { isLate = () => false, timeout: _, ...options }: MipOptions,
    end: number,
  ): Promise<MipResult | null> {
    const thread = this.#started();
    if (thread === null) return null;
    const begun = performance.now();
    const stop = typeof SharedArrayBuffer === "undefined"
      ? null
      : new Int32Array(new SharedArrayBuffer(4));
    let best: Float64Array | null = null, late: number | null = null;
    const { promise, resolve } = withResolvers<MipResult | null>();
    this.#hear = (said) => {
      if (said === "failed") resolve(null);
      else if ("found" in said) best = said.found;
      else resolve(said.result);
    };
    const asking = setInterval(() => {
      const now = performance.now();
      if (late === null && (now >= end || isLate())) {
        late = now;
        if (stop !== null) Atomics.store(stop, 0, 1);
      }
      if (late === null || now < late + Math.min(MOST_GRACE, GRACE * (late - begun))) return;
      this.close();
      // Deno gives a thread two seconds to end by itself, and a program would wait for it.
      leaveThread();
      resolve({ ...nothingFound, values: best, work: options.work ?? 0 });
    }, ASK_EVERY);
    const { packed, buffers } = packedMip(mip);
    thread.send({ mip: packed, options, stop } satisfies Task, buffers);
    const result = await promise;
    clearInterval(asking);
    if (result === null) this.close();
    return result;
  }

  #started(): Thread | null {
    return this.#thread ??= startThread(new URL("./mip_worker.ts", import.meta.url), {
      onMessage: (said) => this.#hear(said as Said),
      onFailure: () => this.#hear("failed"),
    });
  }

  /** Ends the thread. */
  close(): void {
    this.#thread?.end();
    this.#thread = null;
  }
}

/** As {@link solveMip}, but a large program has a thread of its own for the time, so it ends as soon as it is late. */
export async function solveAside(mip: Mip, options: MipOptions): Promise<MipResult> {
  const thread = new MipThread();
  try {
    return await thread.solve(mip, options);
  } finally {
    thread.close();
  }
}

/** A program as it is sent, and what is transferred with it. */
function packedMip(mip: Mip): { packed: Mip; buffers: ArrayBuffer[] } {
  const columns = {
    rowLower: Float64Array.from(mip.rowLower),
    rowUpper: Float64Array.from(mip.rowUpper),
    cost: Float64Array.from(mip.cost),
    upper: Float64Array.from(mip.upper),
    whole: Uint8Array.from(mip.whole),
    starts: Uint32Array.from(mip.starts),
    indices: Uint32Array.from(mip.indices),
    values: Float64Array.from(mip.values),
  };
  return {
    packed: { columns: mip.columns, ...columns },
    buffers: Object.values(columns).map(({ buffer }) => buffer),
  };
}
