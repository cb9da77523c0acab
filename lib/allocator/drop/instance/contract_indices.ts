/**
 * Columns with the contract of each pair, two bytes per pair if that suffices, else four.
 *
 * @module
 */
import { sharedUint16, sharedUint32 } from "../../../base/arrays/shared_array.ts";

/** Indices of contracts. All columns of a drop have the same type, so that its loops are compiled for one type. */
export type ContractIndices = Uint16Array | Uint32Array;

/** Most contracts whose indices fit into two bytes. */
const MOST_SHORT = 1 << 16;

/** A column of `length` zeros for indices below `contracts`, in memory that workers share. */
export function contractIndices(contracts: number, length: number): ContractIndices {
  return contracts <= MOST_SHORT ? sharedUint16(length) : sharedUint32(length);
}

/** A column of `length` indices below `contracts` that begins at byte `at` of a buffer. */
export function contractIndicesIn(
  buffer: ArrayBuffer,
  at: number,
  contracts: number,
  length: number,
): ContractIndices {
  return contracts <= MOST_SHORT
    ? new Uint16Array(buffer, at, length)
    : new Uint32Array(buffer, at, length);
}

/** The whole buffer that a column is a view of, as a column. */
export function wholeColumn(column: ContractIndices): ContractIndices {
  return column instanceof Uint16Array
    ? new Uint16Array(column.buffer)
    : new Uint32Array(column.buffer);
}
