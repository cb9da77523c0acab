/**
 * The part of a drop's directory, and of its pairs, that history, pins and bans are looked up in.
 *
 * @module
 */
import type { IdTable } from "../../../base/ids/id_table.ts";
import type { ContractIndices } from "../instance/contract_indices.ts";

/** The parties of a drop: its users, contracts, groups and brands, in canonical order. */
export interface Parties {
  /** Users that have a group, sorted. */
  readonly users: IdTable;
  /** Uint32Array, length users: index into `groups`. */
  readonly group: Uint32Array;
  /** Groups. */
  readonly groups: readonly string[];
  /** Every contract of the caps table. */
  readonly known: IdTable;
  /** Uint32Array, by number in `known`: index into `contracts`; if not below their number, it can't be given. */
  readonly contractIndex: Uint32Array;
  /** The contracts that can be given. */
  readonly contracts: readonly string[];
  /** Uint32Array, length contracts: index into `brands`; null without brands. */
  readonly brand: Uint32Array | null;
  /** Brands, then a "" for each contract that has none. */
  readonly brands: readonly string[];
  /** Int32Array, by number in `known`: index into `brands`; −1: none that matters; null without brands. */
  readonly knownBrand: Int32Array | null;
}

/** Pairs in CSR order by user of the directory; a user's pairs are sorted by contract. */
export interface PairsByUser {
  /** Uint32Array, length users + 1. */
  readonly start: Uint32Array;
  /** Contract of each pair; may be longer than there are pairs. */
  readonly contract: ContractIndices;
  /** Float64Array: score of each pair; may be longer than there are pairs. */
  readonly score: Float64Array;
}

/** The pair of user `u` and contract `c`, or −1. */
export function pairOf(
  { start, contract }: Pick<PairsByUser, "start" | "contract">,
  u: number,
  c: number,
): number {
  let from = start[u], to = start[u + 1];
  while (from < to) {
    const mid = (from + to) >>> 1;
    if (contract[mid] < c) from = mid + 1;
    else to = mid;
  }
  return from < start[u + 1] && contract[from] === c ? from : -1;
}

/** The index of a contract by its id; not below their number: it can't be given; −1: the caps table does not have it. */
export function contractNamed(
  { known, contractIndex }: Pick<Parties, "known" | "contractIndex">,
  id: string,
): number {
  const number = known.findString(id);
  return number < 0 ? -1 : contractIndex[number];
}

/** The brand of a contract by its id, as caps have it, else as `said` beside the offer; −1: none that a contract of the drop has. */
export function brandNamed(
  { known, knownBrand }: Pick<Parties, "known" | "knownBrand">,
  id: string,
  said: number,
): number {
  const number = known.findString(id);
  return number < 0 || knownBrand === null ? said : knownBrand[number];
}

/** The index of each brand by its id; the "" of contracts without a brand are left out. */
export function brandIndex({ brands }: Pick<Parties, "brands">): Map<string, number> {
  const index = new Map<string, number>();
  brands.forEach((id, b) => id !== "" && index.set(id, b));
  return index;
}
