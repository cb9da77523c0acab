/**
 * What the model of D around a point is made of beside the evaluation there.
 *
 * @module
 */
import type { Curvature } from "../dual/curvature.ts";

/** How far each price may step. */
export interface StepRadii {
  /** Float64Array, length rows. */
  readonly row: Float64Array;
  /** By place in `rules.others`, Float64Array, length groups. */
  readonly others: readonly Float64Array[];
}

/** What the model is made of beside the evaluation. */
export interface ModelTerms {
  /** The evaluation's curvature, or an average of several. */
  readonly curvature: Curvature;
  /** Factor on the curvature: observed over expected so far. */
  readonly scale: number;
  /** Added to each diagonal, in users per price. */
  readonly ridge: number;
  /** Share of itself that is added to each diagonal, against directions that the kernel saw no user in. */
  readonly damping: number;
  /** How far each price may step. */
  readonly radii: StepRadii;
  /** Float64Array, length rows: the most that each price may be. */
  readonly highest: Float64Array;
}
