/**
 * The price at which all people together take just the total.
 *
 * @module
 */
import { ExactSum } from "./exact_sum.ts";
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
 * one more unit would cost, or its lower end where no more units could be placed.
 */
export function solvePrice(people: People, total: number, units: Float64Array): number {
  const { floor, ceiling } = people;
  if (floor[0] > -Infinity && ExactSum.of(floor, total, -1).value() <= 0) {
    units.set(floor);
    return people.nextBend(-Infinity, 1);
  }
  if (ceiling[0] < Infinity && ExactSum.of(ceiling, total, -1).value() >= 0) {
    units.set(ceiling);
    return people.nextBend(Infinity, -1);
  }
  const { price, met } = new PriceSearch(people, total).run();
  return met ? atMetPrice(people, total, units, price) : polish(people, total, units, price);
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
  const { slope, missing, size } = people.respond((below + above) / 2, 0, total, units);
  return slope === 0 && Math.abs(missing) <= 4 * Number.EPSILON * size;
}

/** Newton's method from a price next to the answer; the price is kept as an unevaluated sum of two doubles. */
function polish(people: People, total: number, units: Float64Array, price: number): number {
  let high = price, low = 0, jump = Math.abs(price) * Number.EPSILON;
  for (let pass = 0; pass < 50; pass++) {
    const { missing, size, slope } = people.respond(high, low, total, units);
    if (Math.abs(missing) <= Number.EPSILON / 2 * size) break;
    // Rounding may have led onto a flat piece beside the answer: leave it in growing jumps.
    const step = slope > 0 ? missing / slope : Math.sign(missing) * (jump *= 2);
    const rest = low + step;
    const next = high + rest;
    const nextLow = (high - next) + rest;
    if (next === high && nextLow === low) break;
    high = next;
    low = nextLow;
  }
  return high;
}
