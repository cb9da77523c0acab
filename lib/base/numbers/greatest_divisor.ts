/**
 * The greatest common divisor.
 *
 * @module
 */

/** The greatest number that divides both of two whole numbers ≥ 0 (Euclid). */
export function greatestDivisor(a: number, b: number): number {
  while (b > 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
