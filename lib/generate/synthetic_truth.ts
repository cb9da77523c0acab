/**
 * How synthetic users answer offers: chances that are known, and answers drawn by them.
 *
 * @module
 */
import { hash, type SyntheticDrop } from "./synthetic_drop.ts";

/** Log odds that an offer is redeemed, where nothing is special about it. */
const MIDDLE = -2.2;
/** Standard deviations of log odds from brand to brand, contract to contract, and group to group of a contract. */
const BRANDS = 0.4, CONTRACTS = 0.5, CELLS = 0.4;
/** What a place further down among a user's offers takes off the log odds. */
const PLACE = 0.15;
/** By how much selecting is likelier than redeeming, in log odds. */
const SELECTING = 1.2;
/** Users who select, and redeem, something without any offer. */
const UNASKED_SELECTED = 0.05, UNASKED_REDEEMED = 0.03;
/** Share of the users who are held out. */
const HELD_OUT = 0.05;

/** Salts, so that what is drawn for one end tells nothing about another. */
const BRAND = 101, CONTRACT = 102, CELL = 103, ANSWER = 104, ASKED = 105, HOLD = 106;

/** Chances of an offer. */
export interface OfferChances {
  /** That it is selected. */
  readonly select: number;
  /** That it is redeemed, which needs that it is selected. */
  readonly redeem: number;
}

/**
 * The truth behind a synthetic history. Log odds of redemption are a normal variable for each brand, plus one for each contract,
 * plus one for each contract in each group, less a little for each place down a user's list: not the model that rates are
 * estimated by, which has beta variables, on purpose. All of it depends on the seed and on places of contracts and groups
 * alone, every answer on seed, week, user and contract, so no order of anything matters.
 */
export class SyntheticTruth {
  readonly #seed: number;
  readonly #contract: Float64Array;

  /** The truth of a synthetic drop's contracts. */
  constructor({ contracts }: SyntheticDrop, seed: number) {
    this.#seed = seed;
    this.#contract = Float64Array.from(
      contracts,
      ({ brand_id }, c) =>
        MIDDLE + BRANDS * this.#normal(BRAND, Number(brand_id)) +
        CONTRACTS * this.#normal(CONTRACT, c),
    );
  }

  /** Chances of an offer of contract c to a user of group g (−1: none), the user's offer number `rank`. */
  chances(c: number, g: number, rank: number): OfferChances {
    const odds = this.#contract[c] + CELLS * this.#normal(CELL, hash(c, g)) - PLACE * (rank - 1);
    return { select: logistic(odds + SELECTING), redeem: logistic(odds) };
  }

  /** Whether an offer is selected and redeemed. */
  answer(
    chances: OfferChances,
    week: number,
    user: number,
    c: number,
  ): { selected: boolean; redeemed: boolean } {
    const draw = this.#uniform(ANSWER, week, hash(user, c));
    return { selected: draw < chances.select, redeemed: draw < chances.redeem };
  }

  /** Whether a user selects, and redeems, something without an offer. */
  unasked(week: number, user: number): { selected: boolean; redeemed: boolean } {
    const draw = this.#uniform(ASKED, week, user);
    return { selected: draw < UNASKED_SELECTED, redeemed: draw < UNASKED_REDEEMED };
  }

  /** Chances of {@link unasked}. */
  readonly unaskedChances: OfferChances = { select: UNASKED_SELECTED, redeem: UNASKED_REDEEMED };

  /** Whether a user is held out in a week. */
  isHeldOut(week: number, user: number): boolean {
    return this.#uniform(HOLD, week, user) < HELD_OUT;
  }

  /** Seconds into the week when a user answers. */
  secondsInto(week: number, user: number, c: number): number {
    return Math.floor(7 * 86_400 * this.#uniform(ANSWER + 1000, week, hash(c, user)));
  }

  #uniform(salt: number, a: number, b: number): number {
    return hash(hash(this.#seed, salt), hash(a, b)) / 2 ** 32;
  }

  /** A normal variable (Box and Muller's, of two uniform ones). */
  #normal(salt: number, a: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#uniform(salt, a, 1)));
    return radius * Math.cos(2 * Math.PI * this.#uniform(salt, a, 2));
  }
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
