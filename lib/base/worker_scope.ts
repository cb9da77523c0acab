/**
 * The global scope of a worker.
 *
 * @module
 */

/** What workers use of their scope. */
export interface WorkerScope {
  /** Sends a message to whoever started the worker. */
  postMessage(message: unknown, transfer?: Transferable[]): void;
  /** Called with each message from there. */
  onmessage: ((event: MessageEvent) => void) | null;
}

/** The scope of the worker that loads this module; to the compiler `self` is the main thread's. */
export const workerScope = self as unknown as WorkerScope;
