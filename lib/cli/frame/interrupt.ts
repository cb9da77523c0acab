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
  onmessage = ({ data: { stopped, signals } }) => {
    const listeners = signals.map(([signal, number]) => [signal, () => {
      for (const [signal, once] of listeners) Deno.removeSignalListener(signal, once);
      Atomics.store(stopped, 0, 1);
      postMessage(128 + number);
    }]);
    for (const [signal, once] of listeners) Deno.addSignalListener(signal, once);
    postMessage("listening");
  };
`);

/** Ctrl-C while it is in hand; release it when done. */
export class Interrupt implements Disposable {
  static readonly #held: Interrupt[] = [];
  /** Told of each signal that comes while somebody has it in hand, with the exit code that it stands for. */
  static onHeard: (code: number) => void = () => {};
  /** Aborted by the first Ctrl-C; `aborted` is up to date inside loops that never yield. */
  readonly signal: AbortSignal;
  /** Fulfilled once Ctrl-C is in hand; before that it ends the program. */
  readonly listening: Promise<void>;
  /** Exit code of a program that the signal ended: 128 + its number. */
  exitCode = 130;
  readonly #worker: Worker;

  readonly #signals: readonly Deno.Signal[];

  /** Whether anybody has a signal in hand. */
  static hasInHand(signal: Deno.Signal): boolean {
    return Interrupt.#held.some((held) => held.#signals.includes(signal));
  }

  /** Exit code of a signal that somebody has in hand and that has come; null: none has. */
  static get heard(): number | null {
    return Interrupt.#held.find(({ signal }) => signal.aborted)?.exitCode ?? null;
  }

  /**
   * Takes Ctrl-C in hand, and with `terminate` SIGTERM, as `kill` sends it. `onFirst` is told of the first one, as soon as
   * this thread hears of it.
   */
  constructor(onFirst: () => void, { terminate = false }: { terminate?: boolean } = {}) {
    const taken: [Deno.Signal, number][] = [["SIGINT", 2]];
    if (terminate && Deno.build.os !== "windows") taken.push(["SIGTERM", 15]);
    this.#signals = taken.map(([signal]) => signal);
    Interrupt.#held.push(this);
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
      this.exitCode = data;
      controller.abort();
      onFirst();
      Interrupt.onHeard(data);
    };
    this.#worker.postMessage({ stopped, signals: taken });
  }

  /** Gives Ctrl-C back: from here on it ends the program at once. */
  [Symbol.dispose](): void {
    Interrupt.#held.splice(Interrupt.#held.indexOf(this), 1);
    this.#worker.terminate();
  }
}
