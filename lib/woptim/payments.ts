/**
 * Sharing out the price in whole coins.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import { decimalOf, scaledTo } from "./decimal.ts";

/** Who pays what. */
export interface Payments {
  /** price · units / total, before rounding to coins; length people, in units of the currency. */
  share: Float64Array;
  /** What each person pays; length people, in units of the currency; in whole coins they add up to the price. */
  payment: Float64Array;
}

/** Shares closer than this to each other, or to a whole coin, in coins, differ by rounding only. */
const TIE = 1e-9;

/**
 * Divides `price` in proportion to `units` (length people, which add up to `total`) into whole coins of
 * 10^−currencyDigits.
 *
 * Everybody pays the whole coins of the exact share; the coins left over go one each to the largest fractions
 * cut off, the first in order among equals (the method of the largest remainder, or Hamilton's). Nobody
 * pays a coin more or less than the share rounded up or down. Somebody with no units pays nothing, and
 * somebody with negative units is paid.
 *
 * Throws {@link InputError} if the price is not a whole number of coins, is above 2^53 coins, or is to be paid
 * for a total of 0.
 */
export function sharePrice(
  price: number,
  total: number,
  units: Float64Array,
  currencyDigits: number,
): Payments {
  const perUnit = 10 ** currencyDigits;
  const coins = coinsOf(price, currencyDigits);
  const share = new Float64Array(units.length);
  const payment = new Float64Array(units.length);
  if (coins === 0) return { share, payment };
  if (total === 0) {
    throw InputError.at({
      column: "price",
      value: String(price),
      expected: "0, as the total is 0",
    });
  }

  const tie = Math.max(TIE, coins * 4 * Number.EPSILON);
  const fraction = new Float64Array(units.length);
  let left = coins;
  for (let i = 0; i < units.length; i++) {
    const exact = coins * units[i] / total;
    const whole = Math.floor(exact + tie);
    share[i] = price * units[i] / total;
    payment[i] = whole;
    fraction[i] = Math.max(0, Math.round((exact - whole) / tie) * tie);
    left -= whole;
  }
  handOut(left, fraction, payment);
  for (let i = 0; i < units.length; i++) payment[i] /= perUnit;
  return { share, payment };
}

/** The price in coins. */
function coinsOf(price: number, currencyDigits: number): number {
  const decimal = decimalOf(price);
  const finest = Math.min(decimal.exponent, -currencyDigits);
  const coin = 10n ** BigInt(-currencyDigits - finest);
  const amount = scaledTo(finest, decimal);
  if (amount % coin !== 0n) {
    throw InputError.at({
      column: "price",
      value: String(price),
      expected: `at most ${currencyDigits} decimal places (see currency digits)`,
    });
  }
  const coins = Number(amount / coin);
  if (coins > Number.MAX_SAFE_INTEGER) {
    throw InputError.at({
      column: "price",
      value: String(price),
      expected: `at most ${Number.MAX_SAFE_INTEGER} coins of 1e-${currencyDigits}`,
    });
  }
  return coins;
}

/** Gives `left` coins one each to the largest fractions, the first in order among equals. */
function handOut(left: number, fraction: Float64Array, payment: Float64Array): void {
  if (left <= 0) return;
  const cut = fraction.slice().sort()[fraction.length - left];
  let equals = left;
  for (let i = 0; i < fraction.length; i++) if (fraction[i] > cut) equals--;
  for (let i = 0; i < fraction.length; i++) {
    if (fraction[i] > cut) payment[i]++;
    else if (fraction[i] === cut && equals-- > 0) payment[i]++;
  }
}
