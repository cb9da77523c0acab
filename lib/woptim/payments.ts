/**
 * Sharing out the price in whole coins.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import { binaryOf, type Decimal, decimalOf, scaledTo } from "./exact/decimal.ts";
import { Steps } from "./steps/steps.ts";

/** Who pays what. */
export interface Payments {
  /** price · units / total, before rounding to coins; length people, in units of the currency. */
  share: Float64Array;
  /** What each person pays; length people, in units of the currency; in whole coins they add up to the price. */
  payment: Float64Array;
}

/** Fractions of a coin that differ by less than this are compared as exact fractions. */
const NEAR = 2 ** -27;
/** Parts of so many coins are known to 2^-29 coins in doubles, all roundings taken together. */
const PLAIN = 2 ** 20;

/**
 * Divides `price` in proportion to `units` (length people) into whole coins of `coin` units of the currency.
 *
 * Everybody pays the whole coins of the exact share; the coins left over go one each to the largest fractions
 * cut off, the first in order among equals (the method of the largest remainder, or Hamilton's). Nobody
 * pays a coin more or less than the share rounded up or down. Somebody with no units pays nothing, and
 * somebody with negative units is paid. A price below zero is a refund, divided as the price of that size is.
 *
 * Shares and fractions are those of integers: units are read as the decimals they print as, and coins counted, so the
 * payments add up to the price whatever their number and size. Units that do not end within 15 digits
 * are the rounded answer of a division; they are read to 15, so that equal people have equal fractions. Where units below 0
 * take nearly everything from those above, what 15 digits leave out is no longer small beside the total: there units are the
 * doubles that they are, which add up to it.
 *
 * `exactly` is what the units are in proportion to, where that is known: whole steps of a third.
 *
 * Throws {@link InputError} if the price is not a whole number of coins, it or the payments together are above 2^53 coins, it or a
 * payment is so large that doubles don't tell its coins apart, or it is to be paid for nothing.
 */
export function sharePrice(
  price: number,
  total: number,
  units: Float64Array,
  coin: number,
  exactly: Float64Array = units,
): Payments {
  const steps = new Steps(coin);
  const coins = coinsOf(Math.abs(price), price, coin);
  const share = new Float64Array(units.length);
  const payment = new Float64Array(units.length);
  if (coins === 0) return { share, payment };
  const parts = new ExactParts(exactly, BigInt(coins));
  if (total === 0 || parts.isNothing) {
    throw InputError.at({
      column: "price",
      value: String(price),
      expected: "0, as nothing is handed out",
    });
  }
  const fraction = new Float64Array(units.length);
  let left = coins, moved = 0;
  for (let i = 0; i < units.length; i++) {
    // A product with units of hardly any digits would have no more.
    share[i] = total < NORMAL ? price * (units[i] / total) : price * units[i] / total;
    if (i === 0 || exactly[i] !== exactly[i - 1]) parts.lookNear(exactly[i]);
    payment[i] = parts.whole;
    fraction[i] = parts.fraction;
    left -= parts.whole;
    moved += Math.abs(parts.whole);
  }
  // Where somebody is paid for units below 0, others pay more than the price.
  checkCoins(moved, price, coin, "payments of ");
  handOut(left, fraction, payment, (i) => parts.lookAt(exactly[i]).rest);
  for (let i = 0; i < units.length; i++) {
    const whole = price < 0 ? -payment[i] : payment[i];
    if (whole !== 0) payment[i] = steps.units(whole);
    checkPrecision(payment[i], price, coin, "payments");
    checkDigits(payment[i], whole, price, coin);
  }
  return { share, payment };
}

/** Everybody's part of a number of coins, in integers. */
class ExactParts {
  readonly #coins: bigint;
  readonly #read: (units: number) => Decimal;
  readonly #finest: number;
  // Σ units, in 10^finest.
  readonly #sum: bigint = 0n;
  readonly #sumAsDouble: number;
  readonly #coinsAsDouble: number;
  // Units that `whole`, `fraction` and `rest` are of, if exactly.
  #last = NaN;
  // Bits that are too many for a double.
  readonly #shift: bigint;
  /** Whole coins of the part looked at. */
  whole = 0;
  /** What is left of it beside whole coins, in coins; about. */
  fraction = 0;
  /** The same, exactly, in a unit that all parts have. */
  rest = 0n;

