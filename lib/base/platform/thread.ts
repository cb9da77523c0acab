/**
 * A thread with a module of its own, wherever the program runs: in Deno, Bun and browsers a worker, in Node.js its kind of one.
 *
 * @module
 */

/** A thread that was started. */
export interface Thread {
  /** Sends it a message. What is transferred is gone here. */
  send(message: unknown, transfer?: Transferable[]): void;
  /** Ends it at once, whatever it is doing. */
  end(): void;
}

/** Who hears of a thread. */
export interface ThreadListener {
  /** Called with each message from it. */
  onMessage(data: unknown): void;
  /** Called if it can't start, or fails. */
  onFailure(): void;
}

/** What is used of Node.js's module for threads. */
interface NodeThreads {
  readonly Worker: new (module: URL) => {
    on(event: "message" | "error", call: (data: unknown) => void): void;
    postMessage(message: unknown, transfer?: readonly Transferable[]): void;
    terminate(): unknown;
  };
  readonly parentPort: {
    on(event: "message", call: (data: unknown) => void): void;
    postMessage(message: unknown, transfer?: readonly Transferable[]): void;
  } | null;
}

/** Node.js's module for threads, where this is Node.js and has it at hand. */
export function nodeThreads(): NodeThreads | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => NodeThreads | undefined };
  };
  return process?.getBuiltinModule?.("node:worker_threads");
}

/**
 * Starts a thread. In the npm package modules are `.js` where their sources are `.ts`.
 *
 * @param module the module's address, as of its source
 * @throws {Error} where there are no threads
 */
export function startThread(module: URL, listener: ThreadListener): Thread {
  const isSource = "Deno" in globalThis || import.meta.url.endsWith(".ts");
  const address = isSource ? module : new URL(module.href.replace(/\.ts$/, ".js"));
  return typeof Worker === "undefined"
    ? startNodeThread(address, listener)
    : startWorker(address, listener);
}

function startWorker(module: URL, { onMessage, onFailure }: ThreadListener): Thread {
  const worker = new Worker(module, { type: "module" });
  worker.onmessage = ({ data }: MessageEvent) => onMessage(data);
  worker.onerror = (event) => {
    event.preventDefault();
    onFailure();
  };
  return {
    send: (message, transfer = []) => worker.postMessage(message, transfer),
    end: () => worker.terminate(),
  };
}

function startNodeThread(module: URL, { onMessage, onFailure }: ThreadListener): Thread {
  const threads = nodeThreads();
  if (threads === undefined) throw new Error("there are no threads here");
  const worker = new threads.Worker(module);
  worker.on("message", onMessage);
  worker.on("error", onFailure);
  return {
    send: (message, transfer) => worker.postMessage(message, transfer),
    end: () => void worker.terminate(),
  };
}
