/**
 * The number of threads that may be used.
 *
 * @module
 */
import { mayStartThread } from "../../base/platform/thread.ts";

/**
 * The number of threads: `wanted`, or one per core; 1 where workers can't be started.
 */
export function threads(wanted?: number): number {
  return mayStartWorkers() ? wanted ?? navigator.hardwareConcurrency : 1;
}

/** Whether workers can be started: their program is a file that must be readable, unless it comes from a URL. */
export function mayStartWorkers(): boolean {
  return mayStartThread(new URL("../../", import.meta.url));
}
