/**
 * The global scope of a worker.
 *
 * @module
 */
import { nodeThreads } from "./thread.ts";

/** What workers use of their scope. */
export interface WorkerScope {
  /** Sends a message to whoever started the worker. */
  postMessage(message: unknown, transfer?: Transferable[]): void;
  /** Called with each message from there. */
  onmessage: ((event: MessageEvent) => void) | null;
}

/** The scope of the worker that loads this module; to the compiler `self` is the main thread's. */
export const workerScope: WorkerScope = typeof self === "undefined"
  ? nodeScope()
  : self as unknown as WorkerScope;

/** The same in a thread of Node.js, which has no such scope. */
function nodeScope(): WorkerScope {
  const port = nodeThreads()!.parentPort!;
  const scope: WorkerScope = {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    onmessage: null,
  };
  port.on("message", (data) => scope.onmessage?.({ data } as MessageEvent));
  return scope;
}
