/**
 * The tables in which ids of the eligibility file are looked up.
 *
 * @module
 */
import type { IdTable } from "../../base/ids/id_table.ts";

/** The part of a Directory by which pairs are looked up. */
export interface EligLookup {
  /** Users that have a group; null while their table is not read yet, see `UnresolvedUsers`. */
  readonly users: IdTable | null;
  /** Contracts of the caps table. */
  readonly known: IdTable;
  /** Uint32Array, by number in `known`: index of each contract, or `NO_CAP`. */
  readonly contractIndex: Uint32Array;
  /** The contracts that have capacity; their number decides how wide the indices are. */
  readonly contracts: { readonly length: number };
}
