/**
 * The settings of the quadratic model of D around a point.
 *
 * @module
 */
import type { Curvature } from "../passes/curvature.ts";

/** How far each price may step. */
export interface StepRadii {
  /** Float64Array, length rows. */
  readonly row: Float64Array;
  /** By place in `rules.others`, Float64Array, length groups. */
  readonly others: readonly Float64Array[];
}

/** The settings of a model; the gradient comes from an evaluation. */
export interface ModelTerms {
  /** The evaluation's curvature, or an average of several. */
  readonly curvature: Curvature;
  /** Factor on the curvature, learnt from earlier steps: observed over expected. */
  readonly scale: number;
  /** Added to each diagonal element, in users per price. */
  readonly ridge: number;
  /** Float64Array, length rows, and length groups for their other prices: the same where it is not alike for all; null: it is. */
  readonly ridges: { readonly row: Float64Array; readonly group: Float64Array } | null;
  /** Share by which each diagonal element is raised, for directions in which the kernel saw no user. */
  readonly damping: number;
  /** How far each price may step. */
  readonly radii: StepRadii;
  /** Float64Array, length rows: the most that each price may be. */
  readonly highest: Float64Array;
}
