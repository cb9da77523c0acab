/**
 * The shortfall price that a solver works with.
 *
 * If a missed unit costs very much, all else is lost in the rounding of doubles or in a solver's tolerances. But the price makes no
 * difference any more once as few units are missed as possible. So solvers begin with a moderate price and raise it until that
 * is so. Then their allocation is also the best at every higher price, such as the one asked for. If none is asked for, the
 * price of the drop is the one that proved to be enough.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import { groupRules } from "./kinds/group_rules.ts";
import { defaultShortfallPrice, largestBundle, type Policy } from "../model/policy.ts";
import { hasShortfallPrice } from "./items.ts";
import { highestOfLimits, largestOfferCost } from "../model/offer_cost.ts";
import { largestK } from "../model/user_k.ts";
import { type LeastShortfall, leastShortfall } from "./least_shortfall.ts";
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";

/** The start of a working price. */
export interface WorkingPriceOptions {
  /**
   * Whether {@link WorkingPrice.leastMissed} will be set to a number that includes what limits lack. If not, and limits have
   * the shortfall price, the working price is the one asked for from the start.
   */
  readonly knowsLimits: boolean;
  /**
   * Whether to begin below the moderate price: a search for prices finds them sooner, and better ones, the less a missed unit costs
   * beside an offer. @default false
   */
  readonly isLow?: boolean;
}

/** The low price of a drop with limits, as a share of the moderate one. Without limits it is the most that a bundle is worth. */
const LOW_UNDER_LIMITS = 0.25;

/** Below the moderate price it is raised to so many times as much at once, as prices found at one are where the search begins at the next. */
const STEP_TO_MODERATE = 20;

/** A price that is raised as far as necessary. */
export class WorkingPrice {
  /** The price to work with. */
  price: number;
  /** The price that the objective must be counted in; null: none is asked for. */
  readonly #asked: number | null;
  /** The highest price that it is raised to. */
  readonly #most: number;
  readonly #instance: Instance;
  readonly #policy: Policy;
  #least: LeastShortfall | null = null;
  #leastMissed: number | null = null;
  /** The default shortfall price: more than any bundle is worth. */
  readonly #moderate: number;

  /** The price to begin with. */
  constructor(
    instance: Instance,
    policy: Policy,
    { knowsLimits, isLow = false }: WorkingPriceOptions,
  ) {
    const bundle = largestBundle(instance, policy), moderate = defaultShortfallPrice(bundle);
    const low = instance.limits !== undefined || bundle === 0
      ? LOW_UNDER_LIMITS * moderate
      : bundle;
    this.#instance = instance;
    this.#policy = policy;
    this.#moderate = moderate;
    const ofLimits = hasShortfallPrice(instance.limits);
    // A unit of a limit may be worth more than any price chosen here, so with such limits none is raised.
    this.#asked = policy.shortfallPrice ?? (ofLimits ? moderate : null);
    this.price = Math.min(
      this.#asked ?? moderate,
      ofLimits && !knowsLimits ? Infinity : isLow ? low : moderate,
    );
    // An upper bound on what all users together could gain by other bundles.
    this.#most = ofLimits && !knowsLimits
      ? this.price
      : this.#asked ?? moderate * 10 ** Math.ceil(Math.log10(2 * instance.group.length));
  }

  /** Begins at this price, if it is lower than the one to begin with. */
  beginAt(price: number): void {
    this.price = Math.min(this.price, price);
  }

  /** The price that the objective is counted in: the one asked for, or the one that was needed. */
  get asked(): number {
    return this.#asked ?? Math.max(this.#moderate, this.price);
  }

  /** The least shortfall of the groups' minima; computed when it is first asked for. */
  get least(): LeastShortfall {
    return this.#least ??= leastShortfall(this.#instance, groupRules(this.#instance, this.#policy));
  }

  /** Units of minima and limits that every allocation misses; unless it was set, those of the groups' minima. */
  get leastMissed(): number {
    return this.#leastMissed ?? this.least.total;
  }

  /** Sets how many units of minima and limits every allocation misses. */
  set leastMissed(units: number) {
    this.#leastMissed = units;
  }

  /**
   * Raises the price if an allocation misses more than every allocation must. Returns whether it was raised.
   *
   * @param missed users that minima lack, and units that limits at the shortfall price lack
   * @param anyway whether to raise it though no more are missed. @default false
   */
  raise(missed: number, anyway = false): boolean {
    if (missed === 0 || this.price >= this.#most) return false;
    if (!anyway && missed <= this.leastMissed * (1 + COUNT_ROUNDING)) return false;
    const next = this.price < this.#moderate
      ? Math.min(this.#moderate, STEP_TO_MODERATE * this.price)
      : 10 * this.price;
    this.price = Math.min(next, this.#most);
    return true;
  }

  /** Whether the price may go back to an earlier one from which on raising it brought nothing. */
  mayReturnTo(price: number): boolean {
    // The bound must hold at the price asked for, and only dual prices found at that price may prove it.
    const isAsked = this.#policy.shortfallPrice !== null;
    return this.#instance.limits !== undefined && !isAsked && price >= this.#moderate;
  }

  /**
   * Whether a price that brought nothing is high enough to say that no higher one is likely to: limits may keep more users from being
   * sponsored than {@link leastMissed} says, which knows caps only. Below it prices of limits may still outweigh a missed minimum.
   */
  get outweighsLimits(): boolean {
    return this.price >= costOfLimits(this.#instance, this.#policy);
  }

  /**
   * The distance from objective to bound at the price asked for, given the distance at the working price: the units missed beyond
   * {@link leastMissed} cost the difference of the two prices more.
   */
  distanceWhenAsked(distance: number, missed: number): number {
    const more = missed === 0 ? 0 : Math.max(0, missed - this.leastMissed);
    return distance + (this.asked - this.price) * more;
  }
}

/** The most that one user's offers can change the cost of limits that have a price of their own. */
function costOfLimits(instance: Instance, policy: Policy): number {
  const { limits } = instance;
  if (limits === undefined) return 0;
  // A limit at the shortfall price has none of its own.
  return largestK(instance, policy) *
    largestOfferCost(limits.rows, highestOfLimits(limits.rows, 0));
}
