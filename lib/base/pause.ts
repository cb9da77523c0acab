/**
 * Pauses in long work, in which the event loop can deliver signals and timers.
 *
 * @module
 */

/** Milliseconds between two pauses. */
const PAUSE_EVERY = 20;

/** To be called often. Returns undefined, or, now and then, a promise to wait for while the event loop runs. */
export type Pause = () => Promise<void> | undefined;

/** Lets the event loop run once every {@link PAUSE_EVERY} milliseconds. */
export function pauseNowAndThen(): Pause {
  let last = performance.now();
  return () => {
    if (performance.now() - last < PAUSE_EVERY) return undefined;
    return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
      last = performance.now();
    });
  };
}

/** Never pauses. */
export const noPause: Pause = () => undefined;
