/**
 * Workers of the price solver that wait for work: starting one takes as long as a pass over a million pairs.
 *
 * @module
 */

/** Most workers that wait. */
const MOST = 256;

const waiting: Worker[] = [];
let keepers = 0;

/**
 * From now on workers that have done their work wait for the next, until the function returned is called. A worker that waits keeps the
 * program from ending.
 */
export function keepWorkers(): () => void {
  keepers++;
  let isKeeping = true;
  return () => {
    if (!isKeeping) return;
    isKeeping = false;
    keepers--;
    endUnkept();
  };
}

/**
 * Starts workers before they are needed until `count` wait, where the platform can. Unless workers are kept, they do one work, and the
 * function returned ends those that are not taken.
 */
export function startWorkers(count: number): () => void {
  try {
    while (waiting.length < count) waiting.push(newWorker());
  } catch {
    // Whoever takes a worker later meets the same failure, and handles it.
  }
  return endUnkept;
}

function endUnkept(): void {
  if (keepers === 0) waiting.splice(0).forEach((worker) => worker.terminate());
}

/** Whether at least `count` workers wait. */
export function areWaiting(count: number): boolean {
  return waiting.length >= count;
}

/** A worker that waits for its engagement. */
export function takeWorker(): Worker {
  return waiting.pop() ?? newWorker();
}

/** Takes a worker back that has nothing to do and waits for its next engagement. */
export function giveBack(worker: Worker): void {
  worker.onmessage = null;
  if (keepers > 0 && waiting.length < MOST) waiting.push(worker);
  else worker.terminate();
}

function newWorker(): Worker {
  const worker = new Worker(new URL("./pass_worker.ts", import.meta.url), { type: "module" });
  // A worker that can't start never answers, which is how the one who waits for it knows.
  worker.onerror = (event) => {
    event.preventDefault();
    const at = waiting.indexOf(worker);
    if (at >= 0) waiting.splice(at, 1);
    worker.terminate();
  };
  return worker;
}
