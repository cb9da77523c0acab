/**
 * Progress of writing a synthetic drop.
 *
 * @module
 */
import type { RunControl } from "../base/progress.ts";

/**
 * Reports how far the eligibility file is.
 *
 * @throws the signal's reason when the call is to stop
 */
export function reportProgress(control: RunControl, done: number, rows: number): void {
  control.signal?.throwIfAborted();
  control.onProgress?.({ phase: "generate", done, detail: `${rows.toLocaleString("en")} pairs` });
}
