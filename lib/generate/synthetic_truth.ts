/**
 * The true chances by which synthetic users answer offers, and the answers drawn with them.
 *
 * @module
 */
import { hash, type SyntheticDrop } from "./synthetic_drop.ts";

/** Log odds that an average offer is redeemed. */
const MIDDLE = -2.2;
/** Standard deviations of the log odds between brands, between contracts, and between groups of a contract. */
const BRANDS = 0.4, CONTRACTS = 0.5, CELLS = 0.4;
/** Loss of log odds for each rank further down a user's list. */
const PLACE = 0.15;
/** Log odds of selecting minus those of redeeming. */
const SELECTING = 1.2;
/** Shares of the users who select, and redeem, something that they were not offered. */
const UNASKED_SELECTED = 0.05, UNASKED_REDEEMED = 0.03;
/** Share of the users held out. */
const HELD_OUT = 0.05;

/** Salts of the hashes, so that the different draws are independent. */
const BRAND = 101, CONTRACT = 102, CELL = 103, ANSWER = 104, UNASKED = 105, HOLD = 106;

/** Chances of an offer. */
export interface OfferChances {
  /** Chance that it is selected. */
  readonly select: number;
  /** Chance that it is redeemed; an offer that is redeemed is also selected. */
  readonly redeem: number;
}

/**
 * The truth behind a synthetic history. The log odds of redemption are the sum of a normal variable for each brand, one for each
 * contract and one for each contract in each group, less a little for each rank down a user's list. On purpose this is not the
 * model by which rates are estimated, which has beta variables. Chances depend only on the seed and the indices of contracts
 * and groups, answers only on seed, week, user and contract, so the order of draws does not matter.
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

  /** Chances of an offer of contract c to a user of group g, the user's offer number `rank` (from 1). */
  chances(c: number, g: number, rank: number): OfferChances {
    const odds = this.#contract[c] + CELLS * this.#normal(CELL, hash(c, g)) - PLACE * (rank - 1);
    return { select: logistic(odds + SELECTING), redeem: logistic(odds) };
  }

  /** Draws whether an offer is selected and redeemed. */
  answer(
    chances: OfferChances,
    week: number,
    user: number,
    c: number,
  ): { selected: boolean; redeemed: boolean } {
    const draw = this.#uniform(ANSWER, week, hash(user, c));
    return { selected: draw < chances.select, redeemed: draw < chances.redeem };
  }

  /** Draws whether a user selects, and redeems, something that was not offered. */
  unasked(week: number, user: number): { selected: boolean; redeemed: boolean } {
    const draw = this.#uniform(UNASKED, week, user);
    return { selected: draw < UNASKED_SELECTED, redeemed: draw < UNASKED_REDEEMED };
  }

  /** Chances of {@link unasked}. */
  readonly unaskedChances: OfferChances = { select: UNASKED_SELECTED, redeem: UNASKED_REDEEMED };

  /** Whether a user is held out in a week. */
  isHeldOut(week: number, user: number): boolean {
    return this.#uniform(HOLD, week, user) < HELD_OUT;
  }

  /** Seconds from the beginning of the week until a user answers. */
  secondsInto(week: number, user: number, c: number): number {
    return Math.floor(7 * 86_400 * this.#uniform(ANSWER + 1000, week, hash(c, user)));
  }

  #uniform(salt: number, a: number, b: number): number {
    return hash(hash(this.#seed, salt), hash(a, b)) / 2 ** 32;
  }

  /** A normal variable, by Box and Muller's method from two uniform ones. */
  #normal(salt: number, a: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#uniform(salt, a, 1)));
    return radius * Math.cos(2 * Math.PI * this.#uniform(salt, a, 2));
  }
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
