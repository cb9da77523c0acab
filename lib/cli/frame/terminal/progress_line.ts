/**
 * Progress on stderr: one line per phase, redrawn in place on a terminal.
 *
 * @module
 */
import type { Progress } from "../../../base/progress.ts";
import { duration, percent } from "../../../report/words.ts";
import { beginning, inLines, visible } from "../../../report/text/terminal.ts";
import { screenOf } from "./screen.ts";
import { clearLive, drawLive, SECONDS } from "./live_line.ts";
import { write } from "./write.ts";

/** Milliseconds between two redraws. */
const REDRAW = 100;

/** Columns for the seconds that a line shows which is not drawn anew. */
const ROOM = 8;

/** Seconds after which a phase shows the time left. */
const ETA_FROM = 3;

/** Lines to be written before the first finished phase. */
let opening: string[] = [];

/** Adds a line to be written with the progress; not written where an error comes first, so that errors stay one line. */
export function noteWithProgress(line: string): void {
  opening.push(line);
}

/** A time left, rounded, as it is only an estimate. */
function inShort(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** Draws progress, and records the largest memory use seen on the way. */
export class ProgressLine {
  /** Largest resident set seen, in bytes. */
  peakRss = 0;
  readonly #quiet: boolean;
  readonly #terminal = Deno.stderr.isTerminal();
  readonly #screen = screenOf(Deno.stderr);
  #current: Progress | undefined;
  #started = 0;
  /** When the phase began, in milliseconds of `Date.now()`, which threads share. */
  #begun = 0;
  #drawn = -Infinity;

  /** With `quiet` nothing is drawn. */
  constructor({ quiet = false }: { quiet?: boolean }) {
    this.#quiet = quiet;
  }

  /** Takes a progress report. */
  readonly report = (progress: Progress): void => {
    this.#sample();
    if (progress.phase !== this.#current?.phase) {
      this.finish();
      this.#started = performance.now();
      this.#begun = Date.now();
      this.#drawn = -Infinity;
    }
    this.#current = progress;
    if (this.#quiet || !this.#terminal || performance.now() - this.#drawn < REDRAW) return;
    this.#drawn = performance.now();
    const { phase, done, detail } = progress, facts = detail === undefined ? [] : [detail];
    const { style, width } = this.#screen;
    const shown = (parts: string[], end = "") =>
      style.dim(beginning(visible(parts.join("  ")), width - 1 - ROOM) + end);
    // What is left at this moment would be wrong a second later, so the time that has passed is shown.
    const waiting = shown(
      [phase, ...(done === undefined ? [] : [percent(done, 0)]), ...facts],
      SECONDS,
    );
    drawLive(shown([phase, ...this.#pace(done), ...facts]), waiting, this.#begun);
  };

  /** How much of a phase is done and the time left; where that is unknown, how long it has taken. */
  #pace(done: number | undefined): string[] {
    const taken = (performance.now() - this.#started) / 1000;
    if (done === undefined) return taken < ETA_FROM ? [] : [duration(taken)];
    if (taken < ETA_FROM || done < 0.02 || done >= 1) return [percent(done, 0)];
    return [percent(done, 0), `about ${inShort(taken * (1 - done) / done)} left`];
  }

  /** Ends the current phase: its line stays, with the seconds that it took. */
  finish(): void {
    this.#sample();
    if (this.#current === undefined) return;
    const { phase, detail } = this.#current;
    this.#current = undefined;
    if (this.#quiet) return;
    const took = (performance.now() - this.#started) / 1000;
    const facts = [duration(took), ...(detail === undefined ? [] : [detail])];
    this.note(`${phase}  ${facts.join("  ")}`);
  }

  /** Writes a line of its own, the phase's line redrawn below it. */
  note(text: string): void {
    if (this.#quiet) return;
    clearLive();
    for (const line of opening) write(Deno.stderr, `${line}\n`);
    opening = [];
    const { style, width } = this.#screen, line = visible(text);
    // Words stay whole on a narrow terminal; a line for a file or program stays one.
    const lines = this.#terminal
      ? inLines(line, width, true).map((part) => part.trim()).filter((part) => part !== "")
      : [line];
    write(Deno.stderr, `${style.dim(lines.join("\n"))}\n`);
  }

  /** {@link note}, where there is something to note. */
  noteIf(text: string | null): void {
    if (text !== null) this.note(text);
  }

  /** Updates {@link peakRss}. */
  #sample(): void {
    this.peakRss = Math.max(this.peakRss, Deno.memoryUsage().rss);
  }
}
