/**
 * Rounds prices that are optimal up to a small ε to prices that are exactly optimal, if all values are whole numbers.
 *
 * @module
 */

/**
 * Rounds prices to whole numbers in place, such that λ − λ' ≤ v + ε with v whole becomes λ − λ' ≤ v for every two prices (and 0).
 * That is possible if ε is less than the widest gap between the fractions of the prices, which for n prices is at least
 * 1 / (n + 1). Returns whether it is; if not, prices stay as they are.
 */
export function roundPrices(price: Float64Array, epsilon: number): boolean {
  const fraction = new Float64Array(price.length + 1);
  for (let c = 0; c < price.length; c++) fraction[c] = price[c] - Math.floor(price[c]);
  fraction.sort();
  // Fractions lie on a circle: the first gap is the one from the last fraction round to the first.
  let widest = fraction[0] + 1 - fraction[price.length], first = fraction[0];
  for (let i = 1; i < fraction.length; i++) {
    if (fraction[i] - fraction[i - 1] > widest) {
      widest = fraction[i] - fraction[i - 1];
      first = fraction[i];
    }
  }
  if (!(widest > epsilon)) return false;
  const zero = Math.floor(-first);
  for (let c = 0; c < price.length; c++) price[c] = Math.floor(price[c] - first) - zero;
  return true;
}
