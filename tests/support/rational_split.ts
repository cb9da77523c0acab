/**
 * Splits in exact rational arithmetic, read from the model's formulas: no code of the library's solver, and no rounding.
 *
 * @module
 */

/** An exact fraction with a positive denominator. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

/** What the oracle is asked: bounds may be infinite. */
export interface RationalCase {
  total: number;
  lower: ArrayLike<number>;
  upper: ArrayLike<number>;
  target: ArrayLike<number>;
  gamma: number;
  tMin: number;
  absolute: boolean;
  allowNegative: boolean;
  /** How much each person's discontent counts. @default 1 each */
  weight?: ArrayLike<number>;
  /** Last time's units, NaN for none. @default none */
  previous?: ArrayLike<number>;
  /** @default 0 */
  changeWeight?: number;
  /** Hard bounds in place of those that the status leaves. */
  hard?: { floor: ArrayLike<number>; ceiling: ArrayLike<number> };
  /** Units settled beforehand, NaN for none. @default none */
  fixed?: ArrayLike<number>;
}

function gcd(a: bigint, b: bigint): bigint {
  if (a < 0n) a = -a;
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

function ratio(n: bigint, d: bigint): Rational {
  const g = gcd(n, d) || 1n;
  return d < 0n ? { n: -n / g, d: -d / g } : { n: n / g, d: d / g };
}

/** The decimal that a double prints as. */
export function rational(x: number): Rational {
  const [mantissa, power] = x.toExponential().split("e");
  const [whole, part = ""] = mantissa.split(".");
  const exponent = Number(power) - part.length, digits = BigInt(whole + part);
  return exponent < 0
    ? ratio(digits, 10n ** BigInt(-exponent))
    : ratio(digits * 10n ** BigInt(exponent), 1n);
}

export const plus = (a: Rational, b: Rational) => ratio(a.n * b.d + b.n * a.d, a.d * b.d);
export const minus = (a: Rational, b: Rational) => ratio(a.n * b.d - b.n * a.d, a.d * b.d);
export const times = (a: Rational, b: Rational) => ratio(a.n * b.n, a.d * b.d);
export const over = (a: Rational, b: Rational) => ratio(a.n * b.d, a.d * b.n);
/** Negative where a < b, 0 where equal, positive where a > b. */
export function compare(a: Rational, b: Rational): number {
  const left = a.n * b.d, right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}
/** The fraction as a double. */
export function toNumber({ n, d }: Rational): number {
  if (n === 0n) return 0;
  const size = n < 0n ? -n : n;
  const shift = 70 - (size.toString(2).length - d.toString(2).length);
  const scaled = shift >= 0 ? (size << BigInt(shift)) / d : size / (d << BigInt(-shift));
  // 2 ** shift may itself be too large or too small for a double.
  const half = Math.trunc(shift / 2);
  return Math.sign(Number(n < 0n ? -1 : 1)) * Number(scaled) * 2 ** -half * 2 ** -(shift - half);
}

const ZERO: Rational = { n: 0n, d: 1n };
/** A bound that is open is null. */
type Bound = Rational | null;
const bound = (x: number): Bound => Number.isFinite(x) ? rational(x) : null;

/** A person's numbers as fractions, with weights. */
interface Person {
  t: Rational;
  l: Bound;
  u: Bound;
  /** Last time's units. */
  p: Bound;
  /** The weights of changing them and of missing the target. */
  wp: Rational;
  wt: Rational;
  /** Half the second derivative within the interval, and where it is best there. */
  s: Rational;
  center: Rational;
  wl: Rational;
  wu: Rational;
  floor: Bound;
  ceiling: Bound;
}

/** How the total stands to the bounds, by exact sums of decimals. */
export function rationalStatus({ total, lower, upper }: RationalCase): string {
  const sum = (values: ArrayLike<number>) => Array.from(values).map(rational).reduce(plus, ZERO);
  const t = rational(total);
  if (Array.from(upper).every(Number.isFinite) && compare(t, sum(upper)) > 0) {
    return "total_too_high";
  }
  if (Array.from(lower).every(Number.isFinite) && compare(t, sum(lower)) < 0) {
    return "total_too_low";
  }
  return "feasible";
}

function weightFor(v: Bound, { tMin, absolute }: RationalCase): Rational {
  if (absolute) return { n: 1n, d: 1n };
  if (v === null) return ZERO;
  const least = rational(tMin);
  return over({ n: 1n, d: 1n }, compare(v, least) > 0 ? v : least);
}

function peopleOf(split: RationalCase): Person[] {
  const status = rationalStatus(split);
  const zero = !split.allowNegative && Array.from(split.lower).every((l) => l >= 0) ? ZERO : null;
  return Array.from(split.target, (target, i) => {
    const l = bound(split.lower[i]), u = bound(split.upper[i]), t = rational(target);
    const factor = rational(split.weight?.[i] ?? 1);
    const before = split.previous?.[i] ?? NaN;
    const p = Number.isNaN(before) ? null : rational(before);
    const weigh = (share: number, v: Bound) =>
      times(times(factor, rational(share)), weightFor(v, split));
    const wt = weigh(split.gamma, t);
    const wp = p === null ? ZERO : weigh(split.changeWeight ?? 0, p);
    const s = plus(wt, wp);
    return {
      t,
      l,
      u,
      p,
      wt,
      wp,
      s,
      center: over(plus(times(wt, t), times(wp, p ?? ZERO)), s),
      wl: weigh(1, l),
      wu: weigh(1, u),
      floor: split.hard ? bound(split.hard.floor[i]) : status === "total_too_low" ? zero : l,
      ceiling: split.hard ? bound(split.hard.ceiling[i]) : status === "total_too_high" ? null : u,
    };
  });
}

/** Half the derivative of a person's discontent at x. */
function half({ center, l, u, s, wl, wu }: Person, x: Rational): Rational {
  let h = times(s, minus(x, center));
  if (l !== null && compare(x, l) < 0) h = plus(h, times(wl, minus(x, l)));
  if (u !== null && compare(x, u) > 0) h = plus(h, times(wu, minus(x, u)));
  return h;
}

/** What a person takes at the price m, from the definition. */
function response(person: Person, m: Rational): Rational {
  const { center: t, l, u, s, wl, wu, floor, ceiling } = person;
  let x = plus(t, over(m, s));
  if (l !== null && compare(x, l) < 0) {
    x = over(plus(plus(m, times(s, t)), times(wl, l)), plus(s, wl));
  } else if (u !== null && compare(x, u) > 0) {
    x = over(plus(plus(m, times(s, t)), times(wu, u)), plus(s, wu));
  }
  if (floor !== null && compare(x, floor) < 0) x = floor;
  if (ceiling !== null && compare(x, ceiling) > 0) x = ceiling;
  return x;
}

/** The optimal units of the continuous split, by its breakpoints. */
export function rationalUnits(given: RationalCase): Rational[] {
  const { free, all } = withoutFixed(given);
  return all(free === null ? [] : freeUnits(free.split, free.total));
}

/** The split of those who are not fixed, and how their units stand among everybody's. */
function withoutFixed(split: RationalCase) {
  const fixed = Array.from(split.target, (_, i) => split.fixed?.[i] ?? NaN);
  const free = fixed.flatMap((x, i) => Number.isNaN(x) ? [i] : []);
  const taken = fixed.filter((x) => !Number.isNaN(x)).map(rational).reduce(plus, ZERO);
  const pick = (values: ArrayLike<number>) => free.map((i) => values[i]);
  const total = minus(rational(split.total), taken);
  return {
    free: free.length === 0 ? null : {
      total,
      split: {
        ...split,
        total: toNumber(total),
        lower: pick(split.lower),
        upper: pick(split.upper),
        target: pick(split.target),
        ...(split.weight && { weight: pick(split.weight) }),
        ...(split.previous && { previous: pick(split.previous) }),
        fixed: undefined,
      },
    },
    all: (units: readonly Rational[]) =>
      fixed.map((x, i) => Number.isNaN(x) ? units[free.indexOf(i)] : rational(x)),
  };
}

function freeUnits(split: RationalCase, total: Rational): Rational[] {
  const people = peopleOf(split);
  const prices = people.flatMap((p) =>
    [p.floor, p.l, p.u, p.ceiling].flatMap((b) => b === null ? [] : [half(p, b)])
  ).concat(ZERO).sort(compare);
  const demand = (m: Rational) => people.map((p) => response(p, m)).reduce(plus, ZERO);
  const one = { n: 1n, d: 1n };
  const points = [minus(prices[0], one), ...prices, plus(prices[prices.length - 1], one)];
  // The last price whose demand is at most the total; the line from it to the next one, or on beyond the ends.
  let from = 0, to = points.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(demand(points[middle]), total) <= 0) from = middle + 1;
    else to = middle;
  }
  let at = Math.max(0, Math.min(points.length - 2, from - 1));
  while (at < points.length - 2 && compare(points[at], points[at + 1]) === 0) at++;
  const low = demand(points[at]), high = demand(points[at + 1]);
  if (compare(low, high) === 0) return people.map((p) => response(p, points[at]));
  const share = over(minus(total, low), minus(high, low));
  const m = plus(points[at], times(share, minus(points[at + 1], points[at])));
  return people.map((p) => response(p, m));
}

