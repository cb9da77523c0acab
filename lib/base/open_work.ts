/**
 * Work that goes on elsewhere, on a server: whoever ends the program can stop it first.
 *
 * @module
 */

/** Told of work that begins; returns what is to be called when it is done. */
export type WorkGuard = (stop: () => Promise<void>) => () => void;

let guard: WorkGuard = () => () => {};

/** From now on `by` is called with all work that nobody else stops. */
export function guardWork(by: WorkGuard): void {
  guard = by;
}

/**
 * Tells that work begins.
 *
 * @param stop stops it where it goes on; must not take long
 * @param owner aborts it, where somebody does: then it is left to them
 * @returns to be called when the work is done
 */
export function beginWork(stop: () => Promise<void>, owner?: AbortSignal): () => void {
  return owner === undefined && tidying === 0 ? guard(stop) : () => {};
}

let tidying = 0;

/** Runs what clears up after work that a signal may have ended: that signal does not end it. */
export async function tidyUp<T>(work: () => Promise<T>): Promise<T> {
  tidying++;
  try {
    return await work();
  } finally {
    tidying--;
  }
}

let threadsLeft = false;

/** Tells that a thread works on at what nobody wants any more, and can't be told to stop: only the program's end ends it. */
export function leaveThread(): void {
  threadsLeft = true;
}

/** Whether the program, when it has nothing else to do, would wait for such a thread. */
export function hasThreadsLeft(): boolean {
  return threadsLeft;
}
