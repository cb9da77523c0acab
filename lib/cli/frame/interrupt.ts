/**
 * Ctrl-C: once stops with the best result so far, twice aborts.
 *
 * @module
 */

/**
 * Listens in a worker, because a solver's loop may keep this thread from hearing anything. It hears the first Ctrl-C
 * only: with nobody listening, the second ends the program at once, whatever this thread is doing, with exit
 * code 130 (128 + SIGINT, as shells have it). A data: URL needs no permission.
 */
const LISTENER = "data:application/javascript," + encodeURIComponent(`
  onmessage = ({ data: stopped }) => {
    const once = () => {
      Deno.removeSignalListener("SIGINT", once);
      Atomics.store(stopped, 0, 1);
      postMessage("stopped");
    };
    Deno.addSignalListener("SIGINT", once);
    postMessage("listening");
  };
`);

/** Ctrl-C while it is in hand; release it when done. */
export class Interrupt implements Disposable {
  static #held = 0;
  /** Aborted by the first Ctrl-C; `aborted` is up to date inside loops that never yield. */
  readonly signal: AbortSignal;
  /** Fulfilled once Ctrl-C is in hand; before that it ends the program. */
  readonly listening: Promise<void>;
  readonly #worker: Worker;

  /** Whether anybody has Ctrl-C in hand. */
  static get inHand(): boolean {
    return Interrupt.#held > 0;
  }

  /** Takes Ctrl-C in hand. `onFirst` is told of the first one, as soon as this thread hears of it. */
  constructor(onFirst: () => void) {
    Interrupt.#held++;
    const controller = new AbortController();
    const stopped = new Int32Array(new SharedArrayBuffer(4));
    this.signal = controller.signal;
    Object.defineProperty(this.signal, "aborted", {
      get: () => Atomics.load(stopped, 0) === 1,
      configurable: true,
    });
    this.#worker = new Worker(LISTENER, { type: "module" });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.listening = promise;
    this.#worker.onmessage = ({ data }) => {
      if (data === "listening") return resolve();
      // An aborted signal aborts no more, and tells nobody: from here on it is an ordinary one.
      delete (this.signal as { aborted?: boolean }).aborted;
      controller.abort();
      onFirst();
    };
    this.#worker.postMessage(stopped);
  }

  /** Gives Ctrl-C back: from here on it ends the program at once. */
  [Symbol.dispose](): void {
    Interrupt.#held--;
    this.#worker.terminate();
  }
}
