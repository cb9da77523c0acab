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
 *
 * All along, what counts is how much of the total is missing from the demand: where a few people own nearly
 * all of it, the demand itself would not show what the others do.
 */
export class PriceSearch {
  readonly #people: People;
  readonly #total: number;
  #low: End;
  #high: End;
  // People who bend between `from` and `to`; what all others leave of the total at these two prices.
  #movers: Uint32Array;
  #from = 0;
  #to = 1;
  #leftAtFrom: number;
  #leftAtTo: number;

  /** A search for the price at which `people` take `total`. */
  constructor(people: People, total: number) {
    this.#people = people;
    this.#total = total;
    this.#movers = people.everybody();
    this.#leftAtFrom = this.#leftAtTo = total;
    this.#low = this.#endAt(people.nextBend(-Infinity, 1) - people.priceScale);
    this.#high = this.#endAt(people.nextBend(Infinity, -1) + people.priceScale);
  }

  /** The price, and whether it is one at which nothing was found missing (but for rounding). */
  run(): { price: number; met: boolean } {
    // The price at which everybody gets the target is the only one that is known beforehand.
    if (this.#isMet(this.#endAt(0))) return { price: 0, met: true };
    for (;;) {
      const { prices, movers } = this.#people.bends(
        this.#movers,
        this.#low.price,
        this.#high.price,
      );
      this.#follow(movers);
      const few = prices.length <= SORTED;
      const met = this.#bisect((few ? prices : sampled(prices)).sort());
      if (met !== undefined) return { price: met.price, met: true };
      if (few) break;
    }
    // Demand is straight between the two, and beyond them if they are the outermost.
    const low = this.#low, high = this.#high;
    const slope = (low.missing - high.missing) / (high.price - low.price);
    return { price: slope > 0 ? low.price + low.missing / slope : low.price, met: false };
  }

  #isMet({ missing }: End): boolean {
    return Math.abs(missing) <= 4 * Number.EPSILON * this.#total;
  }

  /** Narrows [low, high] to neighbours among the sorted prices; returns a price at which nothing is missing. */
  #bisect(prices: Float64Array): End | undefined {
    let from = 0, to = prices.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const end = this.#endAt(prices[middle]);
      if (this.#isMet(end)) return end;
      if (end.missing > 0) {
        from = middle + 1;
        this.#low = end;
      } else {
        to = middle;
        this.#high = end;
      }
    }
  }

  /** What is missing at a price between those of the last {@link #follow}. */
  #endAt(price: number): End {
    const share = (price - this.#from) / (this.#to - this.#from);
    const left = this.#leftAtFrom + share * (this.#leftAtTo - this.#leftAtFrom);
    return { price, missing: this.#people.missingAt(price, this.#movers, left) };
  }

  /** Keeps an eye on `movers` alone: the others' demand is a straight line from low to high. */
  #follow(movers: Uint32Array): void {
    const left = ({ price, missing }: End) => missing - this.#people.missingAt(price, movers, 0);
    this.#leftAtFrom = left(this.#low);
    this.#leftAtTo = left(this.#high);
    this.#from = this.#low.price;
    this.#to = this.#high.price;
    this.#movers = movers;
  }
}

/** An end of the prices still in question, and how much of the total is missing from demand there. */
interface End {
  price: number;
  missing: number;
}

/** About {@link SAMPLE} of the values, evenly spread over the array. */
function sampled(values: Float64Array): Float64Array {
  const apart = Math.floor(values.length / SAMPLE);
  return Float64Array.from({ length: SAMPLE }, (_, k) => values[k * apart + (apart >> 1)]);
}
