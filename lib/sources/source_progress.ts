/**
 * Progress of reading a database.
 *
 * @module
 */
import type { OnProgress } from "../base/progress.ts";

/** Milliseconds between two reports. */
const INTERVAL = 200;

/** Reports rows and rows per second, a few times a second. */
export class RowMeter {
  /** Rows so far. */
  #rows = 0;
  readonly #phase: string;
  readonly #report: OnProgress | undefined;
  readonly #started = performance.now();
  #reported = this.#started;

  /** A meter at zero. */
  constructor(phase: string, report: OnProgress | undefined) {
    this.#phase = phase;
    this.#report = report;
  }

  /** Sets the number of rows. */
  at(rows: number): void {
    this.#rows = rows;
    if (performance.now() - this.#reported >= INTERVAL) this.#send(rows);
  }

  /** Reports the final number, however short a time after the last report. */
  end(): void {
    this.#send(this.#rows);
  }

  #send(rows: number): void {
    const now = performance.now();
    this.#reported = now;
    if (this.#report === undefined) return;
    const speed = rows / (Math.max(now - this.#started, 1) / 1000);
    const detail = `${rows.toLocaleString("en")} row${rows === 1 ? "" : "s"}, ${
      Math.round(speed).toLocaleString("en")
    } rows/s`;
    this.#report({ phase: this.#phase, detail });
  }
}
