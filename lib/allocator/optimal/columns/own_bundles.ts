/**
 * The best bundles of a user that keep the limits of this user alone (see `own_limits.ts`).
 *
 * Pairs are taken in the order of their values less what they count toward the user's own limits at the prices of these. With such
 * values, what a bundle can still be worth is bounded without the limits (Lagrangian relaxation), and most branches end at once. Where
 * they do not, better prices of the user's own limits are sought: by steps along the subgradient, as long as the bound and the best
 * bundle found tell (Polyak, "Minimization of unsmooth functionals", 1969).
 *
 * @module
 */
import type { Allowance } from "../programs/allowance.ts";
import { keepsBrands } from "../recovery/brand_limit.ts";
import type { Holdings } from "../recovery/holdings.ts";
import type { BundleChooser } from "../recovery/bundle_chooser.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { NearBundle } from "../programs/near_bundles.ts";

/** Most steps of the search for one user's bundles; counted seconds of a step, and of a user. */
const MOST_STEPS = 20_000, STEP = 2e-7, USER = 5e-6;

/** A search of more steps than this seeks better prices of the user's own limits, by so many steps along the subgradient. */
const FEW_STEPS = 300, PRICE_STEPS = 12;

/** The rounding of sums of a user's values, relative to their size. */
const ROUNDING = 1e-12;

/** The best bundle of a kind. */
export interface OwnBundle {
  /** Pairs, ascending, the sponsored ones first; null: none was found. */
  readonly pairs: Int32Array | null;
  /** What it is worth at the prices; −Infinity if there is none. */
  readonly value: number;
  /** An upper bound on what a bundle of the kind is worth: `value`, unless finding the best one took too long. */
  readonly most: number;
}

const NO_BUNDLE: OwnBundle = { pairs: null, value: -Infinity, most: -Infinity };

/** One of the user's own limits. */
interface OwnRow {
  /** The most that an offer counts. */
  readonly unit: number;
  readonly amount: number;
  readonly tolerance: number;
  /** What each unit beyond the amount costs; Infinity: the limit is hard. */
  readonly highest: number;
  /** Whether no offer counts less than 0, so that what is too much stays so. */
  readonly onlyGrows: boolean;
  /** The least that an offer counts. */
  readonly least: number;
}

/** A user's pairs of one type, the best at the prices of its own limits first. */
interface TypePairs {
  readonly pair: readonly number[];
  /** sum[n]: the values of the first n, less the prices of own limits. */
  readonly sum: readonly number[];
}

/** Finds a user's bundles. */
export class OwnBundles {
  /** The problem with all its limits. */
  readonly #problem: DualProblem;
  /** Float64Array, length rows of limits: an excess up to this is rounding. */
  readonly #tolerance: Float64Array;
  readonly #isOwn: Uint8Array;
  /** Float64Array, length rows of limits: prices, of which those of single users' limits bound bundles. Better ones are found on the way. */
  readonly price: Float64Array;
  readonly #allowance: Allowance;
  #chooser: BundleChooser;

  // What is known of the user that is looked at.
  #user = -1;
  #rows: OwnRow[] = [];
  /** What each pair counts toward the user's rows, by pair − the user's first × rows. */
  #counts = new Float64Array(0);
  #types: readonly TypePairs[] = [];
  /** Σ price · amount of the user's rows. */
  #constant = 0;
  #used = new Float64Array(0);
  /** The places of the user's rows among those of limits. */
  #places: readonly number[] = [];
  /** The prices of the user's rows. */
  #rowPrice: Float64Array = new Float64Array(0);
  readonly #chosen: number[] = [];
  /** Steps taken for the user. */
  #steps = 0;
  /** How many steps may be taken for the user. */
  #mostSteps = 0;

