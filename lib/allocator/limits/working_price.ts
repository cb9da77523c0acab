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
import { groupRules, type Policy, shortfallPrice } from "../model/policy.ts";
import { hasShortfallPrice } from "./items.ts";
import { type LeastShortfall, leastShortfall } from "./least_shortfall.ts";

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

  /** The price to begin with. */
  constructor(instance: Instance, policy: Policy) {
    const moderate = shortfallPrice(instance, { ...policy, shortfallPrice: null });
    this.#instance = instance;
    this.#policy = policy;
    this.#asked = policy.shortfallPrice;
    // Nobody knows how little limits can lack, so where one has this price it stays as it is.
    const fixed = hasShortfallPrice(instance.limits);
    this.price = fixed
      ? policy.shortfallPrice ?? moderate
      : Math.min(policy.shortfallPrice ?? moderate, moderate);
    // By this all users together could change their bundles.
    this.#most = fixed ? this.price : policy.shortfallPrice ??
      moderate * 10 ** Math.ceil(Math.log10(2 * instance.group.length));
  }

  /** The price that the objective is counted in. */
  get asked(): number {
    return this.#asked ?? this.price;
  }

  /** The least number of users that must be missing, and why; found when first asked for. */
  get least(): LeastShortfall {
    return this.#least ??= leastShortfall(this.#instance, groupRules(this.#instance, this.#policy));
  }

  /** Raises the price where an allocation misses more users than must be; whether it was raised. */
  raise(shortfall: number): boolean {
    if (shortfall === 0 || this.price >= this.#most || shortfall <= this.least.total) return false;
    this.price = Math.min(10 * this.price, this.#most);
    return true;
  }

  /**
   * The distance from objective to bound at the price asked for, where it is `distance` at the price worked with: every
   * allocation misses at least the least number of users.
   */
  distanceWhenAsked(distance: number, shortfall: number): number {
    const more = shortfall === 0 ? 0 : shortfall - this.least.total;
    return distance + (this.asked - this.price) * more;
  }
}
