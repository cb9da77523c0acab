/**
 * Work in progress on a server or in a thread, so that the program can stop it before it exits.
 *
 * @module
 */

/** Called when work begins, with a function that stops it; returns a function to call when the work is done. */
export type WorkGuard = (stop: () => Promise<void>) => () => void;

let guard: WorkGuard = () => () => {};

/** Sets the guard, which from now on is called for all work that has no owner; see {@link beginWork}. */
export function guardWork(by: WorkGuard): void {
  guard = by;
}

/**
 * Announces work, so that the guard can stop it when the program is ended.
 *
 * @param stop stops the work on the server; must not take long
 * @param owner signal by which the caller stops the work itself; the guard is not called then
 * @returns to be called when the work is done
 */
export function beginWork(stop: () => Promise<void>, owner?: AbortSignal): () => void {
  return owner === undefined && tidying === 0 ? guard(stop) : () => {};
}

let tidying = 0;

/** Runs a clean-up without the guard: the signal that ended the work does not end the clean-up as well. */
export async function tidyUp<T>(work: () => Promise<T>): Promise<T> {
  tidying++;
  try {
    return await work();
  } finally {
    tidying--;
  }
}

let threadsLeft = false;

/** Notes that a thread is still at work that nobody needs and that can't be stopped; only the program's exit ends it. */
export function leaveThread(): void {
  threadsLeft = true;
}

/** Whether there are such threads: the program must exit by itself, or the runtime would wait for them. */
export function hasThreadsLeft(): boolean {
  return threadsLeft;
}
