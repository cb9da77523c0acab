/**
 * The shortfall price that a solver works with.
 *
 * A missed minimum may cost so much that nothing else shows beside it, in doubles or within a solver's tolerances. But how
 * much it costs makes no difference once as few users are missing as can be. So solvers begin with a moderate price and
 * raise it until that is so: then their allocation is the best at every higher price too, the one asked for among them. Where none
 * is asked for minima come first: the price is the one that proved to be enough.
 *
 * @module
 */
import type { Instance } from "../drop/instance.ts";
import { groupRules } from "./kinds/group_rules.ts";
import { type Policy, shortfallPrice } from "../model/policy.ts";
import { hasShortfallPrice } from "./items.ts";
import { type LeastShortfall, leastShortfall } from "./least_shortfall.ts";

/** Relative room for rounding where limits count in fractions. */
const ROUNDING = 1e-9;

/** How a working price begins. */
export interface WorkingPriceOptions {
  /**
   * Whether {@link WorkingPrice.leastMissed} will be set to what limits lack too: else, where limits have this price, it is
   * the one asked for from the start.
   */
  readonly knowsLimits: boolean;
  /** The share of the moderate price to begin with. @default 1 */
  readonly share?: number;
}

/** A price that is raised as far as it must be. */
export class WorkingPrice {
  /** The price to work with. */
  price: number;
  /** The price that counts in the end; as long as none is asked for, what it was raised to. */
  readonly #asked: number | null;
  readonly #most: number;
  readonly #instance: Instance;
  readonly #policy: Policy;
  #least: LeastShortfall | null = null;
  #leastMissed: number | null = null;
  /** The price that is more than what a bundle is worth. */
  readonly #moderate: number;
  /** The price before it was raised last. */
  #before = 0;

  /** The price to begin with. */
  constructor(
    instance: Instance,
    policy: Policy,
    { knowsLimits, share = 1 }: WorkingPriceOptions = { knowsLimits: false },
  ) {
    const moderate = shortfallPrice(instance, { ...policy, shortfallPrice: null });
    this.#instance = instance;
    this.#policy = policy;
    this.#moderate = moderate;
    const ofLimits = hasShortfallPrice(instance.limits);
    // A unit of a limit may be worth more than any price chosen here, so beside limits the price
    // stays as it is.
    this.#asked = policy.shortfallPrice ?? (ofLimits ? moderate : null);
    this.price = Math.min(
      this.#asked ?? moderate,
      ofLimits && !knowsLimits ? Infinity : share * moderate,
    );
    // An upper bound on what all users together could gain by other bundles.
    this.#most = ofLimits && !knowsLimits
      ? this.price
      : this.#asked ?? moderate * 10 ** Math.ceil(Math.log10(2 * instance.group.length));
  }

  /** The price that the objective is counted in. */
  get asked(): number {
    return this.#asked ?? Math.max(this.#moderate, this.price);
  }

  /** The least number of users that must be missing, and why; found when first asked for. */
  get least(): LeastShortfall {
    return this.#least ??= leastShortfall(this.#instance, groupRules(this.#instance, this.#policy));
  }

  /** Units of minima and limits that every allocation misses: users of the groups' minima, unless more is known. */
  get leastMissed(): number {
    return this.#leastMissed ?? this.least.total;
  }

  /** Says how many units of minima and limits every allocation misses. */
  set leastMissed(units: number) {
    this.#leastMissed = units;
  }

  /**
   * Raises the price where an allocation misses more than must be; whether it was raised.
   *
   * @param missed users that minima lack, and units that limits at the shortfall price do
   */
  raise(missed: number): boolean {
    if (missed === 0 || this.price >= this.#most) return false;
    if (missed <= this.leastMissed * (1 + ROUNDING)) return false;
    this.#before = this.price;
    const next = this.price < this.#moderate ? this.#moderate : 10 * this.price;
    this.price = Math.min(next, this.#most);
    return true;
  }

  /**
   * Lowers the price again where raising it brought nothing, and more of it is unlikely to: limits may keep more users
   * from being sponsored than the least number tells, which knows caps only. Whether it was lowered. As long as the prices
   * of limits may outweigh a missed minimum, more of it is not unlikely.
   *
   * @param missed users that minima lacked before it was raised
   * @param now and after
   */
  lower(missed: number, now: number): boolean {
    if (this.#instance.limits === undefined || now < missed) return false;
    // The bound is needed at the price that was asked for, and only dual prices found at that
    // price may prove it.
    if (this.#policy.shortfallPrice !== null) return false;
    if (this.price < costOfLimits(this.#instance, this.#policy)) return false;
    if (this.#before < this.#moderate) return false;
    this.price = this.#before;
    return true;
  }

  /**
   * The distance from objective to bound at the price asked for, where it is `distance` at the price worked with: every
   * allocation misses at least the least number of units.
   */
  distanceWhenAsked(distance: number, missed: number): number {
    const more = missed === 0 ? 0 : Math.max(0, missed - this.leastMissed);
    return distance + (this.asked - this.price) * more;
  }
}

/** At most what a user's offers add to the cost of limits that have a price of their own, or take from it. */
function costOfLimits({ limits }: Instance, { k }: Policy): number {
  if (limits === undefined) return 0;
  const { start, row, coefficient, price } = limits.rows;
  let most = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    let cost = 0;
    for (let at = start[i]; at < start[i + 1]; at++) {
      if (price[row[at]] < Infinity) cost += price[row[at]] * Math.abs(coefficient[at]);
    }
    most = Math.max(most, cost);
  }
  return k * most;
}
