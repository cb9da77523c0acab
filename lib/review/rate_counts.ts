/**
 * What rates are estimated from: offers and hits by contract and group.
 *
 * @module
 */

/** Offers and hits of cells, a cell being a contract in a group. Arrays of cells are as long as each other. */
export interface RateCounts {
  /** Number of contracts; cells and brands are about 0 … contracts − 1. */
  readonly contracts: number;
  /** Number of brands. */
  readonly brands: number;
  /** Uint32Array, length contracts: brand of each. A contract without a brand is a brand by itself. */
  readonly brandOf: Uint32Array;
  /** Uint32Array, length cells: contract of each; ascending. */
  readonly contract: Uint32Array;
  /** Uint32Array, length cells: group of each. */
  readonly group: Uint32Array;
  /** Float64Array, length cells: offers. */
  readonly offers: Float64Array;
  /** Float64Array, length cells: hits among them, 0…offers. */
  readonly hits: Float64Array;
}

/** Where the cells of each contract begin: length contracts + 1. */
export function cellStarts({ contracts, contract }: RateCounts): Uint32Array {
  const start = new Uint32Array(contracts + 1);
  for (const c of contract) start[c + 1]++;
  for (let c = 0; c < contracts; c++) start[c + 1] += start[c];
  return start;
}
