/**
 * Finds the step of all prices from an evaluation of D: builds the quadratic model, minimises it in the trust region, and derives
 * the step of every group's sponsored price t.
 *
 * @module
 */
import type { CurvatureLayout } from "../passes/curvature.ts";
import type { Evaluation } from "../passes/dual_pass.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { PricePoint } from "../dual/price_point.ts";
import {
  type CrossOf,
  denseCross,
  type FreeSponsored,
  type GroupModel,
  groupModel,
  marksOf,
  type OwnBlock,
  sparseCross,
} from "./group_model.ts";
import type { ModelTerms } from "./model_terms.ts";
import type { Precision } from "./free_system.ts";
import { EXACT, FINE, MANY_ROWS, quadraticStep, ROUGH, ROUGH_OF_MANY } from "./quadratic_step.ts";
import { pairsOfTriangle, type SymmetricMatrix, symmetricMatrix } from "./symmetric_matrix.ts";
import { Held } from "../passes/settle_groups.ts";
import { diagonalOfTies, emptyTies, type Ties } from "../passes/tie_list.ts";

/** A step, and the change of D that the model predicts for it. */
export interface ModelStep {
  /** Changes of the prices; those of t follow from the others. */
  readonly change: PricePoint;
  /** Largest change of a price of a row, or of another limit of a group. */
  readonly size: number;
  /** First-order change of D: gᵀd. */
  readonly slope: number;
  /** Change of D by the model, < 0 unless the point is the model's minimum. */
  readonly predicted: number;
}

/**
 * Most solutions of the model for one step; between them, each t that would leave its range is held. Where groups have radii of their own,
 * a part that goes too far is taken back by itself (see `block_radii.ts`), and one solution is enough.
 */
const RANGE_ROUNDS = 3, RANGE_ROUNDS_OF_GROUPS = 1;

/**
 * The best step within the radii by the model of an evaluation. The model lets each t follow the margins freely. If that would carry
 * a t well beyond P, or through 0 (where another limit takes over), the step is computed again with that t held.
 */
export function modelStep(
  problem: DualProblem,
  layout: CurvatureLayout,
  evaluation: Evaluation,
  terms: ModelTerms,
): ModelStep {
  const held = evaluation.held.slice();
  const model = rowModel(layout, terms);
  const most = terms.ridges === null ? RANGE_ROUNDS : RANGE_ROUNDS_OF_GROUPS;
  const groups: KnownModel[] = [];
  for (let round = 1;; round++) {
    const known = { model, groups };
    const step = solveModel(problem, layout, { ...evaluation, held }, terms, known);
    if (round === most || !holdEscaped(problem, evaluation, step, held)) return step;
  }
}

/** Marks every t as held whose change lies for the most part beyond its range. Returns whether there was one. */
function holdEscaped(
  problem: DualProblem,
  { point }: Evaluation,
  { change }: ModelStep,
  held: Uint8Array,
): boolean {
  let any = false;
  for (let g = 0; g < held.length; g++) {
    const from = point.sponsored[g], moved = change.sponsored[g], to = from + moved;
    const beyond = Math.max(to - problem.shortfallPrice, from * to < 0 ? Math.abs(to) : 0);
    if (beyond <= 0.5 * Math.abs(moved)) continue;
    held[g] = Held.Edge;
    any = true;
  }
  return any;
}

/** The parts of a model that don't depend on which t are held. */
interface RowModel {
  /** The curvature between rows, damped. */
  readonly matrix: SymmetricMatrix;
  readonly ties: Ties;
  readonly crossOf: CrossOf;
}

function rowModel(layout: CurvatureLayout, terms: ModelTerms): RowModel {
  const { curvature, scale, ridge, ridges, damping } = terms, { sparse } = curvature;
  const K = layout.rows, ties = sparse?.ties ?? emptyTies(), inTies = diagonalOfTies(ties, K);
  const diagonal = new Float64Array(K);
  for (let r = 0; r < K; r++) {
    const sum = curvature.rows[sparse === null ? r * (K + 1) : r];
    diagonal[r] = scale * (sum + damping * (sum + inTies[r])) +
      (ridges === null ? ridge : ridges.row[r]);
  }
  const pairs = sparse?.pairs ?? pairsOfTriangle(curvature.rows, K);
  const marks = sparse === null ? null : marksOf(pairs, K);
  return {
    matrix: symmetricMatrix(pairs, diagonal, scale),
    ties: { ...ties, weight: ties.weight.map((weight) => scale * weight) },
    crossOf: (g) =>
      marks === null ? denseCross(layout, curvature.cross, g) : sparseCross(marks, layout.marks, g),
  };
}

