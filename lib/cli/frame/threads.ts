/**
 * How many threads may be used.
 *
 * @module
 */

/**
 * The number of threads: `wanted`, or one per core. Only this one where workers can't be started: a worker's source
 * is read by Deno itself from a URL, but as a file only with permission to read it.
 */
export function threads(wanted?: number): number {
  return mayStartWorkers() ? wanted ?? navigator.hardwareConcurrency : 1;
}

/** Whether this program may read its own files, or needs not to. */
export function mayStartWorkers(): boolean {
  const library = new URL("../../", import.meta.url);
  if (library.protocol !== "file:") return true;
  return Deno.permissions.querySync({ name: "read", path: library }).state === "granted";
}
