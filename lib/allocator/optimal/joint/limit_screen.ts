/**
 * What a group's limits lose at states that join two of `joint_states.ts`, at least: each of the two adds a number to the excess, and a
 * sum of numbers takes less time than counts. So only few joined states have their counts looked at.
 *
 * @module
 */
import { firstAbove } from "../../../base/arrays/sorted_place.ts";

/** What one limit loses at least at joined states. */
export class LimitScreen {
  /** The limit's price. */
  readonly price: number;
  /** What a unit beyond the amount costs; Infinity: the limit is hard. */
  readonly missing: number;
  /** Float64Array: by how much each state of the first users breaks the limit. */
  readonly first: Float64Array;
  /** Float64Array: what each state of the last ones adds. */
  readonly last: Float64Array;
  /** By how much a sum of the two may be wrong by rounding. */
  readonly rounding: number;
  readonly #lowest: number;
  readonly #highest: number;

  /** The losses of a limit with these prices. */
  constructor(
    { price, missing }: { price: number; missing: number },
    { first, last, rounding }: Pick<LimitScreen, "first" | "last" | "rounding">,
  ) {
    this.price = price;
    this.missing = missing;
    this.first = first;
    this.last = last;
    this.rounding = rounding;
    this.#lowest = last.reduce((least, n) => Math.min(least, n), Infinity);
    this.#highest = last.reduce((most, n) => Math.max(most, n), -Infinity);
  }

  /** What the limit loses at least at a joined state. */
  least(i: number, j: number): number {
    const excess = this.first[i] + this.last[j];
    return this.#between(excess, excess);
  }

  /** What it loses at least at any state that joins this one of the first users. */
  leastOf(i: number): number {
    return this.#between(this.first[i] + this.#lowest, this.first[i] + this.#highest);
  }

  /** What it loses at least if the excess lies between these. */
  #between(low: number, high: number): number {
    const { price, missing, rounding } = this;
    if (low > rounding) return missing * (low - rounding);
    return high < -rounding && price > 0 ? price * (-rounding - high) : 0;
  }
}

/** Some states of the first users by how much they break one limit, so that those that lose little at it lie together. */
export class ExcessOrder {
  readonly #limit: LimitScreen;
  /** The states, and Float64Array: their excess, ascending. */
  readonly #states: readonly number[];
  readonly #excess: Float64Array;

  private constructor(limit: LimitScreen, states: readonly number[]) {
    const { first } = limit;
    this.#limit = limit;
    this.#states = states.toSorted((a, b) => first[a] - first[b] || a - b);
    this.#excess = Float64Array.from(this.#states, (i) => first[i]);
  }

  /** The order by the limit at which the states differ most; null if there is no limit. */
  static ofDearest(limits: readonly LimitScreen[], states: readonly number[]): ExcessOrder | null {
    let dearest: LimitScreen | null = null, most = -1;
    for (const limit of limits) {
      let low = Infinity, high = -Infinity;
      for (const i of states) {
        low = Math.min(low, limit.first[i]);
        high = Math.max(high, limit.first[i]);
      }
      const differ = limit.price * (high - low);
      if (!(differ > most)) continue;
      dearest = limit;
      most = differ;
    }
    return dearest === null ? null : new ExcessOrder(dearest, states);
  }

  /** The states that lose less than `budget` at the limit, joined with one of the last users. Others may be among them, but few. */
  within(j: number, budget: number): readonly number[] {
    const { last, price, missing, rounding } = this.#limit;
    const beyond = missing < Infinity ? budget / Math.max(0, missing) : 0;
    const left = price > 0 ? budget / price : Infinity;
    return this.#states.slice(
      firstAbove(this.#excess, -rounding - left - last[j]),
      firstAbove(this.#excess, rounding + beyond - last[j]),
    );
  }
}
