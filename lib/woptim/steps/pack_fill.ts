/**
 * Splits in steps of any sizes, by a dynamic program over the total.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { PackBounds, PackClass, Packs } from "./pack_sizes.ts";
import type { People } from "../price/people.ts";
import { StepCosts } from "./step_costs.ts";
import { Steps } from "./steps.ts";
import { MergedStream, PersonStream } from "./streams.ts";

/** Cells of the table: as many units as there are to divide above the lower bounds, times the number of sizes. */
const CELLS = 20_000_000;

/**
 * Writes the best counts for `available` units, or for the most below that whole steps make up; returns these. All are
 * counted in the unit that all sizes are multiples of.
 *
 * For the people of one size, the least cost of k steps in all is F(k), by the greedy method, and convex. Size by size, the
 * least cost of T units in all is min over k of that of T − k · size without this size, plus F(k). Among the T of one
 * remainder by the size, F convex means that if a smaller k is once the better one, it stays so as T grows less, and so one
 * pass with a queue finds all minima (Galil and Park, "Dynamic programming with convexity, concavity and sparsity", 1992).
 *
 * Throws {@link InputError} for people without a lower bound that holds, and where the table would be too large.
 */
export function bestFill(
  people: People,
  { classes, unit }: Packs,
  bounds: PackBounds,
  available: number,
  counts: Float64Array,
): number {
  let low = 0;
  for (const { people: some, size } of classes) {
    for (const i of some) low += (counts[i] = bounds.least[i]) * size;
  }
  if (low === -Infinity) {
    const sizes = classes.map(({ steps }) => steps.label).join(", ");
    throw InputError.at({
      column: "step",
      value: sizes,
      expected:
        "steps that divide one another, or lower bounds for everybody that the total can meet",
    });
  }
  const most = available - low;
  if ((most + 1) * classes.length > CELLS) {
    throw InputError.at({
      column: "step",
      value: classes.map(({ steps }) => steps.label).join(", "),
      expected: `steps that divide one another, or at most ${Math.floor(CELLS / classes.length)} ` +
        `times ${new Steps(unit).label} to divide above the lower bounds`,
    });
  }
  let least: Float64Array = new Float64Array(most + 1).fill(Infinity);
  least[0] = 0;
  const chosen = classes.map((one) => {
    const added = addClass(
      least,
      costsOf(streamOf(people, one, bounds, counts.slice()), most, one),
    );
    least = added.least;
    return added.chosen;
  });
  let reached = most;
  while (least[reached] === Infinity) reached--;
  let left = reached;
  for (let d = classes.length - 1; d >= 0; d--) {
    const k = chosen[d][left], stream = streamOf(people, classes[d], bounds, counts);
    for (let j = 0; j < k; j++) stream.move(1);
    left -= k * classes[d].size;
  }
  return low + reached;
}

/** The steps of the people of one size, from their counts on. */
function streamOf(
  people: People,
  { steps, people: some }: PackClass,
  { least, most }: PackBounds,
  counts: Float64Array,
): MergedStream {
  const costs = new StepCosts(people, steps);
  return new MergedStream(some.map((i) => new PersonStream(costs, counts, i, least[i], most[i])));
}

/** What k steps cost, for all k that fit into `most` units and the bounds. */
function costsOf(stream: MergedStream, most: number, { size }: PackClass) {
  const costs = new Float64Array(Math.floor(most / size) + 1);
  let count = 1, lost = 0;
  for (; count < costs.length; count++) {
    const step = stream.peek(1);
    if (step === null) break;
    stream.move(1);
    // Kahan's sum: these are small differences of large numbers at times.
    const more = step.value - lost, sum = costs[count - 1] + more;
    lost = (sum - costs[count - 1]) - more;
    costs[count] = sum;
  }
  return { costs: costs.subarray(0, count), size };
}

/** The least costs once up to `costs.length − 1` steps of a size are added, and how many of them that takes. */
function addClass(
  before: Float64Array,
  { costs, size }: { costs: Float64Array; size: number },
): { least: Float64Array; chosen: Int32Array } {
  const least = new Float64Array(before.length).fill(Infinity);
  const chosen = new Int32Array(before.length);
  for (let rest = 0; rest < Math.min(size, before.length); rest++) {
    new Residue(before, costs, size, rest).run(least, chosen);
  }
  return { least, chosen };
}

/** The totals of one remainder by a size. */
class Residue {
  readonly #before: Float64Array;
  readonly #costs: Float64Array;
  readonly #size: number;
  readonly #rest: number;
  readonly #count: number;

  constructor(before: Float64Array, costs: Float64Array, size: number, rest: number) {
    this.#before = before;
    this.#costs = costs;
    this.#size = size;
    this.#rest = rest;
    this.#count = Math.floor((before.length - 1 - rest) / size) + 1;
  }

  /** The cost at place `at` if all steps but those before place `from` are of this size. */
  #cost(from: number, at: number): number {
    const k = at - from;
    return k < this.#costs.length
      ? this.#before[this.#rest + from * this.#size] + this.#costs[k]
      : Infinity;
  }

  /** The first place from which on `later` is as good as `earlier`. */
  #overtakes(earlier: number, later: number): number {
    let from = later, to = this.#count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#cost(later, middle) <= this.#cost(earlier, middle)) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  /** Writes the least costs and the counts. */
  run(least: Float64Array, chosen: Int32Array): void {
    // Places that may be best from some place on, the next of them each beginning where the one before it ends.
    const queue = new Int32Array(this.#count), begins = new Int32Array(this.#count);
    let first = 0, end = 0;
    for (let at = 0; at < this.#count; at++) {
      if (this.#before[this.#rest + at * this.#size] < Infinity) {
        let begin = at;
        while (end > first) {
          begin = this.#overtakes(queue[end - 1], at);
          if (begin > begins[end - 1]) break;
          end--;
          begin = at;
        }
        if (begin < this.#count) {
          queue[end] = at;
          begins[end++] = begin;
        }
      }
      while (first + 1 < end && begins[first + 1] <= at) first++;
      if (first === end) continue;
      const place = this.#rest + at * this.#size;
      least[place] = this.#cost(queue[first], at);
      chosen[place] = at - queue[first];
    }
  }
}
