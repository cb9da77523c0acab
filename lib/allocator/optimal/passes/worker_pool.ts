/**
 * Workers of the price solver that wait for work: starting one takes as long as a pass over a million pairs.
 *
 * @module
 */
import { IGNORING, startThread, type Thread } from "../../../base/platform/thread.ts";

/** Most workers that wait. */
const MOST = 256;

const waiting: Thread[] = [];
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
  while (waiting.length < count) {
    const worker = startWorker();
    if (worker === null) break;
    letWait(worker);
  }
  return endUnkept;
}

function endUnkept(): void {
  if (keepers === 0) waiting.splice(0).forEach((worker) => worker.end());
}

/** Whether at least `count` workers wait. */
export function areWaiting(count: number): boolean {
  return waiting.length >= count;
}

/** A worker that waits for its engagement, and will have a listener; null where there can be none. */
export function takeWorker(): Thread | null {
  return waiting.pop() ?? startWorker();
}

/** Takes a worker back that has nothing to do and waits for its next engagement. */
export function giveBack(worker: Thread): void {
  if (keepers > 0 && waiting.length < MOST) letWait(worker);
  else worker.end();
}

function startWorker(): Thread | null {
  return startThread(new URL("./pass_worker.ts", import.meta.url), IGNORING);
}

/** Lets a worker wait. One that turns out to have failed waits no longer. */
function letWait(worker: Thread): void {
  waiting.push(worker);
  const onFailure = () => {
    waiting.splice(waiting.indexOf(worker), 1);
    worker.end();
  };
  worker.listen({ ...IGNORING, onFailure });
}
