/**
 * Progress of a long read: the share of the bytes that is done, and rows per second.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import type { ByteReader } from "./byte_reader.ts";
import { nameOfSource, type Part } from "./source.ts";

/** Milliseconds between two reports. */
const TICK = 100;

/** What reading an input is called: its name, of an address without the password. */
export function readPhase(source: string): string {
  return `read ${nameOfSource(source)}`;
}

/** Reports how far a read is, and stops it when asked to. */
export class ReadProgress {
  readonly #phase: string;
  readonly #control: RunControl;
  /** Bytes of all parts; null where the size of one is not known. */
  readonly #total: number | null;
  readonly #started = performance.now();
  #last = -Infinity;
  #bytes = 0;
  #rowsBefore = 0;
  #rows = 0;

  /** Progress of reading `parts`; `source` is what the phase calls them. */
  constructor(source: string, parts: readonly Part[], control: RunControl) {
    this.#phase = readPhase(source);
    this.#control = control;
    this.#total = parts.some((part) => part.size === null)
      ? null
      : parts.reduce((sum, part) => sum + part.size!, 0);
  }

  /** A reader that counts the bytes read from the one given. */
  watch(reader: ByteReader): ByteReader {
    return {
      read: async (into) => {
        const length = await reader.read(into);
        this.#bytes += length;
        return length;
      },
      close: () => reader.close(),
    };
  }

  /** Counts bytes that were read elsewhere. */
  addBytes(bytes: number): void {
    this.#bytes += bytes;
  }

  /**
   * Reports how many rows of this part have been read.
   *
   * @throws the signal's reason when the call is to stop
   */
  rows(rows: number): void {
    this.#control.signal?.throwIfAborted();
    this.#rows = rows;
    const now = performance.now();
    if (this.#control.onProgress === undefined || now - this.#last < TICK) return;
    this.#last = now;
    const seconds = (now - this.#started) / 1000;
    const perSecond = Math.round((this.#rowsBefore + rows) / Math.max(seconds, 1e-3));
    this.#control.onProgress({
      phase: this.#phase,
      done: this.#total ? Math.min(1, this.#bytes / this.#total) : undefined,
      detail: `${perSecond.toLocaleString("en")} rows/s`,
    });
  }

  /** Adds the rows of a part that has been read to those of the parts before. */
  finishPart(): void {
    this.#rowsBefore += this.#rows;
    this.#rows = 0;
  }
}
