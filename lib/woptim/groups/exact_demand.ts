/**
 * Demands in exact arithmetic: units by price, as straight lines between breakpoints, in integers of 2^-bits.
 *
 * @module
 */
import { toDouble } from "../exact/fraction.ts";

const double = new Float64Array(1), parts = new BigUint64Array(double.buffer);

/** Numbers as integers of 2^-bits: so fine that no rounding ever shows. */
export class FixedPoint {
  readonly #bits: bigint;
  /** 1. */
  readonly one: bigint;

  /** Numbers of so many bits below one. */
  constructor(bits: number) {
    this.#bits = BigInt(bits);
    this.one = 1n << this.#bits;
  }

  /** A double, as it is: its bits are mantissa and exponent. */
  ofNumber(value: number): bigint {
    double[0] = value;
    const exponent = (parts[0] >> 52n) & 2047n, fraction = parts[0] & 0xfffffffffffffn;
    const mantissa = exponent === 0n ? fraction : fraction | 1n << 52n;
    // The last bit of the mantissa is worth 2^(exponent − 1075).
    const shift = this.#bits + (exponent === 0n ? 1n : exponent) - 1075n;
    const size = shift >= 0n ? mantissa << shift : mantissa >> -shift;
    return value < 0 ? -size : size;
  }

  /** a · b. */
  times(a: bigint, b: bigint): bigint {
    return (a * b) >> this.#bits;
  }

