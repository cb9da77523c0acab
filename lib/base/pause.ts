/**
 * Turns of the event loop in between long work, so that a signal can arrive.
 *
 * @module
 */

/** Milliseconds between turns. */
const PAUSE_EVERY = 20;

/** To be called often: mostly nothing to wait for; now and then a promise that others get a turn with. */
export type Pause = () => Promise<void> | undefined;

/** A pause that gives the event loop a turn, but not more often than it is worth. */
export function pauseNowAndThen(): Pause {
  let last = performance.now();
  return () => {
    if (performance.now() - last < PAUSE_EVERY) return undefined;
    return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
      last = performance.now();
    });
  };
}

/** No pauses at all. */
export const noPause: Pause = () => undefined;
