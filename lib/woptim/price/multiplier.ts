/**
 * The price at which all people together take just the total.
 *
 * @module
 */
import { ExactSum, sumError } from "../exact/exact_sum.ts";
import type { People } from "./people.ts";
import { PriceSearch } from "./price_search.ts";

/**
 * Finds the price m with Σ responses to m = total, writes the responses into `units` (length: people) and
 * returns m, half the multiplier of Σ units = total.
 *
 * The demand Σ x(m) is continuous, piecewise linear and never falls, with bends at the people's breakpoints
 * only. So: find the two neighbouring breakpoints between which the total is reached (see
 * {@link PriceSearch}), and interpolate. That is exact up to rounding, which a Newton step or two in twice
 * the precision take out: on the right piece the first of them lands on the answer.
 *
 * Where everybody is at a hard bound, a range of prices gives the total; m is then its upper end, what
 * one more unit would cost, or its lower end where no more units could be placed; 0 where nobody has a choice.
 */
export function solvePrice(people: People, total: number, units: Float64Array): number {
  const { floor, ceiling } = people;
  if (floor.every(Number.isFinite) && ExactSum.compare(total, floor) <= 0) {
    units.set(floor);
    return finite(people.nextBend(-Infinity, 1));
  }
  if (ceiling.every(Number.isFinite) && ExactSum.compare(total, ceiling) >= 0) {
    units.set(ceiling);
    return finite(people.nextBend(Infinity, -1));
  }
  const { price, met } = new PriceSearch(people, total).run();
  const polished = polish(people, total, units, price);
  return met || polished.slope === 0
    ? upperEnd(people, total, units, polished.price)
    : polished.price;
}

/** The price, 0 in place of an infinite one. */
function finite(price: number): number {
  return isFinite(price) ? price : 0;
}

/**
 * The upper end of the prices next to `price` at which nobody moves and the total is met, where there are any; then
 * writes the units between two breakpoints, which has everybody right on the bound.
 */
function upperEnd(people: People, total: number, units: Float64Array, price: number): number {
  const above = people.nextBend(price, 1), below = people.nextBend(price, -1);
  for (const [from, to] of [[price, above], [below, price]]) {
    if (!isFinite(from) || !isFinite(to)) continue;
    const between = new Float64Array(units.length);
    const { slope, missing } = people.respond(from / 2 + to / 2, 0, total, between);
    if (slope !== 0 || missing !== 0) continue;
    units.set(between);
    return to;
  }
  return price;
}

/**
 * Newton's method from a price next to the answer, kept between a price that is known to be too low and one that is
 * known to be too high. Prices are unevaluated sums of two doubles, which hold some 104 bits of them.
 */
function polish(
  people: People,
  total: number,
  units: Float64Array,
  from: number,
): { price: number; slope: number } {
  let price: Price = { high: from, low: 0 };
  let tooLow: Price | undefined, tooHigh: Price | undefined;
  let jump = people.priceScale * Number.EPSILON, steepest = 0;
  for (let pass = 0; pass < 200; pass++) {
    const { missing, size, slope } = people.respond(price.high, price.low, total, units);
    steepest = Math.max(steepest, slope);
    const finest = Math.abs(price.high) * 2 ** -104 * steepest;
    if (Math.abs(missing) <= Math.max(Number.EPSILON * size, finest)) {
      return { price: price.high, slope };
    }
    if (missing > 0) tooLow = price;
    else tooHigh = price;
    // Rounding may have led onto a flat piece beside the answer: leave it in growing jumps.
    const step = slope > 0 ? missing / slope : Math.sign(missing) * (jump *= 2);
    let next = plus(price, step);
    if (tooLow !== undefined && tooHigh !== undefined) {
      const width = distance(tooLow, tooHigh);
      const at = distance(tooLow, next);
      if (!(at > 0 && at < width)) next = plus(tooLow, width / 2);
    }
    if (distance(price, next) === 0) break;
    price = next;
  }
  return { price: price.high, slope: steepest };
}

/** A number in two doubles, the second one below the last bit of the first. */
interface Price {
  high: number;
  low: number;
}

function plus({ high, low }: Price, step: number): Price {
  const sum = high + step;
  const rest = sumError(high, step, sum) + low;
  const rounded = sum + rest;
  return { high: rounded, low: (sum - rounded) + rest };
}

function distance(from: Price, to: Price): number {
  return (to.high - from.high) + (to.low - from.low);
}