  /** a / b. */
  over(a: bigint, b: bigint): bigint {
    return (a << this.#bits) / b;
  }

  /** The double nearest to it; a number within rounding of 0 is 0. */
  toNumber(value: bigint): number {
    const size = value < 0n ? -value : value;
    return size < 1n << 64n ? 0 : toDouble({ n: value, d: this.one });
  }
}

/**
 * Units by price that never fall: on the line number j, between the prices j − 1 and j, units = at[j] + rate[j] · price.
 * There is one line more than prices.
 */
export interface Demand {
  prices: bigint[];
  at: bigint[];
  rate: bigint[];
}

/** Units at the price number j. */
function unitsAt({ prices, at, rate }: Demand, j: number, fixed: FixedPoint): bigint {
  return at[j] + fixed.times(rate[j], prices[j]);
}

/** Units at a price. */
export function demandAt(demand: Demand, price: bigint, fixed: FixedPoint): bigint {
  const { prices, at, rate } = demand;
  const j = firstWhere(prices.length, (k) => prices[k] >= price);
  return at[j] + fixed.times(rate[j], price);
}

/** A price at which units are so many; at the end nearest to that where they never are. */
export function priceFor(demand: Demand, units: bigint, fixed: FixedPoint): bigint {
  const { prices, at, rate } = demand;
  const j = firstWhere(prices.length, (k) => unitsAt(demand, k, fixed) >= units);
  if (rate[j] > 0n) return fixed.over(units - at[j], rate[j]);
  return j < prices.length ? prices[j] : prices.length > 0 ? prices[j - 1] : 0n;
}

/** Σ of demands. */
export function sumOfDemands(demands: readonly Demand[]): Demand {
  // Columns and an order of them: objects for hundreds of thousands of bends take more time than the sums.
  const price: bigint[] = [], moreAt: bigint[] = [], moreRate: bigint[] = [];
  let sumAt = 0n, sumRate = 0n;
  for (const { prices, at, rate } of demands) {
    sumAt += at[0];
    sumRate += rate[0];
    for (let j = 0; j < prices.length; j++) {
      price.push(prices[j]);
      moreAt.push(at[j + 1] - at[j]);
      moreRate.push(rate[j + 1] - rate[j]);
    }
  }
  const order = Array.from(price, (_, j) => j);
  order.sort((a, b) => price[a] < price[b] ? -1 : price[a] > price[b] ? 1 : 0);
  const sum: Demand = { prices: [], at: [sumAt], rate: [sumRate] };
  for (const j of order) {
    sum.prices.push(price[j]);
    sum.at.push(sumAt += moreAt[j]);
    sum.rate.push(sumRate += moreRate[j]);
  }
  return sum;
}

/**
 * What units from so many to so many cost: the integral of the price over them, negative where they get fewer; null where no price
 * makes that many.
 */
export function costBetween(
  demand: Demand,
  from: bigint,
  to: bigint,
  fixed: FixedPoint,
): bigint | null {
  if (to < from) {
    const back = costBetween(demand, to, from, fixed);
    return back === null ? null : -back;
  }
  const { prices, at, rate } = demand;
  let twice = 0n, units = from;
  for (
    let j = firstWhere(prices.length, (k) => unitsAt(demand, k, fixed) > from);
    units < to;
    j++
  ) {
    if (j > prices.length) return null;
    const last = j < prices.length ? unitsAt(demand, j, fixed) : to;
    const end = last < to ? last : to;
    if (rate[j] === 0n) {
      if (j === prices.length) return null;
      continue;
    }
    const ends = fixed.over(units - at[j], rate[j]) + fixed.over(end - at[j], rate[j]);
    twice += fixed.times(ends, end - units);
    units = end;
  }
  return twice / 2n;
}

/** The demand kept within hard bounds; null: none. */
export function clamped(
  demand: Demand,
  floor: bigint | null,
  ceiling: bigint | null,
  fixed: FixedPoint,
): Demand {
  if (floor !== null && floor === ceiling) return constant(floor);
  const raised = floor === null ? demand : raisedTo(demand, floor, fixed);
  return ceiling === null ? raised : loweredTo(raised, ceiling, fixed);
}

function constant(units: bigint): Demand {
  return { prices: [], at: [units], rate: [0n] };
}

/** The demand, but never below `floor`. */
function raisedTo(demand: Demand, floor: bigint, fixed: FixedPoint): Demand {
  const { prices, at, rate } = demand;
  const j = firstWhere(prices.length, (k) => unitsAt(demand, k, fixed) >= floor);
  // A line without a slope there begins at the floor, but for rounding, or is the first: it holds for all prices below.
  if (rate[j] === 0n) {
    const level = at[j] < floor ? floor : at[j];
    return { prices: prices.slice(j), at: [level, ...at.slice(j + 1)], rate: rate.slice(j) };
  }
  return {
    prices: [fixed.over(floor - at[j], rate[j]), ...prices.slice(j)],
    at: [floor, ...at.slice(j)],
    rate: [0n, ...rate.slice(j)],
  };
}

/** The demand, but never above `ceiling`. */
function loweredTo(demand: Demand, ceiling: bigint, fixed: FixedPoint): Demand {
  const { prices, at, rate } = demand;
  const j = firstWhere(prices.length, (k) => unitsAt(demand, k, fixed) >= ceiling);
  if (rate[j] === 0n && j === 0 && at[0] >= ceiling) return constant(ceiling);
  if (rate[j] === 0n && j === prices.length) return demand;
  return {
    prices: [
      ...prices.slice(0, j),
      rate[j] > 0n ? fixed.over(ceiling - at[j], rate[j]) : prices[j],
    ],
    at: [...at.slice(0, j + 1), ceiling],
    rate: [...rate.slice(0, j + 1), 0n],
  };
}

/** Half the derivative of a discontent on a piece: slope · units − pull. */
export interface Piece {
  slope: bigint;
  pull: bigint;
}

/** Half the derivative of a discontent: pieces below the lower bound, between the bounds and above; null: no such bound. */
export interface Pieces {
  lower: bigint | null;
  upper: bigint | null;
  below: Piece;
  inside: Piece;
  above: Piece;
}

function halfDerivative(pieces: Pieces, units: bigint, fixed: FixedPoint): bigint {
  const { slope, pull } = pieceAt(pieces, units, units);
  return fixed.times(slope, units) - pull;
}

/** Units this near to a bound are off it by rounding only. */
const ROUNDING = 1n << 40n;

/** The piece that holds from some units to others; null: from or to no end. */
function pieceAt(pieces: Pieces, from: bigint | null, to: bigint | null): Piece {
  const { lower, upper } = pieces;
  if (lower !== null && to !== null && to <= lower + ROUNDING) return pieces.below;
  if (upper !== null && from !== null && from >= upper - ROUNDING) return pieces.above;
  return pieces.inside;
}

/** The demand of somebody with a discontent and no hard bounds. */
export function demandOf(pieces: Pieces, fixed: FixedPoint): Demand {
  const ends = [pieces.lower, pieces.upper].filter((end) => end !== null);
  const lines = [
    ...(pieces.lower === null ? [] : [pieces.below]),
    pieces.inside,
    ...(pieces.upper === null ? [] : [pieces.above]),
  ];
  return {
    prices: ends.map((end) => halfDerivative(pieces, end, fixed)),
    at: lines.map(({ slope, pull }) => fixed.over(pull, slope)),
    rate: lines.map(({ slope }) => fixed.over(fixed.one, slope)),
  };
}

/**
 * What a group takes at a price whose members demand `members` and which has a discontent of its own: the price that its members
 * see is the group's less half the derivative of that.
 */
export function demandOfGroup(members: Demand, pieces: Pieces, fixed: FixedPoint): Demand {
  const split = [pieces.lower, pieces.upper].reduce(
    (demand, end) => end === null ? demand : splitAt(demand, end, fixed),
    members,
  );
  const units = split.prices.map((_, j) => unitsAt(split, j, fixed));
  const at: bigint[] = [], rate: bigint[] = [];
  split.at.forEach((a, j) => {
    const { slope, pull } = pieceAt(pieces, units[j - 1] ?? null, units[j] ?? null);
    // units = a + b q and price = q + slope · units − pull.
    const b = fixed.over(split.rate[j], fixed.one + fixed.times(slope, split.rate[j]));
    rate.push(b);
    at.push(a + fixed.times(b, pull - fixed.times(slope, a)));
  });
  const prices = split.prices.map((q, j) => q + halfDerivative(pieces, units[j], fixed));
  return { prices, at, rate };
}

/** The same demand with a price where it passes `units`. */
function splitAt(demand: Demand, units: bigint, fixed: FixedPoint): Demand {
  const { prices, at, rate } = demand;
  const j = firstWhere(prices.length, (k) => unitsAt(demand, k, fixed) >= units);
  if (rate[j] === 0n) return demand;
  const price = fixed.over(units - at[j], rate[j]);
  return {
    prices: prices.toSpliced(j, 0, price),
    at: at.toSpliced(j, 0, at[j]),
    rate: rate.toSpliced(j, 0, rate[j]),
  };
}

/**
 * The first k below `count` for which `isSo(k)` holds, as it then does for all later ones; `count` where there is none.
 */
function firstWhere(count: number, isSo: (k: number) => boolean): number {
  let from = 0, to = count;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isSo(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