  /**
   * @param holdings of the problem with all its limits
   * @param given.isOwn Uint8Array, length rows of limits: 1 for those of single users
   * @param given.chooser knows the prices of what users share
   * @param given.price prices of all limits; those of single users bound bundles
   * @param given.allowance what all searches may do; after that they find nothing
   */
  constructor(
    holdings: Holdings,
    { isOwn, chooser, price, allowance }: {
      isOwn: Uint8Array;
      chooser: BundleChooser;
      price: Float64Array;
      allowance: Allowance;
    },
  ) {
    this.#problem = holdings.problem;
    this.#tolerance = holdings.limits!.tolerance;
    this.#isOwn = isOwn;
    this.#chooser = chooser;
    this.price = price.slice();
    this.#allowance = allowance;
  }

  /** Takes other prices of what users share. */
  usePrices(chooser: BundleChooser): void {
    this.#chooser = chooser;
    this.#user = -1;
  }

  /** The best bundle of user `u` that has sponsored offers, or that has none. */
  best(u: number, isSponsored: boolean): OwnBundle {
    this.#look(u);
    const first = this.#bestOf(isSponsored, FEW_STEPS);
    if (first.value === first.most || this.#allowance.isOver) return first;
    this.#improvePrices(isSponsored, first.value);
    return this.#bestOf(isSponsored, MOST_STEPS, first);
  }

  /** The best bundle of the kind, or `known` where none is found that is worth more. */
  #bestOf(isSponsored: boolean, mostSteps: number, known: OwnBundle = NO_BUNDLE): OwnBundle {
    let { pairs, value } = known;
    const shapes = this.#shapes(isSponsored), [{ most }] = [...shapes, NO_BUNDLE];
    this.#begin(mostSteps);
    for (const shape of shapes) {
      const found = (own: number) => {
        if (own <= value) return value;
        value = own;
        pairs = Int32Array.from(this.#chosen).sort();
        return value;
      };
      this.#search(shape, value, found);
    }
    return { pairs, value, most: this.#end() ? value : Math.max(most, value) };
  }

  /**
   * Moves the prices of the user's own limits to where the bound on bundles of a kind is lower: along the subgradient, the further the
   * more the bound is above `value`, which one of them is worth.
   */
  #improvePrices(isSponsored: boolean, value: number): void {
    let least = Infinity, best = this.#rowPrice, share = 1;
    for (let n = 0; n <= PRICE_STEPS; n++) {
      const [{ counts, most }] = this.#shapes(isSponsored);
      if (most < least) [least, best] = [most, this.#rowPrice];
      else share /= 2;
      this.#allowance.spend(USER);
      const slope = this.#slopeAt(counts);
      const size = this.#rows.reduce((sum, { unit }, r) => sum + (slope[r] / unit) ** 2, 0);
      const above = share * (value === -Infinity ? this.#problem.unit : most - value);
      if (above <= 0 || size === 0) break;
      this.#useRowPrices(this.#rowPrice.map((price, r) => {
        const { unit, highest } = this.#rows[r];
        return Math.min(highest, Math.max(0, price + above / size * slope[r] / unit ** 2));
      }));
    }
    this.#useRowPrices(best);
    this.#places.forEach((r, at) => this.price[r] = best[at]);
  }

