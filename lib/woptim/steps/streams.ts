/**
 * Steps in the order of their costs, one after the other, forwards and backwards: for splits in steps of several sizes.
 *
 * @module
 */
import {
  addFractions,
  compareFractions,
  type Fraction,
  fractionOf,
  ZERO,
} from "../exact/fraction.ts";
import { Heap } from "../../base/arrays/heap.ts";
import type { StepCosts } from "./step_costs.ts";

/** What a number is: a double, how far off that may be, and the exact number when it is asked for. */
interface Estimate {
  value: number;
  error: number;
  exact: () => Fraction;
}

/** What a step costs. */
export interface StepCost extends Estimate {
  /** Who gets the step, or the first of those who do: of steps that cost the same the first person's is taken. */
  person: number;
  /** How many groups need the step for their lower bounds: that comes before all costs. @default 0 */
  needs?: number;
}

/** Steps of one size, whose costs never fall from one to the next. */
export interface Stream {
  /** What the next step costs (1), or the last one that was taken (−1); null where there is none. */
  peek(sign: 1 | -1): StepCost | null;
  /** Takes the next step, or gives the last one back. */
  move(sign: 1 | -1): void;
}

/** Below 0 where a comes before b, above 0 where after it, exactly. */
function compareStepCosts(a: StepCost, b: StepCost): number {
  return (b.needs ?? 0) - (a.needs ?? 0) || compareEstimates(a, b) || a.person - b.person;
}

/** The sign of a − b, exactly. */
function compareEstimates(a: Estimate, b: Estimate): number {
  const rough = a.value - b.value;
  if (Math.abs(rough) > a.error + b.error) return rough < 0 ? -1 : 1;
  return compareFractions(a.exact(), b.exact());
}

/** One person's steps. */
export class PersonStream implements Stream {
  readonly #costs: StepCosts;
  readonly #counts: Float64Array;
  readonly #i: number;
  readonly #least: number;
  readonly #most: number;

  /** Steps of person i, of whom counts[i] are taken and least to most may be. */
  constructor(costs: StepCosts, counts: Float64Array, i: number, least: number, most: number) {
    this.#costs = costs;
    this.#counts = counts;
    this.#i = i;
    this.#least = least;
    this.#most = most;
  }

  peek(sign: 1 | -1): StepCost | null {
    const i = this.#i, count = this.#counts[i];
    if (sign > 0 ? count >= this.#most : count <= this.#least) return null;
    const k = sign > 0 ? count : count - 1, costs = this.#costs;
    const value = costs.estimate(i, k);
    return { value, error: costs.error, exact: () => costs.exact(i, k), person: i };
  }

  move(sign: 1 | -1): void {
    this.#counts[this.#i] += sign;
  }
}

/** The steps of several streams of one size, the cheapest first; of equals the first person's. */
export class MergedStream implements Stream {
  readonly #streams: readonly Stream[];
  // The direction in which the streams are sorted now.
  #sign: 1 | -1 = 1;
  #costs: (StepCost | null)[] = [];
  #heap?: Heap<number>;
  /** How many steps were taken, less those given back. */
  moved = 0;

  constructor(streams: readonly Stream[]) {
    this.#streams = streams;
  }

  peek(sign: 1 | -1): StepCost | null {
    if (this.#streams.length === 0) return null;
    const top = this.#topFor(sign);
    return this.#costs[top];
  }

  move(sign: 1 | -1): void {
    const top = this.#topFor(sign), stream = this.#streams[top];
    stream.move(sign);
    this.#costs[top] = stream.peek(sign);
    this.#heap!.settleTop();
    this.moved += sign;
  }

  #topFor(sign: 1 | -1): number {
    if (this.#heap === undefined || this.#sign !== sign) {
      this.#sign = sign;
      this.#costs = this.#streams.map((stream) => stream.peek(sign));
      this.#heap = new Heap((a, b) => this.#isBefore(a, b), [...this.#streams.keys()]);
    }
    return this.#heap.top;
  }

  #isBefore(a: number, b: number): boolean {
    const costA = this.#costs[a], costB = this.#costs[b];
    if (costA === null || costB === null) return costB === null && (costA !== null || a < b);
    return this.#sign * compareStepCosts(costA, costB) < 0;
  }
}

