/**
 * The price at which all people together take just the total.
 *
 * @module
 */
import { ExactSum, sumError } from "./exact_sum.ts";
import type { People } from "./people.ts";
import { PriceSearch } from "./price_search.ts";

/**
 * Finds the price m with Σ responses to m = total, writes the responses into `units` (length: people) and
 * returns m, half the multiplier of Σ units = total.
 *
 * The demand Σ x(m) is continuous, piecewise linear and never falls, with bends at the people's breakpoints
 * only. So: find the two neighbouring breakpoints between which the total is reached (see
 * {@link PriceSearch}), and interpolate. That is exact but for rounding, which a Newton step or two in twice
 * the precision take out: on the right piece the first of them lands on the answer.
 *
 * Where everybody is at a hard bound, a whole range of prices gives the total; m is then its upper end, what
 * one more unit would cost, or its lower end where no more units could be placed; 0 where nobody has a choice.
 */
export function solvePrice(people: People, total: number, units: Float64Array): number {
  const { floor, ceiling } = people;
  if (floor[0] > -Infinity && ExactSum.of(floor, total, -1).value() <= 0) {
    units.set(floor);
    return finite(people.nextBend(-Infinity, 1));
  }
  if (ceiling[0] < Infinity && ExactSum.of(ceiling, total, -1).value() >= 0) {
    units.set(ceiling);
    return finite(people.nextBend(Infinity, -1));
  }
  const { price, met } = new PriceSearch(people, total).run();
  return met ? atMetPrice(people, total, units, price) : polish(people, total, units, price);
}

/** No price at all is as good as 0. */
function finite(price: number): number {
  return isFinite(price) ? price : 0;
}

/** Writes the units where demand at `price` is the total but for rounding; returns the upper end of all such prices. */
function atMetPrice(people: People, total: number, units: Float64Array, price: number): number {
  const above = people.nextBend(price, 1), below = people.nextBend(price, -1);
  if (isFlat(people, total, units, price, above)) return above;
  if (isFlat(people, total, units, below, price)) return price;
  return polish(people, total, units, price);
}

/** Whether nobody moves between two neighbouring breakpoints and the total is met; writes the units if so. */
function isFlat(
  people: People,
  total: number,
  units: Float64Array,
  below: number,
  above: number,
): boolean {
  if (!isFinite(below) || !isFinite(above)) return false;
  const { slope, missing } = people.respond(below / 2 + above / 2, 0, total, units);
  return slope === 0 && missing === 0;
}

/**
 * Newton's method from a price next to the answer, kept between a price that is known to be too low and one that is
 * known to be too high. Prices are unevaluated sums of two doubles, which hold some 104 bits of them.
 */
function polish(people: People, total: number, units: Float64Array, from: number): number {
  let price: Price = { high: from, low: 0 };
  let tooLow: Price | undefined, tooHigh: Price | undefined;
  let jump = people.priceScale * Number.EPSILON, steepest = 0;
  for (let pass = 0; pass < 200; pass++) {
    const { missing, size, slope } = people.respond(price.high, price.low, total, units);
    steepest = Math.max(steepest, slope);
    const finest = Math.abs(price.high) * 2 ** -104 * steepest;
    if (Math.abs(missing) <= Math.max(Number.EPSILON * size, finest)) {
      const isFlat = slope === 0 && missing === 0;
      return isFlat ? finite(people.nextBend(price.high, 1)) : price.high;
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
  return price.high;
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
