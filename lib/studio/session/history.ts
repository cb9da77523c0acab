/**
 * The list of changes, with undo and redo.
 *
 * @module
 */
import { keyOf, stepInWords, tidied, wordsOf } from "./change_words.ts";
import type { Change, StudioState } from "./messages.ts";

/** States one after the other; the first is the drop as it is. */
export class History {
  readonly #changes: Change[] = [{}];
  readonly #steps: string[] = [];
  #at = 0;
  #version = 0;
  /** The drag that made the last step; null: none, or the drag has ended. */
  #drag: string | null = null;

  /** The current change of the drop. */
  get change(): Change {
    return this.#changes[this.#at];
  }

  /** Counts every change, undo and redo. */
  get version(): number {
    return this.#version;
  }

  /** The list and the current place in it. */
  get state(): StudioState {
    return {
      version: this.#version,
      change: this.change,
      words: wordsOf(this.change),
      steps: [...this.#steps],
      at: this.#at,
    };
  }

  /**
   * A further step; steps that were undone are gone. False where it changes nothing.
   *
   * @param drag name of the drag that it is part of: all of a drag's changes are one step
   */
  step(to: Change, drag: string | null = null): boolean {
    const change = tidied(to);
    if (keyOf(change) === keyOf(this.change)) return false;
    const goesOn = drag !== null && drag === this.#drag;
    const from = goesOn ? this.#at - 1 : this.#at;
    if (goesOn && keyOf(change) === keyOf(this.#changes[from])) return this.#takeBack();
    this.#changes.splice(from + 1, Infinity, change);
    this.#steps.splice(from, Infinity, stepInWords(this.#changes[from], change));
    this.#at = from + 1;
    this.#drag = drag;
    this.#version++;
    return true;
  }

  /** A drag that went back to where it began is no step. */
  #takeBack(): boolean {
    this.#changes.length = this.#at;
    this.#at--;
    this.#steps.length = this.#at;
    this.#drag = null;
    this.#version++;
    return true;
  }

  /** A step back (−1) or forth (1). False where there is none. */
  move(by: -1 | 1): boolean {
    const to = this.#at + by;
    if (to < 0 || to >= this.#changes.length) return false;
    this.#at = to;
    this.#drag = null;
    this.#version++;
    return true;
  }
}
