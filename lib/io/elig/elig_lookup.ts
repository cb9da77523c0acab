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
  /** Uint32Array, by number in `known`: index of each contract, or `NO_CAP`. */
  readonly contractIndex: Uint32Array;
  /** The contracts that can be given; how many decides how wide their indices are. */
  readonly contracts: { readonly length: number };
}
