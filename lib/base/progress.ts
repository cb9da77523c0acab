/**
 * Progress as long calls report it; the command line draws it, a library user may ignore it.
 *
 * @module
 */

/** One progress report. */
export interface Progress {
  /** What is being done: `read elig.csv`, `prices`, `recovery`, … */
  phase: string;
  /** Share done, 0…1, where it is known. */
  done?: number;
  /** A short fact to show beside it: rows per second, gap, … */
  detail?: string;
}

/** Receives progress; must be quick and must not throw. */
export type OnProgress = (progress: Progress) => void;

/** How a long call is watched and stopped. */
export interface ReadControl {
  /** Called now and then with what is being done. */
  onProgress?: OnProgress;
  /** Aborting it stops the call: a solver returns its best result so far, a reader throws. */
  signal?: AbortSignal;
}

/** How a solver's run is watched, stopped and limited. */
export interface RunControl extends ReadControl {
  /** Seconds after which a solver returns what it has, `timedOut` set. @default Infinity */
  timeout?: number;
}
