/**
 * What users got: offers per user, which of their own choices, and the scores of the offers.
 *
 * @module
 */
import { LongSum } from "../../base/numbers/long_sum.ts";
import { withoutRounding } from "../../base/numbers/without_rounding.ts";
import { roundWidth } from "./round_width.ts";
import { type Instance, userCount } from "../../allocator/drop/instance/instance.ts";
import type { Offers } from "../../allocator/model/offers.ts";
import { mostOffers } from "../../allocator/model/policy.ts";

/** Users that have a number of offers. */
export interface OffersPerUser {
  /** Offers, 0…k, as far as anybody has so many options. */
  offers: number;
  /** Users that have so many. */
  users: number;
  /** Their share of all users. */
  share: number;
}

/** Offers whose contract is a user's n-th choice. */
export interface ChoiceRank {
  /** First rank of the class; 1 is the user's best score. Equal scores share the better rank. */
  from_rank: number;
  /** Last rank of the class; null: all later ones. */
  to_rank: number | null;
  /** Offers in it. */
  offers: number;
  /** Their share of all offers. */
  share: number;
}

/** A class of scores, `from` ≤ score < `to` (the last class includes `to`). */
export interface ScoreClass {
  /** Least score. */
  from: number;
  /** End of the class. */
  to: number;
  /** Offers in it. */
  offers: number;
}

/** Scores of the offers. */
export interface ScoreFacts {
  /** Mean; null where there are no offers, as the others. */
  mean: number | null;
  /** At most a tenth of the offers score less. */
  p10: number | null;
  /** The score in the middle; of an even number of offers, the mean of the middle two. At most half of the offers score less. */
  median: number | null;
  /** At least a tenth of the offers score so much or more. */
  p90: number | null;
  /** Classes of equal width. */
  histogram: ScoreClass[];
}

/** What users got. */
export interface UserFacts {
  /** Users by number of offers, 0…k, as far as anybody has so many options. */
  offers_per_user: OffersPerUser[];
  /** Offers by the rank of their contract among the user's options. */
  choice_ranks: ChoiceRank[];
  /** Scores of the offers. */
  scores: ScoreFacts;
}

/** Ranks that have a class of their own; later ones share one. */
const SINGLE_RANKS = 10;
/** About how many classes a histogram has. */
const CLASSES = 20;

/** What users got; `k` is the most offers a user may have. */
export function userFacts(instance: Instance, offers: Offers, k: number): UserFacts {
  return {
    offers_per_user: offersPerUser(instance, offers, mostOffers(instance, { k })),
    choice_ranks: choiceRanks(instance, offers),
    scores: scoreFacts(instance, offers),
  };
}

function offersPerUser(instance: Instance, offers: Offers, most: number): OffersPerUser[] {
  const users = userCount(instance);
  // Assignments made elsewhere may give more.
  const counts: number[] = new Array(most + 1).fill(0);
  for (let u = 0; u < users; u++) {
    const n = offers.offerStart[u + 1] - offers.offerStart[u];
    counts[n] = (counts[n] ?? 0) + 1;
  }
  return Array.from(counts, (n, i) => ({
    offers: i,
    users: n ?? 0,
    share: share(n ?? 0, users),
  }));
}

function choiceRanks(instance: Instance, offers: Offers): ChoiceRank[] {
  const { start, score } = instance;
  const { offerStart, offerPair } = offers;
  const counts = new Float64Array(SINGLE_RANKS + 1);
  for (let u = 0; u + 1 < start.length; u++) {
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      const own = score[offerPair[o]];
      let better = 0;
      for (let p = start[u]; p < start[u + 1]; p++) if (score[p] > own) better++;
      counts[Math.min(better, SINGLE_RANKS)]++;
    }
  }
  return Array.from(counts, (n, i) => ({
    from_rank: i + 1,
    to_rank: i < SINGLE_RANKS ? i + 1 : null,
    offers: n,
    share: share(n, offerPair.length),
  }));
}

/** The classes worth showing: without those at the end that nobody has, the first three at least. */
export function shownRanks(ranks: readonly ChoiceRank[]): ChoiceRank[] {
  const last = ranks.findLastIndex((rank) => rank.offers > 0);
  return ranks.slice(0, Math.max(3, last + 1));
}

function scoreFacts(instance: Instance, offers: Offers): ScoreFacts {
  const scores = Float64Array.from(offers.offerPair, (p) => instance.score[p]).sort();
  const n = scores.length;
  if (n === 0) return { mean: null, p10: null, median: null, p90: null, histogram: [] };
  const quantile = (q: number) => scores[Math.min(n - 1, Math.floor(q * n))];
  const sum = new LongSum();
  for (const s of scores) sum.add(s);
  return {
    mean: withoutRounding(sum.value / n),
    p10: quantile(0.1),
    median: n % 2 === 1 ? quantile(0.5) : middle(scores[n / 2 - 1], scores[n / 2]),
    p90: quantile(0.9),
    histogram: histogram(scores),
  };
}

/** The mean of two values, a ≤ b, without what rounding leaves of sums: of 0.1 and 0.2 it is 0.15. Lies between them. */
function middle(a: number, b: number): number {
  const mean = a / 2 + b / 2;
  return Math.min(b, Math.max(a, Number(mean.toPrecision(15))));
}

/** Digits that the ends of classes have at most. */
const CLASS_DIGITS = 12;

/** Classes of a round width over sorted values, not narrower than what tells their ends apart. */
function histogram(sorted: Float64Array): ScoreClass[] {
  const least = sorted[0], most = sorted[sorted.length - 1];
  const size = Math.max(Math.abs(least), Math.abs(most));
  const step = roundWidth(Math.max(
    (most - least) / CLASSES,
    least < most || size > 10 ** CLASS_DIGITS ? size * 10 ** (1 - CLASS_DIGITS) : 0,
  ));
  const first = Math.floor(inSteps(least, step)), last = Math.ceil(most / step);
  const classes = Math.max(1, last - first);
  const rows: ScoreClass[] = Array.from({ length: classes }, (_, i) => ({
    // Rounded: 3 × 0.1 is 0.30000000000000004 in doubles.
    from: Number(((first + i) * step).toPrecision(CLASS_DIGITS)),
    to: Number(((first + i + 1) * step).toPrecision(CLASS_DIGITS)),
    offers: 0,
  }));
  for (const s of sorted) {
    rows[Math.max(0, Math.min(classes - 1, Math.floor(inSteps(s, step)) - first))].offers++;
  }
  return rows;
}

/** How many steps a value is, with a little more than a quotient of doubles may be off by. */
function inSteps(value: number, step: number): number {
  const steps = value / step;
  return steps + 1e-9 + 2 ** -51 * Math.abs(steps);
}

/** `part / whole`, 0 of nothing. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
