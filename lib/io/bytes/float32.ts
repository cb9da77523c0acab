/**
 * Numbers of single precision as the shortest decimals that give them.
 *
 * @module
 */

/** 10^0 … 10^22, exact. */
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/**
 * The double nearest to the shortest decimal that rounds to `value`, a number of single precision: 0.07 for the 0.07 of a
 * FLOAT column, whose bits are worth 0.07000000029802322. So a column means the same in either precision.
 *
 * A decimal of six digits always survives single precision, and nine digits tell all its numbers apart, so at most four
 * lengths are tried. Products are exact: the number has 24 bits, the power of five at most 28.
 */
export function shortestFloat32(value: number): number {
  const size = Math.abs(value);
  if (!(size >= 1e-3 && size < 1e6)) return shortestByText(value);
  // Digits after the point that make six in all.
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
  // value - value is 0 for finite numbers and NaN for NaN and the infinities.
  if (value === 0 || value - value !== 0) return value;
  // Subnormal numbers have fewer bits, so fewer digits may do.
  for (let digits = Math.abs(value) < 2 ** -126 ? 1 : 6; digits < 9; digits++) {
    const near = Number(value.toPrecision(digits));
    if (Math.fround(near) === value) return near;
  }
  return Number(value.toPrecision(9));
}
