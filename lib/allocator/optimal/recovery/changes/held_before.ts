/**
 * What users held before they changed.
 *
 * @module
 */
import type { Holdings } from "../holdings.ts";

/** A user, and the pairs that it held. */
export interface Held {
  readonly u: number;
  /** Int32Array: the pairs, the sponsored ones first. */
  readonly bundle: Int32Array;
}

/** What users held before each of their changes, so that these can be undone. */
export class HeldBefore {
  readonly #holdings: Holdings;
  readonly #changes: Held[] = [];

  /** No changes of the holdings yet. */
  constructor(holdings: Holdings) {
    this.#holdings = holdings;
  }

  /** Notes a change of user `u`, who held `bundle` before it. */
  note(u: number, bundle: Int32Array): void {
    this.#changes.push({ u, bundle });
  }

  /** The changes, the first one first. */
  [Symbol.iterator](): Iterator<Held> {
    return this.#changes.values();
  }

  /** Forgets the changes: they stay. */
  forget(): void {
    this.#changes.length = 0;
  }

  /** Undoes the changes, the last one first. `undone` is called after each. */
  undo(undone?: (u: number) => void): void {
    for (const { u, bundle } of this.#changes.reverse()) {
      this.#holdings.setBundle(u, bundle, bundle.length);
      undone?.(u);
    }
    this.forget();
  }
}
