/**
 * Finds a user's best bundle among those that keep the limits of this user alone.
 *
 * Branch and bound: what a bundle can still be worth is bounded by its worth at the prices of the user's own limits (Lagrangian
 * relaxation). Any prices ≥ 0 make that a bound, good ones end most branches at once.
 *
 * @module
 */
import { type Amount, minus, plus } from "./amount.ts";
import { beyondOf } from "../rules/limit_tally.ts";
import { consequenceOf } from "../rules/limits.ts";
import type { OwnCounts, OwnLimit, OwnLimits } from "./own_limits.ts";

/** Most steps of the search for one user, and of all users together, of which each may take FEW_STEPS in any case. */
const MOST_STEPS = 100_000, ALL_STEPS = 200_000_000, FEW_STEPS = 1000;

/** Most steps for each of so many users. What they do not settle counts as what it is worth at the prices. */
export function stepsOfEach(users: number): number {
  return Math.max(FEW_STEPS, Math.min(MOST_STEPS, Math.floor(ALL_STEPS / users)));
}

/** The terms of users' own limits, in the unit of the other terms. */
export interface OwnTerms<N extends Amount = number> {
  /** The limits. */
  readonly limits: OwnLimits;
  /** What an offer pays for them, rounded down. */
  readonly cost: (c: number, u: number, p: number, isPinned: boolean) => N;
  /** Price × amount of a limit, negative for a least, rounded up. */
  readonly worth: (limit: number) => N;
  /** What units beyond a limit cost, rounded down; `size`: of the figures whose difference they are. */
  readonly penalty: (limit: number, beyond: number, size: number) => N;
  /** Most steps for one user, see {@link stepsOfEach}. */
  readonly mostSteps: number;
}

/** A pair of the user's. */
export interface Candidate<N extends Amount> extends OwnCounts {
  /** What it is worth at the prices of what users share. */
  readonly value: N;
  /** That, less what it pays for the user's own limits. */
  readonly atPrices: N;
  /** Its brand, if brands are limited. */
  readonly brand: number;
  /** Whether every bundle must hold it. */
  readonly isPinned: boolean;
}

/** Some pairs, in the order in which they are chosen. */
interface Listed<N extends Amount> {
  readonly candidates: readonly Candidate<N>[];
  /** sums[n]: the values of the first n at the prices of own limits. */
  readonly sums: readonly N[];
}

/** Numbers of pairs to choose, of each list. */
interface Wanted<N extends Amount> {
  readonly numbers: readonly number[];
  /** What a bundle is worth besides its pairs. */
  readonly rest: N;
}

/** The search for the best bundles of one user. */
export class OwnSearch<N extends Amount> {
  readonly #limits: readonly OwnLimit[];
  readonly #terms: OwnTerms<N>;
  readonly #mostOfBrand: number;
  readonly #lists: readonly Listed<N>[];
  readonly #chosen: Candidate<N>[] = [];
  #numbers: readonly number[] = [];
  /** The next bundle must be worth more. */
  #least: N;
  #found: N | null = null;
  #steps = 0;

  /**
   * @param limits the user's own
   * @param lists the user's pairs, sponsored ones and others where the policy tells them apart
   */
  constructor(
    limits: readonly OwnLimit[],
    terms: OwnTerms<N>,
    lists: readonly Candidate<N>[][],
    { zero, mostOfBrand }: { zero: N; mostOfBrand: number },
  ) {
    this.#limits = limits;
    this.#terms = terms;
    this.#mostOfBrand = mostOfBrand;
    this.#lists = lists.map((candidates) => listed(candidates, zero));
    this.#least = zero;
  }

  /** Whether the search took too many steps, so that what it found last is not known to be the best. */
  get isOver(): boolean {
    return this.#steps > this.#terms.mostSteps;
  }

  /** What the best bundle with these numbers of pairs is worth; null: none is worth more than `least`. */
  best({ numbers, rest }: Wanted<N>, least: N | null): N | null {
    this.#numbers = numbers;
    this.#found = null;
    this.#least = least ?? -Infinity as N;
    let bound = rest;
    for (const { index } of this.#limits) bound = plus(bound, this.#terms.worth(index));
    numbers.forEach((n, list) => bound = plus(bound, this.#lists[list].sums[n]));
    this.#choose(0, numbers[0], 0, rest, bound);
    return this.#found;
  }

  /**
   * Chooses `n` more pairs of a list, from a place on.
   *
   * @param value what is chosen is worth
   * @param bound what it is worth with the best of the others, at the prices of own limits
   */
  #choose(list: number, n: number, from: number, value: N, bound: N): void {
    this.#steps++;
    if (n === 0) {
      if (list + 1 < this.#lists.length) {
        this.#choose(list + 1, this.#numbers[list + 1], 0, value, bound);
      } else this.#see(value);
      return;
    }
    const { candidates, sums } = this.#lists[list];
    const others = minus(bound, minus(sums[from + n], sums[from]));
    for (let i = from; i + n <= candidates.length && !this.isOver; i++) {
      const next = plus(others, minus(sums[i + n], sums[i])), candidate = candidates[i];
      // Those that follow are worth no more.
      if (next <= this.#least) return;
      this.#chosen.push(candidate);
      if (this.#mayGrow()) {
        this.#choose(list, n - 1, i + 1, plus(value, candidate.value), next);
      }
      this.#chosen.pop();
      if (candidate.isPinned) return;
    }
  }

  /** A bundle is complete. */
  #see(value: N): void {
    const own = this.#lessPenalties(value);
    if (own === null || own <= this.#least) return;
    this.#least = this.#found = own;
  }

  /** Whether no pair that is added could mend what the chosen ones break. */
  #mayGrow(): boolean {
    const last = this.#chosen[this.#chosen.length - 1];
    const same = this.#chosen.filter(({ brand }) => brand === last.brand).length;
    if (same > this.#mostOfBrand) return false;
    return this.#limits.every(({ limit }, at) =>
      limit.side === "at_least" || limit.family.shareOf !== null ||
      consequenceOf(limit) !== "broken" || this.#beyond(at).beyond === 0
    );
  }

  /** A bundle's value less what missing limits costs; null if it breaks one. */
  #lessPenalties(value: N): N | null {
    for (let at = 0; at < this.#limits.length; at++) {
      const { beyond, size } = this.#beyond(at), { index, limit } = this.#limits[at];
      if (beyond === 0) continue;
      if (consequenceOf(limit) === "broken") return null;
      value = minus(value, this.#terms.penalty(index, beyond, size));
    }
    return value;
  }

  /** Units by which the chosen pairs miss a limit, and the size of the figures that were compared. */
  #beyond(at: number): { beyond: number; size: number } {
    const { side, amount, family } = this.#limits[at].limit;
    let counted = 0, offers = 0;
    for (const candidate of this.#chosen) {
      counted += candidate.counted[at];
      if (candidate.belongs[at]) offers++;
    }
    const allowed = family.shareOf === null ? amount : amount * offers;
    return { beyond: beyondOf(side, counted, allowed), size: counted + allowed };
  }
}

/** Pinned pairs first, then those that are worth most at the prices. */
function listed<N extends Amount>(candidates: Candidate<N>[], zero: N): Listed<N> {
  candidates.sort((a, b) =>
    Number(b.isPinned) - Number(a.isPinned) || Number(minus(b.atPrices, a.atPrices))
  );
  const sums = [zero];
  for (const { atPrices } of candidates) sums.push(plus(sums[sums.length - 1], atPrices));
  return { candidates, sums };
}
