/**
 * What the ids of the eligibility table are looked up in.
 *
 * @module
 */
import type { IdTable } from "../../base/id_table.ts";

/** The part of a Directory that pairs are looked up in. */
export interface EligLookup {
  /** Users that have a group; null where they are not known yet, see `UnresolvedUsers`. */
  readonly users: IdTable | null;
  /** Contracts of the caps table. */
  readonly known: IdTable;
  /** Index of each known contract. */
  readonly contractIndex: Uint16Array;
}
