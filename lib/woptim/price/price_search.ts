/**
 * The search among the breakpoints for the piece of the demand on which the total lies.
 *
 * @module
 */
import type { People } from "./people.ts";
import { Responses } from "./responses.ts";

/** The breakpoints of up to so many people are sorted and bisected. */
const SORTED = 256;
/** Of more people, a sample of this size is sorted, which leaves about one in so many to look at next. */
const SAMPLE = 12;
/** Samples looked at before all that is left is sorted after all. */
const SAMPLINGS = 16;

/**
 * Bisects the people's breakpoints, sorted, for the two neighbours between which demand reaches the total.
 *
 * Sorting them all would take longer than all the rest. So while there are many people, the breakpoints of a
 * sample are sorted and bisected first; only the people who bend between the two neighbours found are
 * still of interest: between those two prices the others' demand is a straight line, known
 * from its ends. That leaves the answer as it is and takes O(n) for typical data, and O(n log n) where
 * the samples say nothing of the rest.
 *
 * All along, what counts is how much of the total is missing from the demand: where a few people own nearly
 * all of it, the demand itself would not show what the others do.
 */
export class PriceSearch {
  readonly #responses: Responses;
  readonly #total: number;
  #low: End = { price: -Infinity, missing: NaN };
  #high: End = { price: Infinity, missing: NaN };
  // People who bend between `from` and `to`; what all others leave of the total at these two prices.
  #movers: Uint32Array;
  #from = 0;
  #to = 1;
  #leftAtFrom: number;
  #leftAtTo: number;

  /** A search for the price at which `people` take `total`. */
  constructor(people: People, total: number) {
    this.#responses = new Responses(people);
    this.#total = total;
    this.#movers = this.#responses.everybody();
    this.#leftAtFrom = this.#leftAtTo = total;
  }

  /** The price, and whether it is one at which nothing was found missing (up to rounding). */
  run(): { price: number; met: boolean } {
    for (let n = 0; n < SAMPLINGS && this.#movers.length > SORTED; n++) {
      const end = this.#bisect(this.#responses.bends(sampled(this.#movers)));
      if (end !== undefined) return { price: end.price, met: true };
      this.#narrow();
    }
    // Nobody need bend at 0, but there everybody gets the target, and that is good to hit.
    const end = this.#bisect(this.#responses.bends(this.#movers)) ??
      this.#bisect(Float64Array.of(0));
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
    return undefined;
  }

  /** What is missing at a price between those of the last {@link #narrow}. */
  #endAt(price: number): End {
    const share = (price - this.#from) / (this.#to - this.#from);
    const left = this.#leftAtFrom + share * (this.#leftAtTo - this.#leftAtFrom);
    return { price, missing: this.#responses.missingAt(price, this.#movers, left) };
  }

  /** Moves ends that are still the first ones from infinity to beyond all breakpoints; most often there are none. */
  #lookAtEnds(): void {
    if (this.#low.price === -Infinity) this.#low = this.#endAt(this.#responses.beyondBends(-1));
    if (this.#high.price === Infinity) this.#high = this.#endAt(this.#responses.beyondBends(1));
  }

  /** Keeps only those who bend between low and high: the others' demand is a straight line there. */
  #narrow(): void {
    this.#lookAtEnds();
    const responses = this.#responses, low = this.#low, high = this.#high;
    const movers = responses.movers(this.#movers, low.price, high.price);
    this.#leftAtFrom = low.missing - responses.missingAt(low.price, movers, 0);
    this.#leftAtTo = high.missing - responses.missingAt(high.price, movers, 0);
    this.#from = low.price;
    this.#to = high.price;
    this.#movers = movers;
  }
}

/** An end of the prices still in question, and how much of the total is missing from demand there. */
interface End {
  price: number;
  missing: number;
}

/** {@link SAMPLE} of the people, evenly spread over the array. */
function sampled(people: Uint32Array): Uint32Array {
  const apart = Math.floor(people.length / SAMPLE);
  return Uint32Array.from({ length: SAMPLE }, (_, k) => people[k * apart + (apart >> 1)]);
}
