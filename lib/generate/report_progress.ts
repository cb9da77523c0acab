/**
 * Progress of writing a synthetic drop.
 *
 * @module
 */
import type { RunControl } from "../base/progress.ts";

/**
 * Reports how much of the eligibility file is written: `done` is a share from 0 to 1.
 *
 * @throws the signal's reason on abort
 */
export function reportProgress(control: RunControl, done: number, rows: number): void {
  control.signal?.throwIfAborted();
  control.onProgress?.({ phase: "generate", done, detail: `${rows.toLocaleString("en")} pairs` });
}
