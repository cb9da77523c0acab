/**
 * What users got lately, and by how much the scores of those who got less are raised (docs/model.md, "Rotation").
 *
 * @module
 */

/** Days, or drops of a history without dates, after which an offer counts half. */
const HALF_LIFE_DAYS = 28, HALF_LIFE_DROPS = 4;
/** Weights and scores are rounded to steps of 2⁻²⁰, so that sums are exact and the same in any order. */
export const STEPS: number = 2 ** 20;
/** Largest score that is counted in full; beyond it the sums would not be exact. */
export const LARGEST_COUNTED: number = 2 ** 20;
/** Smallest score that is not counted as 0, however new it is. */
export const SMALLEST_COUNTED: number = 0.5 / STEPS;

/** Scores of history that rotation does not count as they are. */
export interface RoughScores {
  /** How many are above 0 and count as 0, however new they are. */
  readonly tooSmall: number;
  /** How many count as {@link LARGEST_COUNTED}. */
  readonly tooLarge: number;
}

/** What there is none of. */
export const NO_ROUGH_SCORES: RoughScores = { tooSmall: 0, tooLarge: 0 };

/** Rough scores as an input's report has them; nothing of what there is none of. */
export function roughScoresReport(
  { tooSmall, tooLarge }: RoughScores,
): { scores_counted_as_0?: number; scores_counted_as_most?: number } {
  return {
    ...(tooSmall > 0 && { scores_counted_as_0: tooSmall }),
    ...(tooLarge > 0 && { scores_counted_as_most: tooLarge }),
  };
}

/** What ages are counted from, and how soon an offer counts half. */
export interface Ageing {
  /** The drop's day; or the index of the latest file, where history has no dates. */
  readonly latest: number;
  /** Days, or drops, after which an offer counts half. */
  readonly halfLife: number;
}

/**
 * How offers age.
 *
 * @param asOf the drop's day, which is known where there are dates
 * @param files how many files history has in all: without dates each is a drop
 */
export function ageing(dated: boolean, asOf: number | null, files: number): Ageing {
  return dated
    ? { latest: asOf!, halfLife: HALF_LIFE_DAYS }
    : { latest: files - 1, halfLife: HALF_LIFE_DROPS };
}

/** The weight of an offer of some time: halved for each half-life. */
export function weightOf(when: number, { latest, halfLife }: Ageing): number {
  return 2 ** (-Math.max(0, latest - when) / halfLife);
}

/** Sums of what each user got. */
export class Received {
  readonly #offers: Float64Array;
  readonly #scores: Float64Array;
  readonly #ageing: Ageing;
  readonly #weight = new Map<number, number>();
  /** Whether every row had a score. */
  #scored = true;
  #tooSmall = 0;
  #tooLarge = 0;
  #lastWhen = NaN;
  #lastWeight = 0;

  /** Sums of 0 for `users` users. */
  constructor(users: number, ageing: Ageing) {
    this.#offers = new Float64Array(users);
    this.#scores = new Float64Array(users);
    this.#ageing = ageing;
  }

  /** Adds an offer; a score of NaN: it has none. */
  add(u: number, when: number, score: number): void {
    const weight = when === this.#lastWhen ? this.#lastWeight : this.#weightOf(when);
    this.#offers[u] += Math.round(weight * STEPS);
    if (score !== score) this.#scored = false;
    else {
      if (score > 0 && score < SMALLEST_COUNTED) this.#tooSmall++;
      if (score > LARGEST_COUNTED) this.#tooLarge++;
      const counted = Math.min(LARGEST_COUNTED, Math.max(0, score));
      this.#scores[u] += Math.round(counted * weight * STEPS);
    }
  }

  /** Scores that don't count as they are. None where offers are counted, as some have no score. */
  get roughScores(): RoughScores {
    return this.#scored ? { tooSmall: this.#tooSmall, tooLarge: this.#tooLarge } : NO_ROUGH_SCORES;
  }

  #weightOf(when: number): number {
    let weight = this.#weight.get(when);
    if (weight === undefined) {
      weight = weightOf(when, this.#ageing);
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
