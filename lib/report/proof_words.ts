/**
 * What is proven about an objective, in words and as a percentage.
 *
 * @module
 */
import { isBelow } from "../base/numbers/is_below.ts";
import { twoDigitsUp } from "../base/numbers/two_digits.ts";
import { figureUp } from "./words.ts";

/**
 * What bound and objective prove, in words. The percentage is relative to the objective and rounded up, so the
 * sentence is true as it stands.
 *
 * @param gap (bound − objective) / |bound| by exact figures, which count where doubles can't tell the two apart
 *
 * @example
 * ```ts
 * import { gapInWords } from "./proof_words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(gapInWords(1000, 1000.003), "no allocation can be more than 0.0003 % better");
 * assertEquals(gapInWords(1000, 1000), "no allocation can be better");
 * assertEquals(gapInWords(1000, 1000, 1e-16), "no allocation can be better by more than 1e-13");
 * ```
 */
export function gapInWords(objective: number, bound: number | null, gap = 0): string {
  if (bound === null) return "no bound was proven, so a better allocation may exist";
  const room = bound - objective, isApart = isBelow(objective, bound);
  if (!isApart) {
    const better = "no allocation can be better";
    return gap === 0 ? better : `${better} by more than ${twoDigitsUp(gap * Math.abs(bound))}`;
  }
  if (objective <= 0) {
    return `no allocation's objective can be more than ${figureUp(room, 2)} higher`;
  }
  return `no allocation can be more than ${roundedUp(100 * room / objective)} % better`;
}

/**
 * What is proven about an objective, in words: by the solver's search, and by the certificate alone where it proves less.
 *
 * @param pricesBound the bound that the certificate proves, which anyone can recompute; null: there are none
 * @param gap the gap to `bound`, exact where there are prices
 */
export function proofInWords(
  objective: number,
  bound: number | null,
  pricesBound: number | null,
  gap: number | null,
): string {
  if (bound === null) return gapInWords(objective, bound);
  if (pricesBound === null) return `${gapInWords(objective, bound)}, by the solver's search`;
  const proof = gapInWords(objective, bound, gap ?? 0);
  const byPrices = gapInWords(objective, pricesBound, gap ?? 0);
  return byPrices === proof
    ? proof
    : `${proof}, by the solver's search; by the certificate alone ${byPrices}`;
}

/** A gap as a percentage of two digits, rounded up; what doubles can't tell from 0 is 0, null is "–". */
export function gapInPercent(gap: number | null): string {
  if (gap === null) return "–";
  const size = 100 * gap;
  return size < 1e-10 ? "0 %" : size < 1e-6 ? "<0.000001 %" : `${figureUp(size, 2)} %`;
}

/** {@link gapInPercent} in few characters, for tables: four decimals at most. */
export function gapInShort(gap: number | null): string {
  return gap !== null && gap >= 1e-12 && gap < 1e-6 ? "<0.0001 %" : gapInPercent(gap);
}

/** A positive number rounded up to one significant digit below 1, to two from there on, without an exponent. */
function roundedUp(value: number): string {
  const digits = value < 1 ? 0 : 1;
  const decimals = Math.max(0, digits - Math.floor(Math.log10(value)));
  const scale = 10 ** decimals;
  // Slightly reduced before rounding up: 0.0003 × 10000 may be 3.0000000000000004.
  return (Math.ceil(value * scale * (1 - 1e-9)) / scale).toFixed(decimals);
}
