/**
 * Ctrl-C: once stops with the best result so far, twice aborts.
 *
 * @module
 */

/** Exit code of a command that Ctrl-C aborted, as shells have it: 128 + SIGINT. */
const EXIT_ABORTED = 130;

/**
 * Listens in a worker, because a solver's loop may keep this thread from hearing anything. A data: URL needs no
 * permission.
 */
const LISTENER = "data:application/javascript," + encodeURIComponent(`
  onmessage = ({ data: stopped }) => {
    Deno.addSignalListener("SIGINT", () => Atomics.store(stopped, 0, 1));
  };
`);

/** Ctrl-C while it is in hand; release it when done. */
export class Interrupt implements Disposable {
  /** Aborted by the first Ctrl-C; `aborted` is up to date inside loops that never yield. */
  readonly signal: AbortSignal;
  readonly #worker: Worker;
  readonly #onInterrupt: () => void;

  /** Takes Ctrl-C in hand. `onFirst` is told of the first one, as soon as this thread hears of it. */
  constructor(onFirst: () => void) {
    const controller = new AbortController();
    const { signal } = controller;
    let heard = false;
    this.#onInterrupt = () => {
      if (heard) Deno.exit(EXIT_ABORTED);
      heard = true;
      controller.abort();
      onFirst();
    };
    Deno.addSignalListener("SIGINT", this.#onInterrupt);

    const stopped = new Int32Array(new SharedArrayBuffer(4));
    this.#worker = new Worker(LISTENER, { type: "module" });
    this.#worker.postMessage(stopped);
    Object.defineProperty(signal, "aborted", {
      get: () => heard || Atomics.load(stopped, 0) === 1,
    });
    this.signal = signal;
  }

  /** Gives Ctrl-C back: from here on it ends the program at once. */
  [Symbol.dispose](): void {
    Deno.removeSignalListener("SIGINT", this.#onInterrupt);
    this.#worker.terminate();
  }
}
