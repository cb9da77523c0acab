/**
 * Columns with the contract of each pair: two bytes a pair where they suffice, else four.
 *
 * @module
 */
import { sharedUint16, sharedUint32 } from "../../base/shared_array.ts";

/** Indices of contracts. All columns of one drop are of the same type, so a loop over them meets one type only. */
export type ContractIndices = Uint16Array | Uint32Array;

/** Most contracts whose indices fit two bytes. */
const MOST_SHORT = 1 << 16;

/** A zeroed column of `length` pairs for indices below `contracts`, in memory that workers see without a copy. */
export function contractIndices(contracts: number, length: number): ContractIndices {
  return contracts <= MOST_SHORT ? sharedUint16(length) : sharedUint32(length);
}

/** {@link contractIndices} at byte `at` of a buffer. */
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
