/**
 * Threads with a module of their own, wherever the program runs: in Deno, Bun and browsers workers, in Node.js its kind of them.
 * Nothing else starts one, but for the page without a server, whose worker's program lies in the page.
 *
 * @module
 */

/** A thread that was started. */
export interface Thread {
  /** Sends it a message. What is transferred is gone here. */
  send(message: unknown, transfer?: Transferable[]): void;
  /** From now on this listener hears of it, and the one before no longer. */
  listen(listener: ThreadListener): void;
  /** Ends it at once, whatever it is doing. */
  end(): void;
}

/** Who hears of a thread. */
export interface ThreadListener {
  /** Called with each message from it. */
  onMessage(data: unknown): void;
  /** Called if it can't start, or fails, with the reason. */
  onFailure(reason: string): void;
}

/** A listener that does nothing, for whom a thread that fails is like one that has nothing to say. */
export const IGNORING: ThreadListener = { onMessage: () => {}, onFailure: () => {} };

/** The modules of threads that the npm package has, by their ends: no import leads to them, so its exports name them. */
const PACKED = ["/mip_worker.ts"];

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
 * Starts a thread.
 *
 * @param module the module's address, as of its source; or a program in a `data:` address, which needs no permission to read
 * @returns null where it can't be started
 */
export function startThread(module: URL, listener: ThreadListener): Thread | null {
  const address = moduleAt(module);
  if (address === null || !mayStartThread(address)) return null;
  try {
    return typeof Worker === "undefined"
      ? startNodeThread(address, listener)
      : threadOf(new Worker(address, { type: "module" }), listener);
  } catch {
    return null;
  }
}

/**
 * Whether threads may be started with a module: where it is a file, they need the permission to read it. Asked first, because
 * the runtime prints an error of its own when it is missing.
 */
export function mayStartThread(module: URL): boolean {
  return module.protocol !== "file:" || !("Deno" in globalThis) ||
    Deno.permissions.querySync({ name: "read", path: module }).state === "granted";
}

/** Where a module is: in the npm package some are, `.js` where their sources are `.ts`. */
function moduleAt(module: URL): URL | null {
  if ("Deno" in globalThis || import.meta.url.endsWith(".ts")) return module;
  if (!PACKED.some((name) => module.href.endsWith(name))) return null;
  return new URL(module.href.replace(/\.ts$/, ".js"));
}

/** A worker as a thread. */
export function threadOf(worker: Worker, listener: ThreadListener): Thread {
  const listen = ({ onMessage, onFailure }: ThreadListener) => {
    worker.onmessage = ({ data }: MessageEvent) => onMessage(data);
    worker.onerror = (event) => {
      event.preventDefault();
      onFailure(event.message);
    };
  };
  listen(listener);
  return {
    send: (message, transfer = []) => worker.postMessage(message, transfer),
    listen,
    end: () => worker.terminate(),
  };
}

function startNodeThread(module: URL, listener: ThreadListener): Thread | null {
  const threads = nodeThreads();
  if (threads === undefined) return null;
  const worker = new threads.Worker(module);
  let hears = listener;
  worker.on("message", (data) => hears.onMessage(data));
  worker.on("error", (error) => hears.onFailure((error as Error).message));
  return {
    send: (message, transfer) => worker.postMessage(message, transfer),
    listen: (listener) => {
      hears = listener;
    },
    end: () => void worker.terminate(),
  };
}