/** Models of more rows than this are swept in part. */
const THOUSANDS = 2_000;

/** How near steps come to the best ones of the model. */
function precisionFor({ items }: DualProblem, { dense, rows }: CurvatureLayout): Precision {
  if (dense) return EXACT;
  if (items === null && rows <= MANY_ROWS) return FINE;
  return rows > THOUSANDS ? ROUGH_OF_MANY : ROUGH;
}

/** A group's model, and what held its t when it was made. */
interface KnownModel extends GroupModel {
  readonly held: number;
}

/** The minimum of the model, where only the t that are held by their count move. `known.groups` are made anew where that has changed. */
function solveModel(
  problem: DualProblem,
  layout: CurvatureLayout,
  evaluation: Evaluation,
  terms: ModelTerms,
  { model, groups }: { readonly model: RowModel; readonly groups: KnownModel[] },
): ModelStep {
  const { point, held, rowGradient: gradient } = evaluation;
  const { radii, highest } = terms;
  const K = layout.rows;
  const source = { problem, layout, evaluation, terms, crossOf: model.crossOf };
  const blocks: OwnBlock[] = [];
  const free: FreeSponsored[] = [];
  for (let g = 0; layout.marks > 0 && g < layout.groups; g++) {
    if (groups[g]?.held !== held[g]) groups[g] = { held: held[g], ...groupModel(source, g) };
    const found = groups[g];
    if (found.block !== null) blocks.push(found.block);
    if (found.sponsored !== null) free.push(found.sponsored);
  }
  const change = {
    row: new Float64Array(K),
    sponsored: new Float64Array(point.sponsored.length),
    others: point.others.map((price) => new Float64Array(price.length)),
  };
  const low = point.row.map((price, r) => -Math.min(radii.row[r], price));
  const high = radii.row.map((most, r) => Math.min(most, highest[r] - point.row[r]));
  const { matrix, ties } = model, precision = precisionFor(problem, layout);
  const predicted = quadraticStep(
    { matrix, ties, followers: free, gradient, low, high, blocks, precision },
    change.row,
  );
  takeBlockSteps(blocks, change.others);
  for (const follower of free) change.sponsored[follower.group] = stepOf(follower, change.row);
  return { change, ...sizeAndSlope(change.row, gradient, blocks), predicted };
}

/** Copies the blocks' steps to the columns of their prices. */
function takeBlockSteps(blocks: readonly OwnBlock[], others: readonly Float64Array[]): void {
  for (const { group, others: places, step } of blocks) {
    places.forEach((i, v) => others[i][group] = step[v]);
  }
}

/** The step of a t that follows the other prices. */
function stepOf({ row, cross, curvature, own, block }: FreeSponsored, step: Float64Array): number {
  let push = 0;
  for (let e = 0; e < row.length; e++) push += cross[e] * step[row[e]];
  own.forEach((coupling, v) => push += coupling * block!.step[v]);
  return -push / curvature;
}

/** The largest step of a price, and the slope of D along all of them. */
function sizeAndSlope(
  step: Float64Array,
  gradient: Float64Array,
  blocks: readonly OwnBlock[],
): { size: number; slope: number } {
  let size = 0, slope = 0;
  for (let c = 0; c < step.length; c++) {
    size = Math.max(size, Math.abs(step[c]));
    slope += gradient[c] * step[c];
  }
  for (const { step: own, gradient: ownGradient } of blocks) {
    own.forEach((moved, v) => {
      size = Math.max(size, Math.abs(moved));
      slope += ownGradient[v] * moved;
    });
  }
  return { size, slope };
}
