/**
 * Splits in which some people get nothing at all, or at least their lower bound: branch and bound.
 *
 * @module
 */
import { searchCore } from "./core_search.ts";
import {
  type BestPrice,
  CostsByPrice,
  type Lattice,
  NOTHING,
  OPEN,
  SOMETHING,
} from "./costs_by_price.ts";
import { Heap } from "../../base/arrays/heap.ts";
import type { People } from "../price/people.ts";

/** Which of the people who may get nothing get something, and how sure it is that no choice is better. */
export interface OrZeroChoice {
  /** 1 for who gets something, length people; people without the choice count as such. */
  taken: Uint8Array;
  /** (objective − bound) / objective, with a bound that no split is below; 0 where the choice is proven best. */
  gap: number;
}

/** When searches give up. */
export interface Effort {
  /** Responses of single people that the first search may compute. */
  responses: number;
  /** Additions of costs that the second one may make. */
  additions: number;
}

/** About a second for the first search, and ten for the second. */
const EFFORT: Effort = { responses: 4e7, additions: 4e9 };
/** Objectives that differ by less than this, in proportion, count as equal. */
const SAME = 1e-11;

/** A part of the search: choices that are settled, and a bound on what can come of it. */
interface Node {
  choices: Uint8Array;
  bound: number;
}

/**
 * Finds who gets something. `people` have the hard bounds of those who do; `mayBeZero` is 1 for who has the choice.
 * Null where no choice makes the total; undefined where the search gave up before it found one.
 *
 * The bound is that of Lagrange's dual: at a price, each person takes what is best for that person alone, nothing
 * included, and the sum of their discontents, plus the price of the total, is never above what any split costs. At the
 * best price all but about one choice are the same on both sides of it (Shapley and Folkman: the gap is that of one
 * person, however many there are), so the bound is tight. A person for whom the other choice costs more than lies
 * between the bound and the best split known is settled. The search branches on a person who is undecided at the price,
 * and takes the part with the least bound first. Of people who ask for the same, the first ones get something. What is
 * left after a while is tried by {@link searchCore}.
 */
export function chooseOrZero(
  people: People,
  mayBeZero: Uint8Array,
  total: number,
  lattice?: Lattice,
  effort: Effort = EFFORT,
): OrZeroChoice | null | undefined {
  return new OrZeroSearch(people, mayBeZero, total, lattice).run(effort);
}

class OrZeroSearch {
  readonly #costs: CostsByPrice;
  /** Those with the choice, so that people who ask for the same follow one another. */
  readonly #open: Uint32Array;
  /** For each of these whether the one before asks for the same. */
  readonly #isLikeLast: Uint8Array;
  readonly #nodes = new Heap<Node>((a, b) => a.bound < b.bound);
  #best: { choices: Uint8Array; value: number } | null = null;
  readonly #tried = new Set<string>();

