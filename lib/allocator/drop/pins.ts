/**
 * Pins of a drop as solvers, check and explain see them.
 *
 * @module
 */
import type { RowPlaces } from "./before/given_rows.ts";

/** Pins of a drop: pairs that every allocation must hold. */
export interface Pins {
  /** Uint32Array: the pinned pairs, ascending. */
  readonly pair: Uint32Array;
  /** Uint8Array: 1 for a pin that made its pair. */
  readonly created: Uint8Array;
  /** Uint32Array: the row that each comes from. */
  readonly row: Uint32Array;
  /** The rows. */
  readonly rows: RowPlaces;
}

/**
 * Pins with more behind them: the rows of those that there are stay as they were, and each of the others has a row of its own.
 *
 * @param pair Uint32Array: the pairs of all, ascending
 * @param placeOfPair where the pin of a pair that had none stands: its file, and the place as messages name it
 */
export function withMorePins(
  own: Pins | undefined,
  pair: Uint32Array,
  placeOfPair: (pair: number) => { file: string; text: string },
): Pins {
  const row = new Uint32Array(pair.length), created = new Uint8Array(pair.length);
  const ownAt = new Map<number, number>();
  own?.pair.forEach((p, i) => ownAt.set(p, i));
  const first = own === undefined ? 0 : own.row.reduce((most, r) => Math.max(most, r + 1), 0);
  pair.forEach((p, i) => {
    const at = ownAt.get(p);
    row[i] = at === undefined ? first + p : own!.row[at];
    created[i] = at === undefined ? 0 : own!.created[at];
  });
  const rows: RowPlaces = {
    placeOf: (r) =>
      r < first ? own!.rows.placeOf(r) : { file: placeOfPair(r - first).file, line: 0 },
    placeText: (r) => r < first ? own!.rows.placeText(r) : placeOfPair(r - first).text,
  };
  return { pair, created, row, rows };
}
