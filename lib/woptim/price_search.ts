/**
 * The search among the breakpoints for the piece of the demand on which the total lies.
 *
 * @module
 */
import type { People } from "./people.ts";

/** Up to so many breakpoints are sorted and bisected. */
const SORTED = 2048;
/** Of more, a sample of about so many is, which leaves about one in so many to look at next. */
const SAMPLE = 8;

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
  // Breakpoints between low and high.
  #prices: Float64Array;

  /** A search for the price at which `people` take `total`. */
  constructor(people: People, total: number) {
    this.#people = people;
    this.#total = total;
    this.#movers = people.everybody();
    this.#leftAtFrom = this.#leftAtTo = total;
    this.#prices = people.bends(this.#movers, -Infinity, Infinity).prices;
    let first = Infinity, last = -Infinity;
    for (let k = 0; k < this.#prices.length; k++) {
      first = Math.min(first, this.#prices[k]);
      last = Math.max(last, this.#prices[k]);
    }
    this.#low = { price: first - people.priceScale, missing: NaN };
    this.#high = { price: last + people.priceScale, missing: NaN };
  }

  /** The price, and whether it is one at which nothing was found missing (but for rounding). */
  run(): { price: number; met: boolean } {
    while (this.#prices.length > SORTED) {
      const end = this.#bisect(sampled(this.#prices));
      if (end !== undefined) return { price: end.price, met: true };
      this.#narrow();
    }
    // Nobody need bend at 0, but there everybody gets the target, and that is good to hit.
    const end = this.#bisect(Float64Array.of(...this.#prices, 0));
    if (end !== undefined) return { price: end.price, met: true };
    this.#lookAtEnds();
    // Demand is straight between the two, and beyond them if they are the outermost.
    const low = this.#low, high = this.#high;
    const slope = (low.missing - high.missing) / (high.price - low.price);
    return { price: slope > 0 ? low.price + low.missing / slope : low.price, met: false };
  }

  #isMet({ missing }: End): boolean {
    return Math.abs(missing) <= 4 * Number.EPSILON * this.#total;
  }

  /** Narrows [low, high] to neighbours among the prices, which it sorts; returns where nothing is missing. */
  #bisect(prices: Float64Array): End | undefined {
    prices.sort();
    let from = 0, to = prices.length;
    while (from < to) {
      const middle = (from + to) >>> 1, price = prices[middle];
      if (price <= this.#low.price) from = middle + 1;
      else if (price >= this.#high.price) to = middle;
      else {
        const end = this.#endAt(price);
        if (this.#isMet(end)) return end;
        if (end.missing > 0) this.#low = end;
        else this.#high = end;
      }
    }
  }

  /** What is missing at a price between those of the last {@link #narrow}. */
  #endAt(price: number): End {
    const share = (price - this.#from) / (this.#to - this.#from);
    const left = this.#leftAtFrom + share * (this.#leftAtTo - this.#leftAtFrom);
    return { price, missing: this.#people.missingAt(price, this.#movers, left) };
  }

  /** Fills in what is missing at the ends if they are the first ones still: most often they are not needed. */
  #lookAtEnds(): void {
    if (isNaN(this.#low.missing)) this.#low = this.#endAt(this.#low.price);
    if (isNaN(this.#high.missing)) this.#high = this.#endAt(this.#high.price);
  }

  /** Keeps an eye on those alone who bend between low and high: the others' demand is a straight line there. */
  #narrow(): void {
    this.#lookAtEnds();
    const low = this.#low, high = this.#high;
    const { prices, movers } = this.#people.bends(this.#movers, low.price, high.price);
    this.#leftAtFrom = low.missing - this.#people.missingAt(low.price, movers, 0);
    this.#leftAtTo = high.missing - this.#people.missingAt(high.price, movers, 0);
    this.#from = low.price;
    this.#to = high.price;
    this.#movers = movers;
    this.#prices = prices;
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