/** A person's discontent with x units. */
function discontent({ t, l, u, p, wt, wp, wl, wu }: Person, x: Rational): Rational {
  const square = (a: Rational) => times(a, a);
  let f = times(wt, square(minus(x, t)));
  if (p !== null) f = plus(f, times(wp, square(minus(x, p))));
  if (l !== null && compare(x, l) < 0) f = plus(f, times(wl, square(minus(x, l))));
  if (u !== null && compare(x, u) > 0) f = plus(f, times(wu, square(minus(x, u))));
  return f;
}

/** The exact Σ discontent. */
export function rationalObjective(split: RationalCase, units: readonly Rational[]): Rational {
  return peopleOf(split).map((p, i) => discontent(p, units[i])).reduce(plus, ZERO);
}

/**
 * What is wrong with `units` as a split in whole steps, or null: a step better moved from one person to another, or one
 * as good that an earlier person should have. Bounds are `least` and `most`, in steps.
 */
export function betterExchange(
  split: RationalCase,
  step: number,
  units: ArrayLike<number>,
  least: ArrayLike<number>,
  most: ArrayLike<number>,
): string | null {
  const size = rational(step), people = peopleOf(split);
  let dearest: { cost: Rational; i: number } | undefined;
  const given = Array.from(units, (x) => over(rational(x), size));
  const strangers = given.findIndex(({ d }) => d !== 1n);
  if (strangers >= 0) return `person ${strangers} has ${units[strangers]}: no whole steps`;
  const cost = (i: number, k: bigint) =>
    minus(
      discontent(people[i], times({ n: k + 1n, d: 1n }, size)),
      discontent(people[i], times({ n: k, d: 1n }, size)),
    );
  given.forEach(({ n: k }, i) => {
    if (Number.isFinite(least[i]) && k <= BigInt(least[i])) return;
    const last = cost(i, k - 1n);
    const order = dearest === undefined ? 1 : compare(last, dearest.cost);
    // Of equals the last person's is the one to give back.
    if (order >= 0) dearest = { cost: last, i };
  });
  if (dearest === undefined) return null;
  for (let i = 0; i < given.length; i++) {
    const k = given[i].n;
    if (i === dearest.i || (Number.isFinite(most[i]) && k >= BigInt(most[i]))) continue;
    const order = compare(cost(i, k), dearest.cost);
    if (order < 0) return `a step of person ${dearest.i} is better given to ${i}`;
    if (order === 0 && i < dearest.i) return `a tie of ${i} and ${dearest.i} went to the later`;
  }
  return null;
}
