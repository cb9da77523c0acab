/**
 * The people of a split as tables and pictures show them.
 *
 * @module
 */
import { METHODS } from "../../woptim/methods/methods.ts";
import { type ListedSplit, pieces } from "../../woptim/methods/person_list.ts";
import type { SplitPerson } from "../../woptim/split.ts";
import { figure } from "../words.ts";

/** A person as a line of a table; of a method that divides by claims, target and distance are those of the quota. */
export interface SplitRow extends SplitPerson {
  /** What the person claims, weight included; null where the target is what the person wants. */
  claim: number | null;
}

/** Whether the targets are claims, whose quotas are shown. */
export function isByClaims({ method }: ListedSplit): boolean {
  return method !== undefined && METHODS[method].claims;
}

/** The first `most` people. */
export function rowsOf(split: ListedSplit, most: number): SplitRow[] {
  const { people, total } = split;
  const listed = people.slice(0, most);
  if (!isByClaims(split)) return listed.map((person) => ({ ...person, claim: null }));
  const claimOf = ({ target, weight = 1 }: SplitPerson) => target * weight;
  let claims = 0;
  for (const piece of pieces(people)) for (const person of piece) claims += claimOf(person);
  return listed.map((person) => {
    const claim = claimOf(person), quota = claims === 0 ? 0 : total * (claim / claims);
    const distance = Math.abs(person.units - quota);
    return { ...person, claim, target: quota, distance };
  });
}

/** How many people are inside their interval. */
export function insideOf({ people }: ListedSplit): number {
  let inside = 0;
  for (const piece of pieces(people)) for (const person of piece) if (person.inside) inside++;
  return inside;
}

/** How many people's amounts were fixed beforehand, and how many of these are outside their interval. */
export function fixedOf({ people }: ListedSplit): { all: number; outside: number } {
  const found = { all: 0, outside: 0 };
  for (const piece of pieces(people)) {
    for (const { fixed, inside } of piece) {
      if (fixed === undefined) continue;
      found.all++;
      if (!inside) found.outside++;
    }
  }
  return found;
}

/** How many people get nothing though that is not in their interval, and was not fixed. */
export function nothingOf({ people }: ListedSplit): number {
  let nothing = 0;
  for (const piece of pieces(people)) {
    for (const person of piece) {
      if (!person.inside && person.units === 0 && person.fixed === undefined) nothing++;
    }
  }
  return nothing;
}

/** How many people have more than their upper bound. */
export function aboveOf({ people }: ListedSplit): number {
  let above = 0;
  for (const piece of pieces(people)) {
    for (const person of piece) if (!person.inside && person.units > person.upper) above++;
  }
  return above;
}

/** Σ discontent in so many digits; what rounding leaves of nothing is 0. */
export function discontentFigure(objective: number, digits: number): string {
  return figure(objective <= 1e-24 ? 0 : objective, digits);
}
