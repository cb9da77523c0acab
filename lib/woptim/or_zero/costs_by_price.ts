/**
 * Lagrange's dual of a split in which some people may get nothing: the sum of everybody's discontent at a price.
 *
 * @module
 */
import type { People } from "../price/people.ts";

/** Units in whole steps: their size, and the hard bounds in steps. */
export interface Lattice {
  step: number;
  /** The double nearest to k steps. */
  units: (k: number) => number;
  least: Float64Array;
  most: Float64Array;
}

/** The best price of a part of the search. */
export interface BestPrice {
  /** No split of the part costs less. */
  bound: number;
  /** The price at which that is so. */
  price: number;
  /** Choices just below the price and just above it, length people. */
  below: Uint8Array;
  above: Uint8Array;
  /** People whose choice differs between the two. */
  undecided: number[];
  /** The units left of the total at the choices below, and what each person would take, length people. */
  left: number;
  units: Float64Array;
  /** What each person with a choice loses at the price by the other choice. */
  losses: Float64Array;
}

/** States of a choice: open, settled at nothing, or settled at something. */
export const OPEN = 2, NOTHING = 0, SOMETHING = 1;
/** Relative rounding error that sums of bounds are allowed. */
const ROUNDING = 1e-13;

/**
 * Sums over people at a price m (half a derivative, as prices are here): each takes the units that make f(x) − 2 m x least,
 * of all within the hard bounds or, where the choice is open, of these and 0.
 */
export class CostsByPrice {
  readonly #people: People;
  readonly #total: number;
  readonly #lattice?: Lattice;
  // Discontent with nothing, for those with a choice.
  readonly #atZero: Float64Array;
  // A price below all at which anybody's units change within finite bounds, and one above all.
  readonly #low: number;
  readonly #high: number;
  /** Number of responses of single people computed so far. */
  work = 0;
  // Results of the last evaluation at a price.
  #value = 0;
  #bestUnits = 0;

