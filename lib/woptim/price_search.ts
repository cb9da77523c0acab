/**
 * The search among the breakpoints for the piece of the demand on which the total lies.
 *
 * @module
 */
import type { People } from "./people.ts";

/** Up to so many breakpoints are sorted and bisected. */
const SORTED = 2048;
/** Of more, a sample of about so many is, which leaves about one in so many to look at next. */
const SAMPLE = 32;

/**
 * Bisects the people's breakpoints, sorted, for the two neighbours between which demand reaches the total.
 *
 * Sorting them all would take longer than all the rest. So while there are many, a sample of them is sorted
 * and bisected first; only the breakpoints between the two neighbours found are still of interest, and
 * only the people they belong to: between those two prices the others' demand is a straight line, known
 * from its ends. That leaves the answer as it is and takes O(n) for typical data, O(n log n) at most a few
 * times over.
 */
export class PriceSearch {
  readonly #people: People;
  readonly #total: number;
  // People who bend between low and high, and the demand of all others at these two prices.
  #movers: Uint32Array;
  #restAtLow = 0;
  #restAtHigh = 0;
  #low: number;
  #high: number;
  #atLow = 0;
  #atHigh = 0;

  /** A search for the price at which `people` take `total`. */
  constructor(people: People, total: number) {
    this.#people = people;
    this.#total = total;
    this.#movers = people.everybody();
    const first = people.nextBend(-Infinity, 1), last = people.nextBend(Infinity, -1);
    this.#low = first - 1 - Math.abs(first);
    this.#high = last + 1 + Math.abs(last);
  }

  /** The price, and whether it is one at which demand was found to be the total (but for rounding). */
  run(): { price: number; met: boolean } {
    const people = this.#people, total = this.#total;
    this.#atLow = people.demandAt(this.#low, this.#movers);
    this.#atHigh = people.demandAt(this.#high, this.#movers);
    // The price at which everybody gets the target is the only one that is known beforehand.
    if (this.#isMet(people.demandAt(0, this.#movers))) return { price: 0, met: true };
    for (;;) {
      const { prices, movers } = people.bends(this.#movers, this.#low, this.#high);
      this.#follow(movers);
      const few = prices.length <= SORTED;
      const met = this.#bisect((few ? prices : sampled(prices)).sort());
      if (met !== undefined) return { price: met, met: true };
      if (few) break;
    }
    // Demand is straight between the two, and beyond them if they are the outermost.
    const slope = (this.#atHigh - this.#atLow) / (this.#high - this.#low);
    const price = slope > 0 ? this.#low + (total - this.#atLow) / slope : this.#low;
    return { price, met: false };
  }

  #isMet(demand: number): boolean {
    return Math.abs(demand - this.#total) <= 4 * Number.EPSILON * this.#total;
  }

  /** Narrows [low, high] to neighbours among the sorted prices; returns a price at which the total is met. */
  #bisect(prices: Float64Array): number | undefined {
    let from = 0, to = prices.length;
    while (from < to) {
      const middle = (from + to) >>> 1, price = prices[middle];
      const demand = this.#demandAt(price);
      if (this.#isMet(demand)) return price;
      if (demand < this.#total) {
        from = middle + 1;
        this.#low = price;
        this.#atLow = demand;
      } else {
        to = middle;
        this.#high = price;
        this.#atHigh = demand;
      }
    }
  }

  /** Demand at a price between low and high of the last {@link #follow}. */
  #demandAt(price: number): number {
    const share = (price - this.#from) / (this.#to - this.#from);
    return this.#restAtLow + share * (this.#restAtHigh - this.#restAtLow) +
      this.#people.demandAt(price, this.#movers);
  }

  #from = 0;
  #to = 1;

  /** Keeps an eye on `movers` alone: the others' demand is a straight line from low to high. */
  #follow(movers: Uint32Array): void {
    this.#restAtLow = this.#atLow - this.#people.demandAt(this.#low, movers);
    this.#restAtHigh = this.#atHigh - this.#people.demandAt(this.#high, movers);
    this.#movers = movers;
    this.#from = this.#low;
    this.#to = this.#high;
  }
}

/** About {@link SAMPLE} of the values, evenly spread over the array. */
function sampled(values: Float64Array): Float64Array {
  const apart = Math.floor(values.length / SAMPLE);
  return Float64Array.from({ length: SAMPLE }, (_, k) => values[k * apart + (apart >> 1)]);
}
