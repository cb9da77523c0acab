/**
 * Pauses in long work, in which the event loop can deliver signals and timers.
 *
 * @module
 */

/** Milliseconds between two pauses. */
const PAUSE_EVERY = 20;

/** To be called often. Returns undefined, or, now and then, a promise to wait for while the event loop runs. */
export type Pause = () => Promise<void> | undefined;

/** A turn of the event loop. A timer of no time would take it a millisecond or two; one that has come due is called all the same. */
export function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (call: () => void) => unknown };
  return new Promise((resolve) => {
    if (setImmediate === undefined) setTimeout(resolve, 0);
    else setImmediate(resolve);
  });
}

/** Lets the event loop run once every {@link PAUSE_EVERY} milliseconds. */
export function pauseNowAndThen(): Pause {
  let last = performance.now();
  return () => {
    if (performance.now() - last < PAUSE_EVERY) return undefined;
    return nextTurn().then(() => {
      last = performance.now();
    });
  };
}

/** Never pauses. */
export const noPause: Pause = () => undefined;
