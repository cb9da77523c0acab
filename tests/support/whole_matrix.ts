/**
 * Matrices that are given whole.
 *
 * @module
 */
import {
  pairsOfTriangle,
  type SymmetricMatrix,
  symmetricMatrix,
} from "../../lib/allocator/optimal/search/symmetric_matrix.ts";

/** A symmetric n × n matrix, row-major, without its zeros. */
export function withoutZeros(whole: Float64Array, n: number): SymmetricMatrix {
  const diagonal = Float64Array.from({ length: n }, (_, r) => whole[r * (n + 1)]);
  return symmetricMatrix(pairsOfTriangle(whole, n), diagonal, 1);
}
