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

  /** What differs from the drop as it is. */
  get change(): Change {
    return this.#changes[this.#at];
  }

  /** Counts every change, undo and redo. */
  get version(): number {
    return this.#version;
  }

  /** Where the list stands. */
  get state(): StudioState {
    return {
      version: this.#version,
      change: this.change,
      words: wordsOf(this.change),
      steps: [...this.#steps],
      at: this.#at,
    };
  }

  /** A further step; steps that were undone are gone. False where it changes nothing. */
  step(to: Change): boolean {
    const change = tidied(to), before = this.change;
    if (keyOf(change) === keyOf(before)) return false;
    this.#changes.length = this.#at + 1;
    this.#steps.length = this.#at;
    this.#changes.push(change);
    this.#steps.push(stepInWords(before, change));
    this.#at++;
    this.#version++;
    return true;
  }

  /** A step back (−1) or forth (1). False where there is none. */
  move(by: -1 | 1): boolean {
    const to = this.#at + by;
    if (to < 0 || to >= this.#changes.length) return false;
    this.#at = to;
    this.#version++;
    return true;
  }
}
