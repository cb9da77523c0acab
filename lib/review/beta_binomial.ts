/**
 * The beta-binomial distribution: counts out of n whose own rate varies around a mean.
 *
 * @module
 */

/** Below this, products are summed one by one; above, Stirling's series is exact to the last digits. */
const SHIFT = 16;

/**
 * ln of the rising factorial x(x+1)…(x+n−1) = Γ(x+n)/Γ(x), to about 1e-12 of itself however large n is: differences of
 * two logarithms of Γ would lose the digits that the likelihood is about.
 *
 * @param x above 0
 * @param n a whole number ≥ 0
 */
export function logRising(x: number, n: number): number {
  if (n <= SHIFT) {
    let product = 1, sum = 0;
    for (let i = 0; i < n; i++) {
      product *= x + i;
      // Numbers are multiplied until the product nears the limits of doubles; then its logarithm is taken.
      if (product > 1e200 || product < 1e-200) {
        sum += Math.log(product);
        product = 1;
      }
    }
    return sum + Math.log(product);
  }
  if (x < SHIFT) return logRising(x, SHIFT) + logRising(x + SHIFT, n - SHIFT);
  const y = x + n;
  // ln Γ(y) − ln Γ(x) by Stirling: (y − ½) ln y − y − …, rearranged so that large parts cancel before they are rounded.
  return (x - 0.5) * Math.log1p(n / x) + n * (Math.log(y) - 1) + stirling(y) - stirling(x);
}

/** The terms of Stirling's series after (x − ½) ln x − x + ½ ln 2π; x ≥ 16. */
function stirling(x: number): number {
  const square = 1 / (x * x);
  return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / x;
}

/**
 * ln of the probability of r hits in one order, out of n whose rate is Beta(mean·strength, (1 − mean)·strength): the
 * beta-binomial probability without its binomial coefficient, which no parameter is in.
 *
 * @param mean in (0, 1)
 * @param strength how many cases the mean is worth, above 0: the larger, the less rates vary
 *
 * @example
 * ```ts
 * import { logBetaBinomial } from "./beta_binomial.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * // Uniform rates: 1 of 2 in one order is ∫ p(1 − p) dp = 1/6.
 * assertEquals(Math.exp(logBetaBinomial(1, 2, 0.5, 2)).toFixed(12), (1 / 6).toFixed(12));
 * ```
 */
export function logBetaBinomial(r: number, n: number, mean: number, strength: number): number {
  return logRising(strength * mean, r) + logRising(strength * (1 - mean), n - r) -
    logRising(strength, n);
}

/**
 * ln of the probability of r hits out of n: {@link logBetaBinomial} with its binomial coefficient.
 */
export function logBetaBinomialMass(
  r: number,
  n: number,
  mean: number,
  strength: number,
): number {
  return logBetaBinomial(r, n, mean, strength) + logRising(n - r + 1, r) - logRising(1, r);
}
