/**
 * Stages of a split: everybody is brought to one mark before anybody gets more than it.
 *
 * @module
 */
import { ExactSum } from "../exact/exact_sum.ts";

/** Between which two marks everybody's units lie. */
export interface Stage {
  readonly floor: Float64Array;
  readonly ceiling: Float64Array;
}

/**
 * The stage in which the total lies, of marks that grow for everybody: the first has Σ of the first mark ≤ total ≤ Σ of the
 * second, and so on. The last mark is open.
 */
export function stageOf(total: number, marks: readonly Float64Array[]): Stage {
  for (let k = 1; k < marks.length; k++) {
    const isBelow = !marks[k].every(Number.isFinite) || ExactSum.compare(total, marks[k]) <= 0;
    if (isBelow) return { floor: marks[k - 1], ceiling: marks[k] };
  }
  const floor = marks[marks.length - 1];
  return { floor, ceiling: new Float64Array(floor.length).fill(Infinity) };
}
