/**
 * Stages of a split: everybody is brought to one mark before anybody gets more than it.
 *
 * @module
 */
import { standingOf } from "../problem/status.ts";

/** Between which two marks everybody's units lie. */
export interface Stage {
  /** Float64Array, length people. */
  readonly floor: Float64Array;
  /** Float64Array, length people. */
  readonly ceiling: Float64Array;
}

/**
 * The stage in which the total lies, of marks that grow for everybody: between the last mark whose sum is below the total and
 * the next one, or just at a mark whose sum it is. The last mark is open.
 */
export function stageOf(total: number, marks: readonly Float64Array[]): Stage {
  let floor = marks[0];
  for (const mark of marks.slice(1)) {
    // A mark that is open for somebody is beyond all totals.
    const status = mark.every(Number.isFinite)
      ? standingOf(total, mark, mark).status
      : "total_too_low";
    if (status === "total_too_low") return { floor, ceiling: mark };
    floor = mark;
    if (status === "feasible") return { floor, ceiling: mark };
  }
  return { floor, ceiling: new Float64Array(floor.length).fill(Infinity) };
}
