/**
 * What the three divisor methods have in common.
 *
 * @module
 */
import type { Steps } from "../steps/steps.ts";
import { claimsOf } from "./claims.ts";
import type { Method, MethodAnswer, MethodInput } from "./method.ts";
import { bySeats, type SeatRule } from "./seats.ts";

/** A divisor method: seats go to the strongest claims target × weight / d(k). */
export function divisorMethod(what: string, rule: SeatRule): Method {
  return {
    what,
    level: "a divisor: the claim per seat",
    takes: ["step"],
    claims: true,
    whole: true,
    strict: true,
    divide: (input, steps) => divide(input, steps!, rule),
  };
}

function divide(input: MethodInput, steps: Steps, rule: SeatRule): MethodAnswer {
  const { least, most } = steps.intervals(input.lower, input.upper);
  const seats = bySeats(steps.countOfTotal(input.total), claimsOf(input), { least, most }, rule);
  return {
    units: seats.counts.map((k) => steps.units(k)),
    level: divisorBetween(seats.last, seats.next),
    tie: seats.tie && { ...seats.tie, units: steps.units(seats.tie.units) },
  };
}

/** A divisor that rounds to these seats: any between the worth of the last seat and that of the next. */
function divisorBetween(last: number | null, next: number | null): number | null {
  if (last === null && next === null) return null;
  if (last === null) return next;
  if (next === null || last === Infinity) return last === Infinity ? next : last;
  return next + (last - next) / 2;
}