  constructor(people: People, mayBeZero: Uint8Array, total: number, lattice?: Lattice) {
    this.#people = people;
    this.#total = total;
    this.#lattice = lattice;
    const n = people.count;
    this.#atZero = new Float64Array(n);
    let low = 0, high = 0;
    const bends = new Float64Array(4);
    for (let i = 0; i < n; i++) {
      if (mayBeZero[i]) this.#atZero[i] = people.discontentAt(i, 0);
      for (let k = people.bendsOf(i, bends, 0); k-- > 0;) {
        low = Math.min(low, bends[k]);
        high = Math.max(high, bends[k]);
      }
      if (mayBeZero[i]) {
        const least = people.floor[i];
        // Above this price even the lower bound is better than nothing.
        const equal = (people.discontentAt(i, least) - this.#atZero[i]) / (2 * least);
        low = Math.min(low, equal);
        high = Math.max(high, equal);
      }
    }
    // Whole steps may lag behind the price by one.
    const steepest = people.slope.reduce((most, slope) => Math.max(most, slope), 0);
    const lag = lattice === undefined ? 0 : lattice.step * steepest * 4;
    const room = people.priceScale + lag;
    this.#low = 2 * low - room;
    this.#high = 2 * high + room;
  }

  /** Number of people. */
  get count(): number {
    return this.#people.count;
  }

  /** A price that is large beside the rounding of prices. */
  get priceScale(): number {
    return this.#people.priceScale;
  }

  /** The dual's value at a price. */
  valueAt(price: number, choices: Uint8Array): number {
    this.#evaluate(price, choices, choices.slice());
    return this.#value;
  }

  /** The dual's values at prices, where open choices are nothing. */
  nothingAt(prices: Float64Array, choices: Uint8Array): Float64Array {
    const settled = choices.map((choice) => choice === OPEN ? NOTHING : choice);
    return prices.map((price) => this.valueAt(price, settled));
  }

  /** What something is worth more than nothing to person i at a price: below 0 where it is better. */
  moreAt(i: number, price: number): number {
    return this.#best(i, price) - this.#atZero[i];
  }

  /** Whether the total lies between the least and the most that choices allow. */
  canMeet(choices: Uint8Array): boolean {
    const { floor, ceiling } = this.#people;
    let least = 0, most = 0;
    for (let i = 0; i < choices.length; i++) {
      if (choices[i] === NOTHING) continue;
      most += ceiling[i];
      if (choices[i] === SOMETHING) least += floor[i];
    }
    const room = this.#room(choices);
    return least <= this.#total + room && this.#total <= most + room;
  }

  /** The rounding error that sums of bounds may have. */
  #room(choices: Uint8Array): number {
    const { floor, ceiling } = this.#people;
    let sizes = Math.abs(this.#total);
    for (let i = 0; i < choices.length; i++) {
      if (choices[i] === NOTHING) continue;
      // A sum that holds a bound far beyond the total does not meet the total.
      for (const bound of [floor[i], ceiling[i]]) {
        if (Math.abs(bound) <= 4 * Math.abs(this.#total)) sizes += Math.abs(bound);
      }
    }
    return ROUNDING * sizes;
  }

  /** The price at which the dual is greatest, by halving, and what all do on both sides of it. */
  bestPrice(choices: Uint8Array): BestPrice {
    let low = this.#low, high = this.#high;
    const below = choices.slice(), above = choices.slice();
    // People without a bound take any amount at some price. Where bounds make just the total, their sum may be off by
    // rounding.
    const room = this.#room(choices);
    for (; this.#evaluate(low, choices, below) > this.#total + room && low > -1e250;) low *= 4;
    for (; this.#evaluate(high, choices, above) < this.#total - room && high < 1e250;) high *= 4;
    let bound = -Infinity, price = 0;
    const losses = new Float64Array(this.count);
    const look = (at: number, into: Uint8Array) => {
      const demand = this.#evaluate(at, choices, into, losses);
      if (this.#value > bound) {
        bound = this.#value;
        price = at;
      }
      return demand;
    };
    const isMet = (demand: number, into: Uint8Array, room: number): BestPrice | null => {
      if (Math.abs(demand - this.#total) > room) return null;
      const units = new Float64Array(0);
      return { bound, price, below: into, above: into, undecided: [], left: 0, units, losses };
    };
    const atEnd = isMet(look(low, below), below, room) ?? isMet(look(high, above), above, room);
    if (atEnd !== null) return atEnd;
    const met = 4 * Number.EPSILON * Math.abs(this.#total);
    for (let pass = 0; pass < 200; pass++) {
      const middle = low + (high - low) / 2;
      if (!(middle > low && middle < high)) break;
      const into = new Uint8Array(choices);
      const demand = look(middle, into);
      const found = isMet(demand, into, met);
      if (found !== null) return found;
      if (demand < this.#total) {
        low = middle;
        below.set(into);
      } else {
        high = middle;
        above.set(into);
      }
      if (high - low <= 1e-15 * (Math.abs(low) + Math.abs(high))) break;
    }
    look(high, above);
    const left = this.#total - look(low, below);
    const undecided: number[] = [], units = new Float64Array(this.count);
    for (let i = 0; i < choices.length; i++) {
      if (below[i] === above[i]) continue;
      undecided.push(i);
      this.#best(i, low);
      units[i] = this.#bestUnits;
    }
    return { bound, price, below, above, undecided, left, units, losses };
  }

  /**
   * Σ units at a price; writes the choices made, and what the other choice would lose. `#value` is then the dual's value
   * there: Σ (f(x) − 2 price x) + 2 price total.
   */
  #evaluate(price: number, choices: Uint8Array, made: Uint8Array, losses?: Float64Array): number {
    let demand = 0, value = 2 * price * this.#total, lost = 0;
    const atZero = this.#atZero;
    for (let i = 0; i < choices.length; i++) {
      const choice = choices[i];
      let own: number, units = 0;
      if (choice === NOTHING) own = atZero[i];
      else {
        own = this.#best(i, price);
        units = this.#bestUnits;
        if (choice === OPEN) {
          const loss = own - atZero[i];
          if (losses !== undefined) losses[i] = Math.abs(loss);
          made[i] = loss < 0 ? SOMETHING : NOTHING;
          if (loss >= 0) {
            own = atZero[i];
            units = 0;
          }
        }
      }
      demand += units;
      // Kahan's sum.
      const more = own - lost, sum = value + more;
      lost = (sum - value) - more;
      value = sum;
    }
    this.work += choices.length;
    this.#value = value;
    return demand;
  }

  /** The least f(x) − 2 price x of person i within the hard bounds; `#bestUnits` is then the x. */
  #best(i: number, price: number): number {
    const people = this.#people, lattice = this.#lattice;
    const x = people.respondOne(i, price);
    if (lattice === undefined) {
      this.#bestUnits = x;
      return people.discontentAt(i, x) - 2 * price * x;
    }
    const down = Math.floor(x / lattice.step), least = lattice.least[i], most = lattice.most[i];
    let best = Infinity;
    // Counted from `down`: beyond 2^53 one more than a number is the same number.
    for (let more = -1; more <= 2; more++) {
      const k = down + more;
      if (k < least || k > most) continue;
      const units = lattice.units(k), cost = people.discontentAt(i, units) - 2 * price * units;
      if (cost < best) {
        best = cost;
        this.#bestUnits = units;
      }
    }
    return best;
  }
}
