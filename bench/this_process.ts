/**
 * What this process has taken so far. Linux only, as it reads /proc.
 *
 * @module
 */

/** Seconds that all threads have run. */
export async function cpuSeconds(): Promise<number> {
  const fields = (await Deno.readTextFile("/proc/self/stat")).replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The most memory that was ever resident, in bytes, as the kernel counts it. */
export async function peakBytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status");
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)![1]);
}
