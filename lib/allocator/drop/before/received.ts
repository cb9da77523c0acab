/**
 * What users got lately, and by how much the scores of those who got less are raised (docs/model.md, "Rotation").
 *
 * @module
 */

/** Days, or drops of a history without dates, after which an offer counts half. */
const HALF_LIFE_DAYS = 28, HALF_LIFE_DROPS = 4;
/** Weights and scores are rounded to steps of 2⁻²⁰, so that sums are exact and the same in any order. */
export const STEPS: number = 2 ** 20;
/** Weights of files grow to at most 2 to this power, so that sums stay exact. */
const MOST_DOUBLINGS = 12;
/** Largest score that is counted in full; beyond it the sums would not be exact. */
export const LARGEST_COUNTED: number = 2 ** 20;

/**
 * The weight of an offer of some time: halved for each half-life before `asOf`.
 *
 * @param asOf the drop's day; null: times are indices of files, and weights double with later files instead (only ratios of
 *   weights matter)
 */
export function weightOf(when: number, asOf: number | null): number {
  return asOf === null
    ? 2 ** Math.min(MOST_DOUBLINGS, when / HALF_LIFE_DROPS)
    : 2 ** (-Math.max(0, asOf - when) / HALF_LIFE_DAYS);
}

/** Sums of what each user got. */
export class Received {
  readonly #offers: Float64Array;
  readonly #scores: Float64Array;
  readonly #asOf: number | null;
  readonly #weight = new Map<number, number>();
  /** Whether every row had a score. */
  #scored = true;
  #lastWhen = NaN;
  #lastWeight = 0;

  /**
   * Sums of 0 for `users` users.
   *
   * @param asOf as for {@link weightOf}
   */
  constructor(users: number, asOf: number | null) {
    this.#offers = new Float64Array(users);
    this.#scores = new Float64Array(users);
    this.#asOf = asOf;
  }

  /** Adds an offer; a score of NaN: it has none. */
  add(u: number, when: number, score: number): void {
    const weight = when === this.#lastWhen ? this.#lastWeight : this.#weightOf(when);
    this.#offers[u] += Math.round(weight * STEPS);
    if (score !== score) this.#scored = false;
    else {
      const counted = Math.min(LARGEST_COUNTED, Math.max(0, score));
      this.#scores[u] += Math.round(counted * weight * STEPS);
    }
  }

  #weightOf(when: number): number {
    let weight = this.#weight.get(when);
    if (weight === undefined) {
      weight = weightOf(when, this.#asOf);
      this.#weight.set(when, weight);
    }
    this.#lastWhen = when;
    return this.#lastWeight = weight;
  }

  /**
   * Float64Array, length users: what each user's scores are multiplied by, 1 + W · max(0, 1 − got / mean), with the mean over the
   * users who have a pair; 1 for all if nobody got anything.
   *
   * @param rotate W
   * @param hasPair whether a user counts toward the mean
   */
  factors(rotate: number, hasPair: (u: number) => boolean): Float64Array {
    const got = this.#scored ? this.#scores : this.#offers;
    let sum = 0, users = 0;
    for (let u = 0; u < got.length; u++) {
      if (!hasPair(u)) continue;
      sum += got[u];
      users++;
    }
    const mean = users === 0 ? 0 : sum / users;
    return got.map((value) => mean > 0 ? 1 + rotate * Math.max(0, 1 - value / mean) : 1);
  }
}