  constructor(units: Float64Array, coins: bigint) {
    this.#coins = coins;
    let size = 0, sum = 0;
    for (const value of units) {
      size += Math.abs(value);
      sum += value;
    }
    const isBinary = size > CANCELLED * Math.abs(sum);
    this.#read = isBinary ? binaryOf : readUnits;
    const sums = isBinary ? sumsOfBinary(units) : sumsByExponent(units);
    this.#finest = Math.min(...sums.keys());
    for (const [exponent, digits] of sums) {
      this.#sum += scaledTo(this.#finest, { digits, exponent });
    }
    this.#sumAsDouble = Number(`${this.#sum}e${this.#finest}`);
    this.#coinsAsDouble = Number(coins);
    this.#shift = BigInt(Math.max(0, this.#sum.toString(2).length - 64));
  }

  /** Whether there are no units in all. */
  get isNothing(): boolean {
    return this.#sum <= 0n;
  }

  /** {@link lookAt}, in doubles where these tell the whole coins for sure; then `rest` is not worked out. */
  lookNear(units: number): void {
    const part = this.#coinsAsDouble * units / this.#sumAsDouble;
    const whole = Math.floor(part), fraction = part - whole;
    if (part >= 0 && part < PLAIN && fraction > NEAR && fraction < 1 - NEAR) {
      this.#last = NaN;
      this.whole = whole;
      this.fraction = fraction;
    } else this.lookAt(units);
  }

