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
  return owner === undefined ? guard(stop) : () => {};
}
