/**
 * The memory through which the shares of a pass and the thread that leads them exchange data. It is shared with workers.
 *
 * @module
 */
import { sharedFloat64, sharedUint32 } from "../../../base/arrays/shared_array.ts";
import { BLOCKS } from "../dual/pair_block.ts";
import { curvatureLayout, type CurvatureSums, curvatureSums } from "./curvature.ts";
import { type DualProblem, rowCount } from "../dual/dual_problem.ts";
import { type KeptBundles, keptBundles } from "./kept_bundles.ts";
import { markCount } from "../dual/marks.ts";
import { type PricePoint, zeroPoint } from "../dual/price_point.ts";

/** The sums of one share. All are multiples of a power of two, so adding up shares is exact in any order. */
export interface ShareSums {
  /** Float64Array, length rows: what offers count toward each row, frozen users included; limits in their units. */
  readonly load: Float64Array;
  /** Float64Array, groups × marks: Σ of the marks of each group's users, frozen ones included. */
  readonly marks: Float64Array;
  /** The part of `load` that comes from frozen users. */
  readonly frozenLoad: Float64Array;
  /** The part of `marks` that comes from frozen users. */
  readonly frozenMarks: Float64Array;
  /** Curvature at the last scan. */
  readonly curvature: CurvatureSums;
  /** Float64Array, length 1: pairs looked at since the start. */
  readonly pairsSeen: Float64Array;
}

/** Everything that the leading thread and the shares both see. */
export interface PassBoard {
  /** Prices to scan at, or the centre of a screening. */
  readonly point: PricePoint;
  /** How far each price may move from the centre of a screening. */
  readonly reach: Pick<PricePoint, "row" | "sponsored">;
  /** Float64Array, length groups: sponsored prices after settling. */
  readonly settled: Float64Array;
  /**
   * Float64Array, length users: of each active user, by how much its best sponsored bundle is better than its best other one,
   * sponsored price left out.
   */
  readonly margin: Float64Array;
  /** Uint32Array, length users: group of each active user, in the places of `margin`. */
  readonly activeGroup: Uint32Array;
  /** Uint32Array, length BLOCKS: active users of each block; those of block b begin at place `blockStart(users, b)`. */
  readonly activeCount: Uint32Array;
  /** Float64Array, length BLOCKS: Σ of active users' best unsponsored bundles and of frozen users' bundles. */
  readonly blockValue: Float64Array;
  /** Float64Array, length BLOCKS: Σ of max(0, margin + settled sponsored price) over active users. */
  readonly blockGain: Float64Array;
  /** The sums of each share. */
  readonly shares: readonly ShareSums[];
  /** Every user's bundle at the last pass that kept them. */
  readonly kept: KeptBundles;
}

/** A board for `shares` shares, all zero. */
export function passBoard(problem: DualProblem, shares: number): PassBoard {
  const rows = rowCount(problem), groups = problem.instance.groupSize.length;
  const marks = groups * markCount(problem);
  const users = problem.instance.group.length;
  const layout = curvatureLayout(problem);
  return {
    point: zeroPoint(rows, groups, problem.rules.others.length),
    reach: { row: sharedFloat64(rows), sponsored: sharedFloat64(groups) },
    settled: sharedFloat64(groups),
    margin: sharedFloat64(users),
    activeGroup: sharedUint32(users),
    activeCount: sharedUint32(BLOCKS),
    blockValue: sharedFloat64(BLOCKS),
    blockGain: sharedFloat64(BLOCKS),
    shares: Array.from({ length: shares }, () => ({
      load: sharedFloat64(rows),
      marks: sharedFloat64(marks),
      frozenLoad: sharedFloat64(rows),
      frozenMarks: sharedFloat64(marks),
      curvature: curvatureSums(layout),
      pairsSeen: sharedFloat64(1),
    })),
    kept: keptBundles(problem, shares),
  };
}