  /** Works out the part of somebody with so many units. */
  lookAt(units: number): this {
    if (units === this.#last) return this;
    this.#last = units;
    const product = this.#coins * scaledTo(this.#finest, this.#read(units));
    let whole = product / this.#sum;
    let rest = product - whole * this.#sum;
    if (rest < 0n) {
      whole -= 1n;
      rest += this.#sum;
    }
    this.whole = Number(whole);
    this.rest = rest;
    this.fraction = Number(rest >> this.#shift) / Number(this.#sum >> this.#shift);
    return this;
  }
}

/** Units are read in binary where they are, without their signs, more than so many times their total. */
const CANCELLED = 1000;

/** Σ units as the doubles that they are, those of each last decimal place by themselves. */
function sumsOfBinary(units: Float64Array): Map<number, bigint> {
  const sums = new Map<number, bigint>();
  for (const value of units) {
    const { digits, exponent } = binaryOf(value);
    sums.set(exponent, (sums.get(exponent) ?? 0n) + digits);
  }
  return sums;
}

/** Below this doubles have fewer than 15 digits. */
const NORMAL = 2 ** -1022;

/** Digits of 15 are summed in halves of at most 8, which stay exact for 90 million people. */
const HALF = 1e8;

/** Σ units, those of each last decimal place by themselves. */
function sumsByExponent(units: Float64Array): Map<number, bigint> {
  const halves = new Map<number, { high: number; low: number }>();
  const sums = new Map<number, bigint>();
  for (let i = 0; i < units.length; i++) {
    const text = units[i].toExponential(14), e = text.indexOf("e");
    const isShort = units[i] !== 0 && Math.abs(units[i]) < NORMAL;
    if (isShort || (Number(text) !== units[i] && Number.isInteger(units[i]))) {
      const { digits, exponent } = readUnits(units[i]);
      sums.set(exponent, (sums.get(exponent) ?? 0n) + digits);
      continue;
    }
    // "-1.23400000000000e+5": 15 digits with the point after the first.
    const sign = units[i] < 0 ? 1 : 0;
    let whole = Number(text.slice(sign, sign + 1) + text.slice(sign + 2, e));
    let exponent = Number(text.slice(e + 1)) - 14;
    if (whole === 0) exponent = 0;
    else for (; whole % 10 === 0; exponent++) whole /= 10;
    const high = Math.floor(whole / HALF);
    let sum = halves.get(exponent);
    if (sum === undefined) halves.set(exponent, sum = { high: 0, low: 0 });
    sum.high += sign === 1 ? -high : high;
    sum.low += sign === 1 ? high * HALF - whole : whole - high * HALF;
  }
  for (const [exponent, { high, low }] of halves) {
    const digits = BigInt(high) * BigInt(HALF) + BigInt(low);
    sums.set(exponent, (sums.get(exponent) ?? 0n) + digits);
  }
  return sums;
}

/** Units as a decimal; what does not end within 15 digits is rounded to them, except whole numbers. */
function readUnits(units: number): Decimal {
  const decimal = decimalOf(units);
  const isLong = decimal.digits >= 10n ** 15n || decimal.digits <= -(10n ** 15n);
  return isLong && !Number.isInteger(units) ? decimalOf(Number(units.toPrecision(15))) : decimal;
}

/** A price (its size) in coins. */
function coinsOf(size: number, price: number, coin: number): number {
  const decimal = decimalOf(size), piece = decimalOf(coin);
  const finest = Math.min(decimal.exponent, piece.exponent);
  const one = scaledTo(finest, piece), amount = scaledTo(finest, decimal);
  if (amount % one !== 0n) {
    const expected = piece.digits === 1n && piece.exponent <= 0
      ? `at most ${-piece.exponent} decimal places (see currency digits)`
      : `a multiple of the coin ${coin}`;
    throw InputError.at({ column: "price", value: String(price), expected });
  }
  const coins = Number(amount / one);
  checkCoins(coins, price, coin);
  checkPrecision(price, price, coin, "a price");
  return coins;
}

/** Throws {@link InputError} where so many coins are beyond what doubles count exactly. */
function checkCoins(coins: number, price: number, coin: number, what = ""): void {
  if (coins <= Number.MAX_SAFE_INTEGER) return;
  throw InputError.at({
    column: "price",
    value: String(price),
    expected: `${what}at most ${Number.MAX_SAFE_INTEGER} coins of ${coinText(coin)}`,
  });
}

/**
 * Checks that an amount's coins survive as a double. Beyond 2^53 coins doubles lie further apart than coins, so most amounts
 * would print as another one; those that a double holds exactly, such as whole numbers, pass.
 *
 * @throws {InputError} that names the largest amount
 */
function checkPrecision(amount: number, price: number, coin: number, what: string): void {
  if (Math.abs(amount) <= coin * 2 ** 52) return;
  const most = 2 ** (53 + Math.floor(Math.log2(coin)));
  if (Math.abs(amount) <= most) return;
  const decimal = decimalOf(amount), exact = binaryOf(amount);
  const finest = Math.min(decimal.exponent, exact.exponent);
  if (scaledTo(finest, decimal) === scaledTo(finest, exact)) return;
  throw InputError.at({
    column: "price",
    value: String(price),
    expected: `${what} of at most ${most}: beyond it numbers don't tell coins of ${
      coinText(coin)
    } apart`,
  });
}

/**
 * Checks that an amount is printed as its coins: quarters of a quadrillion are held exactly, but printed in tenths.
 *
 * @throws {InputError} that names the largest amount that is sure to be
 */
function checkDigits(amount: number, coins: number, price: number, coin: number): void {
  const piece = decimalOf(coin), most = 10 ** piece.exponent * 2 ** 52;
  if (Math.abs(amount) <= most) return;
  const printed = decimalOf(amount), finest = Math.min(printed.exponent, piece.exponent);
  if (scaledTo(finest, printed) === BigInt(coins) * scaledTo(finest, piece)) return;
  throw InputError.at({
    column: "price",
    value: String(price),
    expected: `payments of at most ${Math.floor(most)}: beyond it numbers don't show coins of ${
      coinText(coin)
    } in full`,
  });
}

/** `1e-2` for a hundredth; other coins as they are. */
function coinText(coin: number): string {
  const { digits, exponent } = decimalOf(coin);
  return digits === 1n ? `1e${exponent}` : String(coin);
}

/** Gives `left` coins one each to the largest fractions, the first in order among equals. */
function handOut(
  left: number,
  fraction: Float64Array,
  payment: Float64Array,
  restOf: (i: number) => bigint,
): void {
  if (left <= 0) return;
  const cut = fraction.slice().sort()[fraction.length - left];
  let open = left;
  // Those whose fraction is the cut, or so near to it that only the exact one tells, by that.
  const groups = new Map<bigint, number[]>();
  for (let i = 0; i < fraction.length; i++) {
    if (fraction[i] > cut + NEAR) {
      payment[i]++;
      open--;
    } else if (fraction[i] >= cut - NEAR) {
      const rest = restOf(i), group = groups.get(rest);
      if (group === undefined) groups.set(rest, [i]);
      else group.push(i);
    }
  }
  const rests = [...groups.keys()].sort((a, b) => a < b ? 1 : a > b ? -1 : 0);
  for (const rest of rests) {
    for (const i of groups.get(rest)!) {
      if (open-- <= 0) return;
      payment[i]++;
    }
  }
}
