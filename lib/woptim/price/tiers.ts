/**
 * Splits by priority: a tier is settled before the next one gets anything beyond its hard lower bounds.
 *
 * @module
 */
import { ExactSum } from "../exact/exact_sum.ts";
import type { People } from "./people.ts";
import { settleRounding } from "../exact/rounding.ts";
import { solvePeople } from "./solve_people.ts";

/** The one tier that has to give way, and the price that its people pay. */
export interface TierPrice {
  /** Priority of the tier. */
  tier: number;
  /** Half the derivative of its discontent by units: not above 0, or not below it where `passed`. */
  price: number;
  /** Whether all tiers are at or beyond the units at which they are best off. */
  passed: boolean;
}

/**
 * Splits so that the discontent of tier 1 is least, among such splits that of tier 2, and so on; writes the units.
 *
 * A step of units has a vector for its cost, with what it costs its own tier at the place of that tier and 0 elsewhere, and
 * vectors are compared at the first place where they differ. Everything that holds of prices as numbers holds of such
 * vectors. In their order come first the units that tier 1 is glad of (up to where it is best off), then those of tier
 * 2, and so on to the last tier; then those that the last tier would rather not have, those of the one before it, and so on to
 * tier 1. So everybody starts at the hard lower bound, and tier by tier is brought to where it is best off, and then, if
 * there still are units left, to its upper bounds, the last tier first. In one tier the units run out: it is split as if
 * it were alone, and the others are at one of those ends.
 */
export function solveTiers(
  people: People,
  priority: Float64Array,
  total: number,
  units: Float64Array,
): TierPrice {
  const best = new Float64Array(people.count);
  people.respond(0, 0, total, best);
  const { phases, members } = phasesOf(people, priority, best);
  units.set(people.floor);
  const sum = new OpenSum(-total, units);
  let active = phases[phases.length - 1];
  for (const phase of phases) {
    active = phase;
    for (const i of members.get(phase.tier)!) sum.replace(units[i], phase.to[i]);
    if (sum.isReached) break;
    for (const i of members.get(phase.tier)!) units[i] = phase.to[i];
  }
  const some = members.get(active.tier)!;
  // What the others leave, without rounding.
  const others = units.slice();
  for (const i of some) others[i] = 0;
  const left = ExactSum.of(others, total, -1).value();
  const tier = people.subset(some);
  const own = new Float64Array(some.length);
  const price = solvePeople(tier, left, own);
  settleRounding(left, own, tier);
  some.forEach((i, j) => units[i] = own[j]);
  const passed = active.to !== best;
  return { tier: active.tier, price: passed ? Math.max(0, price) : Math.min(0, price), passed };
}

/** A tier that is brought to certain units. */
interface Phase {
  tier: number;
  to: Float64Array;
}

/** The order in which tiers are brought to where they are best off and on to their ceilings, and who is in them. */
function phasesOf(people: People, priority: Float64Array, best: Float64Array) {
  const members = new Map<number, number[]>();
  priority.forEach((tier, i) => {
    const some = members.get(tier);
    if (some === undefined) members.set(tier, [i]);
    else some.push(i);
  });
  const tiers = [...members.keys()].sort((a, b) => a - b);
  const phases: Phase[] = [
    ...tiers.map((tier) => ({ tier, to: best })),
    ...tiers.toReversed().map((tier) => ({ tier, to: people.ceiling })),
  ];
  return { phases, members };
}

/** A sum without rounding, whose parts may be infinite: a person without a lower bound can give any amount. */
class OpenSum {
  readonly #finite = new ExactSum();
  #least = 0;
  #most = 0;

  constructor(start: number, values: Float64Array) {
    this.#finite.add(start);
    values.forEach((value) => this.#count(value, 1));
  }

  replace(old: number, value: number): void {
    this.#count(old, -1);
    this.#count(value, 1);
  }

  #count(value: number, sign: 1 | -1): void {
    if (value === -Infinity) this.#least += sign;
    else if (value === Infinity) this.#most += sign;
    else this.#finite.add(sign * value);
  }

  /** Whether the sum is 0 or more. */
  get isReached(): boolean {
    return this.#least === 0 && (this.#most > 0 || this.#finite.value() >= 0);
  }
}