  constructor(people: People, mayBeZero: Uint8Array, total: number, lattice?: Lattice) {
    this.#costs = new CostsByPrice(people, mayBeZero, total, lattice);
    const open = [...mayBeZero.keys()].filter((i) => mayBeZero[i] === 1);
    open.sort((a, b) => people.compareWishes(a, b) || a - b);
    this.#open = Uint32Array.from(open);
    this.#isLikeLast = Uint8Array.from(
      open,
      (i, j) => Number(j > 0 && people.compareWishes(open[j - 1], i) === 0),
    );
  }

  run({ responses, additions }: Effort): OrZeroChoice | null | undefined {
    const start = new Uint8Array(this.#costs.count).fill(SOMETHING);
    for (const i of this.#open) start[i] = OPEN;
    this.#look(start);
    while (this.#nodes.size > 0 && this.#costs.work < responses) {
      const { choices, bound } = this.#nodes.pop()!;
      if (this.#isHopeless(bound)) return this.#answer(Infinity);
      this.#branch(choices);
    }
    if (this.#nodes.size === 0) return this.#answer(Infinity);
    const isDone = this.#searchCore(start, additions);
    if (!isDone && this.#best === null) return undefined;
    return this.#answer(isDone ? Infinity : this.#nodes.pop()!.bound);
  }

  /** Tries all choices that are left, by bounds that are cheap to compute; false where it gave up. */
  #searchCore(choices: Uint8Array, additions: number): boolean {
    return searchCore({
      costs: this.#costs,
      choices,
      open: this.#open,
      isLikeLast: this.#isLikeLast,
      price: this.#costs.bestPrice(choices).price,
      additions,
      limit: () => this.#best === null ? Infinity : this.#best.value * (1 - SAME),
      take: (choices) => this.#try(choices),
    });
  }

  #answer(bound: number): OrZeroChoice | null {
    const best = this.#best;
    if (best === null) return null;
    const short = best.value - bound;
    const gap = short > SAME * Math.abs(best.value) ? short / Math.abs(best.value) : 0;
    return { taken: best.choices, gap };
  }

  #isHopeless(bound: number): boolean {
    const best = this.#best;
    return best !== null && bound >= best.value - SAME * Math.abs(best.value);
  }

  /**
   * Bounds a part of the search; keeps it for later where it may hold something better and is not settled by its bound.
   */
  #look(choices: Uint8Array): void {
    if (!this.#costs.canMeet(choices)) return;
    const price = this.#costs.bestPrice(choices);
    // Where everybody is decided, the bound is what the choice costs.
    if (price.undecided.length === 0) return this.#try(price.below);
    if (this.#isHopeless(price.bound)) return;
    this.#tryRounded(price, this.#inOrder(price.undecided));
    this.#nodes.push({ choices, bound: price.bound });
  }

  /** Those of `some` in the order of the search. */
  #inOrder(some: readonly number[]): number[] {
    const wanted = new Set(some);
    return [...this.#open].filter((i) => wanted.has(i));
  }

  /** Tries the choices just below and above the price, and the two between that come nearest to the total. */
  #tryRounded(price: BestPrice, undecided: readonly number[]): void {
    const last = lastOf(price, undecided), choices = price.below.slice();
    this.#try(choices.slice());
    undecided.forEach((i, j) => {
      choices[i] = SOMETHING;
      if (j === last || j === last - 1) this.#try(choices.slice());
    });
    this.#try(price.above.slice());
  }

  /** Computes what settled choices cost, and keeps the best. */
  #try(choices: Uint8Array): void {
    const key = choices.join("");
    if (this.#tried.has(key)) return;
    this.#tried.add(key);
    if (!this.#costs.canMeet(choices)) return;
    const value = this.#costs.bestPrice(choices).bound;
    if (this.#best === null || value < this.#best.value - SAME * Math.abs(value)) {
      this.#best = { choices, value };
    }
  }

  /** Settles people for whom the bound leaves one choice only, and branches on one whose choice is still open. */
  #branch(from: Uint8Array): void {
    const price = this.#costs.bestPrice(from);
    const { bound, undecided, below, losses } = price;
    const choices = from.slice();
    if (this.#best !== null) {
      for (const i of this.#open) {
        if (choices[i] === OPEN && this.#isHopeless(bound + losses[i])) choices[i] = below[i];
      }
      this.#spread(choices);
    }
    const ordered = this.#inOrder(undecided).filter((i) => choices[i] === OPEN);
    const person = ordered[lastOf(price, ordered)] ?? this.#open.find((i) => choices[i] === OPEN);
    if (person === undefined) return this.#try(choices);
    for (const choice of [SOMETHING, NOTHING]) {
      const next = choices.slice();
      next[person] = choice;
      if (this.#spread(next)) this.#look(next);
    }
  }

  /**
   * Of people who ask for the same the first get something: settles the choices that follow from this; false where they
   * contradict each other.
   */
  #spread(choices: Uint8Array): boolean {
    const open = this.#open, isLikeLast = this.#isLikeLast;
    for (let j = 1; j < open.length; j++) {
      if (!isLikeLast[j] || choices[open[j - 1]] !== NOTHING) continue;
      if (choices[open[j]] === SOMETHING) return false;
      choices[open[j]] = NOTHING;
    }
    for (let j = open.length - 1; j > 0; j--) {
      if (isLikeLast[j] && choices[open[j]] === SOMETHING) choices[open[j - 1]] = SOMETHING;
    }
    return true;
  }
}

/** The first of the undecided people whose units are more than what is left, if those before get theirs. */
function lastOf({ left, units }: BestPrice, undecided: readonly number[]): number {
  let rest = left, j = 0;
  for (; j < undecided.length - 1; j++) {
    rest -= units[undecided[j]];
    if (rest < 0) break;
  }
  return j;
}
