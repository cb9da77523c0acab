/**
 * From prices that are borne out but for a small ε to prices that are so exactly, where all values are whole.
 *
 * @module
 */

/**
 * Rounds prices of whole values to whole prices in place, so that every comparison of two of them (and of one with 0) that holds but for
 * less than the widest gap between their fractions then holds exactly: λ − λ' ≤ v + ε with v whole becomes λ − λ' ≤ v. With n prices
 * some gap is at least 1 / (n + 1) wide. Returns whether it is wider than ε; if not, prices stay as they are.
 */
export function roundPrices(price: Float64Array, epsilon: number): boolean {
  const fraction = new Float64Array(price.length + 1);
  for (let c = 0; c < price.length; c++) fraction[c] = price[c] - Math.floor(price[c]);
  fraction.sort();
  // The gap from the last fraction round to the first.
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
