/**
 * The pins of a drop, as solvers, check and explain use them.
 *
 * @module
 */
import type { RowPlaces } from "../before/given_rows.ts";

/** Pins of a drop: pairs that every allocation must hold. */
export interface Pins {
  /** Uint32Array: the pinned pairs, ascending. */
  readonly pair: Uint32Array;
  /** Uint8Array, by pin: 1 where the pair was not eligible and the pin made it so. */
  readonly created: Uint8Array;
  /** Uint32Array, by pin: the row of the input that it comes from. */
  readonly row: Uint32Array;
  /** Where those rows stand, for messages. */
  readonly rows: RowPlaces;
}
