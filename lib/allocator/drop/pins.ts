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