/** What steps cost a group, and how many it may have. */
export interface GroupCosts {
  costs: StepCosts;
  /** Number of the group in `costs`. */
  group: number;
  /** Steps that it has. */
  count: number;
  least: number;
  most: number;
}

/** The steps of a group's members, each at what it costs the group too. */
export class GroupStream implements Stream {
  readonly #members: Stream;
  readonly #own: GroupCosts;

  /** The steps of `members`, with what each costs the group by `own`. */
  constructor(members: Stream, own: GroupCosts) {
    this.#members = members;
    this.#own = own;
  }

  peek(sign: 1 | -1): StepCost | null {
    const { costs, group, count, least, most } = this.#own, k = sign > 0 ? count : count - 1;
    if (sign > 0 && k >= most) return null;
    const member = this.#members.peek(sign);
    if (member === null) return null;
    const value = costs.estimate(group, k), error = costs.error;
    return {
      ...sumOf([member, { value, error, exact: () => costs.exact(group, k) }]),
      person: member.person,
      needs: (member.needs ?? 0) + (k < least ? 1 : 0),
    };
  }

  move(sign: 1 | -1): void {
    this.#members.move(sign);
    this.#own.count += sign;
  }
}

/**
 * Steps of a stream in bundles of so many: a stream of larger steps. What is looked at is taken, and given back if another
 * direction is asked for: so the cost of a bundle is worked out once.
 */
export class BundledStream implements Stream {
  readonly #stream: Stream;
  readonly #size: number;
  // The direction of a bundle that was looked at, so that its steps are taken (or given back) already; 0: none.
  #ahead: 0 | 1 | -1 = 0;
  #cost: StepCost | null = null;
  // A direction in which less than a bundle is left.
  #ended: 0 | 1 | -1 = 0;

  constructor(stream: Stream, size: number) {
    this.#stream = stream;
    this.#size = size;
  }

  peek(sign: 1 | -1): StepCost | null {
    if (this.#ahead === sign) return this.#cost;
    this.settle();
    if (this.#ended === sign) return null;
    const parts: StepCost[] = [];
    while (parts.length < this.#size) {
      const part = this.#stream.peek(sign);
      if (part === null) {
        for (const _ of parts) this.#stream.move(sign > 0 ? -1 : 1);
        this.#ended = sign;
        return null;
      }
      parts.push(part);
      this.#stream.move(sign);
    }
    this.#ahead = sign;
    const person = parts.reduce((first, part) => Math.min(first, part.person), Infinity);
    return this.#cost = { ...sumOf(parts), person };
  }

  move(sign: 1 | -1): void {
    if (this.#ahead !== sign) this.peek(sign);
    this.#ahead = 0;
    this.#ended = 0;
  }

  /** Gives back a bundle that was looked at and not taken. */
  settle(): void {
    const back = this.#ahead > 0 ? -1 : 1;
    if (this.#ahead !== 0) { for (let k = 0; k < this.#size; k++) this.#stream.move(back); }
    this.#ahead = 0;
  }
}

function sumOf(parts: readonly Estimate[]): Estimate {
  let value = 0, error = 0, sizes = 0;
  for (const part of parts) {
    value += part.value;
    error += part.error;
    sizes += Math.abs(part.value);
  }
  return {
    value,
    error: error + parts.length * Number.EPSILON * sizes,
    exact: () => parts.map((part) => part.exact()).reduce(addFractions, ZERO),
  };
}

/** Takes the steps that cost less than `worth` and gives back those that don't: the number taken, less that given back. */
export function takeCheaper(stream: Stream, worth: number): number {
  const limit: Estimate = { value: worth, error: 0, exact: () => fractionOf(worth) };
  const isTaken = (step: StepCost) => (step.needs ?? 0) > 0 || compareEstimates(step, limit) < 0;
  let taken = 0;
  for (let next; (next = stream.peek(1)) !== null && isTaken(next);) {
    stream.move(1);
    taken++;
  }
  if (taken > 0) return taken;
  for (let last; (last = stream.peek(-1)) !== null && !isTaken(last);) {
    stream.move(-1);
    taken--;
  }
  return taken;
}

/** Moves by `steps`, up or down, as far as there are any; returns how many were moved. */
export function moveBy(stream: Stream, steps: number): number {
  const sign = steps < 0 ? -1 : 1;
  let moved = 0;
  for (; moved !== steps && stream.peek(sign) !== null; moved += sign) stream.move(sign);
  return moved;
}
