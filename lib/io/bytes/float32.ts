/**
 * Numbers of single precision as the decimals that they were written for.
 *
 * @module
 */

/** 10^0 … 10^22, exact. */
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/**
 * The double nearest to the shortest decimal that reads back to `value`, a number of single precision: 0.07 where that was
 * written, not 0.07000000029802322, which is what its bits are worth. So a file says the same in either precision.
 *
 * Six digits always survive single precision and nine always tell its numbers apart, so at most four decimals are tried.
 * Products are exact: 24 bits times a power of five of at most 28.
 */
export function shortestFloat32(value: number): number {
  const size = Math.abs(value);
  if (!(size >= 1e-3 && size < 1e6)) return shortestByText(value);
  // Digits after the point where there are six in all.
  let places = 5;
  for (let bound = 10; size >= bound; bound *= 10) places--;
  for (let bound = 1; size < bound; bound /= 10) places++;
  for (let tries = 0; tries < 4; tries++, places++) {
    const near = Math.round(size * POWERS[places]) / POWERS[places];
    if (Math.fround(near) === size) return value < 0 ? -near : near;
  }
  return shortestByText(value);
}

/** The same for any number, by way of text. */
function shortestByText(value: number): number {
  // NaN and the infinities are the numbers that differ from themselves when subtracted.
  if (value === 0 || value - value !== 0) return value;
  // The smallest ones have fewer bits.
  for (let digits = Math.abs(value) < 2 ** -126 ? 1 : 6; digits < 9; digits++) {
    const near = Number(value.toPrecision(digits));
    if (Math.fround(near) === value) return near;
  }
  return Number(value.toPrecision(9));
}