  /** By row, how far the best bundle of a shape is beyond the amount; 0 where it has room and the price is 0. */
  #slopeAt(counts: readonly [number, number]): Float64Array {
    counts.forEach((n, type) => {
      for (let t = 0; t < n; t++) this.#count(this.#types[type].pair[t], 1);
    });
    const slope = this.#used.map((used, r) => {
      const beyond = used - this.#rows[r].amount;
      return beyond < 0 && this.#rowPrice[r] === 0 ? 0 : beyond;
    });
    this.#used.fill(0);
    return slope;
  }

  #useRowPrices(price: Float64Array): void {
    const { instance: { start }, middle } = this.#problem, u = this.#user;
    this.#rowPrice = price;
    this.#constant = this.#rows.reduce((sum, { amount }, r) => sum + price[r] * amount, 0);
    this.#types = [[start[u], middle[u]], [middle[u], start[u + 1]]].map(([from, to]) =>
      this.#sorted(from, to)
    );
  }

  /** All bundles of user `u` that are worth at least `least`; more than `most`, or none, if they can't be listed. */
  near(u: number, least: number, most: number): NearBundle[] | null {
    this.#look(u);
    const near: NearBundle[] = [];
    this.#begin(MOST_STEPS);
    for (const isSponsored of [true, false]) {
      for (const shape of this.#shapes(isSponsored)) {
        this.#search(shape, least, (value) => {
          if (value >= least) near.push({ pairs: Int32Array.from(this.#chosen).sort(), value });
          return near.length > most ? Infinity : least;
        });
      }
    }
    return this.#end() ? near : null;
  }

  /** Begins a search. */
  #begin(mostSteps: number): void {
    this.#steps = 0;
    this.#mostSteps = this.#allowance.isOver ? 0 : mostSteps;
  }

  /** Ends it, and returns whether it went through all bundles. */
  #end(): boolean {
    this.#allowance.spend(USER + STEP * this.#steps);
    return this.#steps < this.#mostSteps;
  }

  /** What user `u`'s own limits cost if it holds these pairs; Infinity if a hard one is broken. */
  penaltyOf(u: number, pairs: ArrayLike<number>): number {
    this.#look(u);
    this.#used.fill(0);
    for (let t = 0; t < pairs.length; t++) this.#count(pairs[t], 1);
    const penalty = this.#penalty();
    this.#used.fill(0);
    return penalty;
  }

  /** The shapes with or without sponsored offers that the user has pairs for, those that may be worth most first. */
  #shapes(isSponsored: boolean) {
    const { shapeSponsored, shapeUnsponsored } = this.#problem, [sponsored, others] = this.#types;
    const shapes: { counts: readonly [number, number]; worth: number; most: number }[] = [];
    for (let s = 0; s < shapeSponsored.length; s++) {
      const i = shapeSponsored[s], j = shapeUnsponsored[s];
      if (i > 0 !== isSponsored || i > sponsored.pair.length || j > others.pair.length) continue;
      const worth = this.#chooser.shapeValue(this.#user, i, j);
      if (worth === -Infinity) continue;
      const most = worth + this.#constant + sponsored.sum[i] + others.sum[j];
      shapes.push({ counts: [i, j], worth, most });
    }
    return shapes.sort((a, b) => b.most - a.most);
  }

  /**
   * Goes through the bundles of a shape that may be worth more than `least`. `found` gets the value of each that keeps the limits, and
   * returns what the next must be worth.
   */
  #search(
    { counts, worth, most }: { counts: readonly [number, number]; worth: number; most: number },
    least: number,
    found: (value: number) => number,
  ): void {
    const rounding = ROUNDING * (this.#problem.unit + Math.abs(this.#constant) + Math.abs(most));
    /** Chooses `n` more of a type from place `at` on. `value`: of those chosen; `bound`: of the best rest too, at the prices of own limits. */
    const choose = (type: number, n: number, at: number, value: number, bound: number): void => {
      if (bound + rounding < least || this.#steps++ >= this.#mostSteps) return;
      if (n === 0) {
        if (type === 0) return choose(1, counts[1], 0, value, bound);
        const own = value - this.#penalty();
        if (own > -Infinity) least = found(own);
        return;
      }
      if (!this.#hasRoom(n)) return;
      const { pair, sum } = this.#types[type];
      const usual = sum[at + n] - sum[at];
      for (let i = at; i + n <= pair.length; i++) {
        const next = bound - usual + sum[i + n] - sum[i];
        if (next + rounding < least) return;
        const p = pair[i];
        this.#chosen.push(p);
        this.#count(p, 1);
        if (this.#keepsBrands()) {
          choose(type, n - 1, i + 1, value + this.#chooser.netValue(p), next);
        }
        this.#count(p, -1);
        this.#chosen.pop();
        if (this.#steps >= this.#mostSteps) return;
      }
    };
    choose(0, counts[0], 0, worth, most);
  }

  #keepsBrands(): boolean {
    if (this.#problem.policy.maxPerBrand === null) return true;
    return keepsBrands(this.#problem, Int32Array.from(this.#chosen), this.#chosen.length);
  }

  #count(p: number, sign: 1 | -1): void {
    const rows = this.#rows.length, first = (p - this.#problem.instance.start[this.#user]) * rows;
    for (let r = 0; r < rows; r++) this.#used[r] += sign * this.#counts[first + r];
  }

  /** Whether the user's hard limits have room for `n` more of the smallest offers. */
  #hasRoom(n: number): boolean {
    for (let r = 0; r < this.#rows.length; r++) {
      const { highest, onlyGrows, amount, tolerance, least } = this.#rows[r];
      if (highest < Infinity || !onlyGrows) continue;
      if (this.#used[r] + n * least > amount + tolerance) return false;
    }
    return true;
  }

  /** What the user's own limits cost at their present use; Infinity: a hard one is broken. */
  #penalty(): number {
    let sum = 0;
    for (let r = 0; r < this.#rows.length; r++) {
      const { amount, tolerance, highest } = this.#rows[r], beyond = this.#used[r] - amount;
      if (beyond > tolerance) sum += highest * beyond;
    }
    return sum;
  }

  /** Learns about user `u`. */
  #look(u: number): void {
    if (this.#user === u) return;
    this.#user = u;
    this.#learnRows(u);
    this.#useRowPrices(Float64Array.from(this.#places, (r) => this.price[r]));
  }

  #learnRows(u: number): void {
    const { instance: { start }, items } = this.#problem;
    const { item, row, coefficient, amount, highest, start: first } = items!;
    const place = new Map<number, number>();
    const eachOwn = (p: number, take: (r: number, amount: number) => void) => {
      for (let e = first[item[p]]; e < first[item[p] + 1]; e++) {
        if (this.#isOwn[row[e]] === 1) take(row[e], coefficient[e]);
      }
    };
    for (let p = start[u]; p < start[u + 1]; p++) {
      eachOwn(p, (r) => place.has(r) || place.set(r, place.size));
    }
    const rows = place.size, pairs = start[u + 1] - start[u];
    this.#counts = new Float64Array(rows * pairs);
    for (let p = start[u]; p < start[u + 1]; p++) {
      eachOwn(p, (r, a) => this.#counts[(p - start[u]) * rows + place.get(r)!] += a);
    }
    this.#used = new Float64Array(rows);
    this.#rows = [...place].map(([r, at]) => {
      let least = Infinity, largest = 0;
      for (let x = 0; x < pairs; x++) {
        const counted = this.#counts[x * rows + at];
        least = Math.min(least, counted);
        largest = Math.max(largest, Math.abs(counted));
      }
      const onlyGrows = least >= 0;
      return {
        unit: largest,
        amount: amount[r],
        tolerance: this.#tolerance[r],
        highest: highest[r],
        onlyGrows,
        least,
      };
    });
    this.#places = [...place.keys()];
  }

  #sorted(from: number, to: number): TypePairs {
    const first = this.#problem.instance.start[this.#user], rows = this.#rows.length;
    const value = Float64Array.from({ length: to - from }, (_, x) => {
      let own = this.#chooser.netValue(from + x);
      for (let r = 0; r < rows; r++) {
        own -= this.#rowPrice[r] * this.#counts[(from + x - first) * rows + r];
      }
      return own;
    });
    const pair = Array.from(value, (_, x) => from + x)
      .sort((a, b) => value[b - from] - value[a - from] || a - b);
    const sum = [0];
    for (const p of pair) sum.push(sum.at(-1)! + value[p - from]);
    return { pair, sum };
  }
}
