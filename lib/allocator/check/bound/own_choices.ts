/**
 * Finds a user's best bundle among those that keep the limits of this user alone.
 *
 * Branch and bound: what a bundle can still be worth is bounded by its worth at the prices of the user's own limits (Lagrangian
 * relaxation). Any prices ≥ 0 make that a bound, good ones end most branches at once. Where each pair counts 1 toward one limit at
 * most, as toward that on offers of its brand, the best pairs of one type are simply taken one by one (greedy choice in a matroid).
 *
 * @module
 */
import { type Amount, minus, plus } from "./amount.ts";
import { beyondOf } from "../rules/limit_tally.ts";
import { consequenceOf, type DeclaredLimit } from "../rules/limits.ts";
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
  /** By list: {@link #oneByOne}. */
  readonly #taken: (readonly N[] | null)[] = [];
  readonly #zero: N;
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
    this.#zero = zero;
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
    const list = numbers.findIndex((n) => n > 0), wanted = numbers[list];
    const isOfOneList = list >= 0 && numbers.every((n, other) => n === 0 || other === list);
    const sums = isOfOneList ? (this.#taken[list] ??= this.#oneByOne(list)) : null;
    if (sums !== null) {
      if (wanted < sums.length) this.#see(plus(rest, sums[wanted]));
      return this.#found;
    }
    let bound = rest;
    for (const { index } of this.#limits) bound = plus(bound, this.#terms.worth(index));
    numbers.forEach((n, list) => bound = plus(bound, this.#lists[list].sums[n]));
    this.#choose(0, numbers[0], 0, rest, bound);
    return this.#found;
  }

  /**
   * By number of pairs of a list: the most that so many are worth which keep all limits; as many as there can be. Null: limits are not
   * such that this is found by taking one pair after the other.
   */
  #oneByOne(list: number): readonly N[] | null {
    const { candidates } = this.#lists[list], limits = this.#limits;
    if (this.#mostOfBrand < Infinity || !limits.every(({ limit }) => isMostOfAll(limit))) {
      return null;
    }
    const limitOf = candidates.map(({ counted }) => counted.findIndex((n) => n !== 0));
    const isSimple = candidates.every(({ counted }, i) =>
      counted.every((n, at) => n === 0 || n === 1 && at === limitOf[i])
    );
    if (!isSimple) return null;
    const order = [...candidates.keys()].sort((a, b) =>
      Number(minus(candidates[b].value, candidates[a].value))
    ).sort((a, b) => Number(candidates[b].isPinned) - Number(candidates[a].isPinned));
    const left = limits.map(({ limit }) => limit.amount), sums = [this.#zero];
    for (const i of order) {
      const at = limitOf[i];
      if (at >= 0 && left[at]-- < 1) {
        if (candidates[i].isPinned) return null;
        continue;
      }
      sums.push(plus(sums[sums.length - 1], candidates[i].value));
    }
    return sums;
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

/** Whether a limit is a rule about the most that offers add up to, which whole numbers are compared with exactly. */
function isMostOfAll(limit: DeclaredLimit): boolean {
  return limit.side === "at_most" && limit.family.shareOf === null &&
    consequenceOf(limit) === "broken" && Number.isInteger(limit.amount);
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
