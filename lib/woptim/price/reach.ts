/**
 * Opens bounds that no answer can reach.
 *
 * @module
 */
import { ExactSum } from "../exact/exact_sum.ts";
import type { People } from "./people.ts";

/**
 * The same people without the bounds that the answer can't come near: those are open, so that a limit written as 1e100
 * has no breakpoint and no part in any scale.
 *
 * At price 0 everybody takes an amount x°; together they miss the total by g. Units grow with the price, so the answer
 * has everybody's units between x° and x° + g (or x° − g, if g < 0): a bound further than |g| from x° is never reached.
 * Twice as far leaves room for rounding.
 */
export function withinReach(people: People, total: number): People {
  const { count } = people;
  const atZero = new Float64Array(count);
  people.respond(0, 0, total, atZero);
  const reach = 2 * Math.abs(ExactSum.of(atZero, total, -1).value());
  let { lower, upper, floor, ceiling } = people;
  let opened = false;
  for (let i = 0; i < count; i++) {
    const room = reach + 2 ** -40 * Math.abs(atZero[i]);
    const below = atZero[i] - room, above = atZero[i] + room;
    const opensLow = Math.max(lower[i], floor[i]) < below && finite(lower[i], floor[i]);
    const opensHigh = Math.min(upper[i], ceiling[i]) > above && finite(upper[i], ceiling[i]);
    if (!opensLow && !opensHigh) continue;
    if (!opened) {
      [lower, upper, floor, ceiling] = [lower, upper, floor, ceiling].map((b) => b.slice());
      opened = true;
    }
    if (opensLow) lower[i] = floor[i] = -Infinity;
    if (opensHigh) upper[i] = ceiling[i] = Infinity;
  }
  return opened ? people.withBounds({ lower, upper, floor, ceiling }) : people;
}

function finite(soft: number, hard: number): boolean {
  return Number.isFinite(soft) || Number.isFinite(hard);
}
