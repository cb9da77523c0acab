/**
 * Handles Ctrl-C: the first one stops with the best result so far, the second one aborts.
 *
 * @module
 */
import { IGNORING, startThread, type Thread } from "../../base/platform/thread.ts";
import { leaveThread } from "../../base/open_work.ts";
import { CTRL_C, endingSignals } from "./ending_signals.ts";
import { StoppedError } from "./exit_codes.ts";

/**
 * A worker listens, because a solver's loop may keep this thread from handling signals. It listens for the first Ctrl-C only;
 * then the second one ends the program at once, whatever this thread is doing, with exit code 130 (128 + SIGINT, as in shells).
 * The worker's program is in a data: URL, which needs no permission to read.
 */
const LISTENER = new URL(
  "data:application/javascript," + encodeURIComponent(`
  onmessage = ({ data: { stopped, signals } }) => {
    const listeners = signals.map(([signal, number]) => [signal, () => {
      for (const [signal, once] of listeners) Deno.removeSignalListener(signal, once);
      Atomics.store(stopped, 0, 128 + number);
      postMessage("stopped");
    }]);
    for (const [signal, once] of listeners) Deno.addSignalListener(signal, once);
    postMessage("listening");
  };
`),
);

/** Handles Ctrl-C until it is disposed of. */
export class Interrupt implements Disposable {
  static readonly #held: Interrupt[] = [];
  /** Called for each signal that is handled, with the exit code for it. */
  static onHeard: (code: number) => void = () => {};
  /** Aborted by the first Ctrl-C; `aborted` is up to date inside loops that never yield. */
  readonly signal: AbortSignal;
  /** Fulfilled once Ctrl-C is handled; before that it ends the program. */
  readonly listening: Promise<void>;
  /** Exit code for the signal that came: 128 + its number. */
  exitCode = 130;
  readonly #thread: Thread;
  /** Does what is to be done for a signal that came, once. */
  readonly #hear: () => void;
  readonly #signals: readonly Deno.Signal[];

  /** Whether a signal is being handled. */
  static handles(signal: Deno.Signal): boolean {
    return Interrupt.#held.some((held) => held.#signals.includes(signal));
  }

  /** Exit code for a handled signal that has come; null: none has. */
  static get heard(): number | null {
    return Interrupt.#held.find(({ signal }) => signal.aborted)?.exitCode ?? null;
  }

  /**
   * Begins to handle Ctrl-C, and with `terminate` whatever ends the program: `kill`, a closed terminal.
   *
   * @param onFirst called for the first signal, as soon as this thread can run it
   */
  constructor(onFirst: () => void, { terminate = false }: { terminate?: boolean } = {}) {
    const taken = terminate ? endingSignals() : [CTRL_C];
    this.#signals = taken.map(([signal]) => signal);
    Interrupt.#held.push(this);
    const controller = new AbortController();
    // The exit code of the signal that came, and whether this thread has heard of it.
    const stopped = new Int32Array(new SharedArrayBuffer(8));
    this.signal = controller.signal;
    Object.defineProperty(this.signal, "aborted", {
      get: () => Atomics.load(stopped, 0) !== 0,
      configurable: true,
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.listening = promise;
    this.#hear = () => {
      const code = Atomics.exchange(stopped, 1, 1) === 0 ? Atomics.load(stopped, 0) : 0;
      if (code === 0) return;
      // Remove the override of `aborted` first: abort() does nothing on a signal that says it is aborted already.
      delete (this.signal as { aborted?: boolean }).aborted;
      this.exitCode = code;
      controller.abort();
      onFirst();
      Interrupt.onHeard(code);
    };
    const onMessage = (said: unknown) => said === "listening" ? resolve() : this.#hear();
    // Deno, which alone runs the command line, has threads.
    this.#thread = startThread(LISTENER, { ...IGNORING, onMessage })!;
    this.#thread.send({ stopped, signals: taken });
  }

  /**
   * What is read, unless the signal comes first: then there is nothing yet to be kept, and nothing else ends a read that waits for its
   * input.
   *
   * @throws {StoppedError} if the signal came
   */
  async whileReading<T>(reading: Promise<T>): Promise<T> {
    const stopped = Promise.withResolvers<never>();
    const stop = () => stopped.reject(new Error("stopped"));
    this.signal.addEventListener("abort", stop);
    try {
      return await Promise.race([reading, stopped.promise]);
    } catch (error) {
      if (!this.signal.aborted) throw error;
      leaveThread();
      throw new StoppedError("stopped before there was a result", this.exitCode);
    } finally {
      this.signal.removeEventListener("abort", stop);
    }
  }

  /** Stops handling Ctrl-C: from now on it ends the program at once. */
  [Symbol.dispose](): void {
    // A run that saw it and ended before this thread could take the worker's message has not said so yet.
    if (this.signal.aborted) this.#hear();
    Interrupt.#held.splice(Interrupt.#held.indexOf(this), 1);
    this.#thread.end();
  }
}
