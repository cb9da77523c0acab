/**
 * From an evaluation of D to a step of all prices: the quadratic model, its minimum in the trust region, and what
 * that implies for every group's t.
 *
 * @module
 */
import type { Curvature, CurvatureLayout } from "../dual/curvature.ts";
import type { Evaluation } from "../dual/dual_pass.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { MIXED_USER, SPONSORED_OFFERS, SPONSORED_USER, UNSPONSORED_OFFERS } from "../dual/marks.ts";
import type { PairRows } from "../dual/pair_table.ts";
import type { PricePoint } from "../dual/price_point.ts";
import { type GroupBlock, quadraticStep } from "./quadratic_step.ts";
import { sparseStep, type SymmetricMatrix, symmetricMatrix } from "./sparse_step.ts";
import { Held } from "../dual/settle_groups.ts";
import { diagonalOfTies, type Ties } from "../dual/tie_list.ts";

/** How far each price may step. */
export interface StepRadii {
  /** Float64Array, length rows. */
  readonly row: Float64Array;
  /** Float64Array, length groups, for α. */
  readonly ratio: Float64Array;
  /** Float64Array, length groups, for β. */
  readonly mixed: Float64Array;
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

/** A step, and what the model expects of it. */
export interface ModelStep {
  /** Changes of the prices; those of t follow from the others. */
  readonly change: PricePoint;
  /** Largest change of λ, α or β. */
  readonly size: number;
  /** First-order change of D: gᵀd. */
  readonly slope: number;
  /** Change of D that the model expects, < 0 unless the point is its minimum. */
  readonly predicted: number;
}

/** A group's t as the model sees it: Δt = −(cross · Δλ + own · Δ(α, β)) / curvature. */
interface FreeSponsored {
  readonly group: number;
  readonly row: Int32Array;
  readonly cross: Float64Array;
  readonly curvature: number;
  /** Coupling to the prices of `block`, in their order. */
  readonly own: Float64Array;
  readonly block: OwnBlock | null;
}

/** A block and which prices it holds. */
interface OwnBlock extends GroupBlock {
  readonly group: number;
  /** "ratio" or "mixed" of each price. */
  readonly names: readonly ("ratio" | "mixed")[];
}

/** Times that the model is solved again without the t that would leave their range. */
const RANGE_ROUNDS = 3;

/**
 * The best step within the radii by the model of an evaluation. The model lets t follow the margins freely; where that
 * would carry a t well beyond P, or through 0 (where the count takes over), the step is found again with that t held.
 */
export function modelStep(
  problem: DualProblem,
  layout: CurvatureLayout,
  evaluation: Evaluation,
  terms: ModelTerms,
): ModelStep {
  const held = evaluation.held.slice();
  const model = layout.dense ? null : sparseModel(terms);
  for (let round = 1;; round++) {
    const step = solveModel(problem, layout, { ...evaluation, held }, terms, model);
    if (round === RANGE_ROUNDS || !holdEscaped(problem, evaluation, step, held)) return step;
  }
}

/** Marks as held every t whose change lies for the most part beyond its range; whether there was one. */
function holdEscaped(
  problem: DualProblem,
  { point }: Evaluation,
  { change }: ModelStep,
  held: Uint8Array,
): boolean {
  let any = false;
  for (let g = 0; g < held.length; g++) {
    const t = point.sponsored[g], moved = change.sponsored[g], to = t + moved;
    const beyond = Math.max(to - problem.shortfallPrice, t * to < 0 ? Math.abs(to) : 0);
    if (beyond <= 0.5 * Math.abs(moved)) continue;
    held[g] = Held.Edge;
    any = true;
  }
  return any;
}

/** What models of one evaluation share where the layout is sparse. */
interface SparseModel {
  readonly matrix: SymmetricMatrix;
  readonly ties: Ties;
  readonly marks: MarkRows;
}

function sparseModel({ curvature, scale, ridge, damping }: ModelTerms): SparseModel {
  const { rows } = curvature, { pairs, ties } = curvature.sparse!;
  const inTies = diagonalOfTies(ties, rows.length);
  const diagonal = rows.map((sum, r) => scale * (sum + damping * (sum + inTies[r])) + ridge);
  return {
    matrix: symmetricMatrix(pairs, diagonal, scale),
    ties: { ...ties, weight: ties.weight.map((weight) => scale * weight) },
    marks: marksOf(pairs, rows.length),
  };
}

/** `scale` times the curvature between rows, damped, as one matrix. */
function denseModel(K: number, { curvature, scale, ridge, damping }: ModelTerms): Float64Array {
  const hessian = symmetric(curvature.rows, K, scale);
  for (let c = 0; c < K; c++) {
    hessian[c * (K + 1)] += ridge + damping * hessian[c * (K + 1)];
  }
  return hessian;
}

/** The model's minimum, with t of the groups that are not held by their count where they are. */
function solveModel(
  problem: DualProblem,
  layout: CurvatureLayout,
  evaluation: Evaluation,
  terms: ModelTerms,
  model: SparseModel | null,
): ModelStep {
  const { point, rowGradient: gradient } = evaluation;
  const { radii, highest } = terms;
  const K = layout.loads;
  const blocks: OwnBlock[] = [];
  const free: FreeSponsored[] = [];
  for (let g = 0; layout.marks > 0 && g < layout.groups; g++) {
    const found = groupModel(problem, layout, evaluation, terms, model?.marks ?? null, g);
    if (found.block !== null) blocks.push(found.block);
    if (found.sponsored !== null) free.push(found.sponsored);
  }
  const change = {
    row: new Float64Array(K),
    sponsored: new Float64Array(point.sponsored.length),
    ratio: new Float64Array(point.sponsored.length),
    mixed: new Float64Array(point.sponsored.length),
  };
  const low = point.row.map((price, r) => -Math.min(radii.row[r], price));
  const high = radii.row.map((most, r) => Math.min(most, highest[r] - point.row[r]));
  const box = { gradient, low, high, blocks };
  let predicted: number;
  if (model === null) {
    const hessian = denseModel(K, terms);
    for (const sponsored of free) subtractOuter(hessian, K, sponsored);
    predicted = quadraticStep({ hessian, ...box }, change.row);
  } else {
    predicted = sparseStep(
      { matrix: model.matrix, ties: model.ties, followers: free, ...box },
      change.row,
    );
  }
  let size = 0, slope = 0;
  for (let c = 0; c < K; c++) {
    size = Math.max(size, Math.abs(change.row[c]));
    slope += gradient[c] * change.row[c];
  }
  for (const { group, names, step, gradient: own } of blocks) {
    names.forEach((name, v) => {
      change[name][group] = step[v];
      size = Math.max(size, Math.abs(step[v]));
      slope += own[v] * step[v];
    });
  }
  for (const { group, row, cross, curvature, own, block } of free) {
    let push = 0;
    for (let e = 0; e < row.length; e++) push += cross[e] * change.row[row[e]];
    own.forEach((coupling, v) => push += coupling * block!.step[v]);
    change.sponsored[group] = -push / curvature;
  }
  return { change, size, slope, predicted };
}

/** `scale` times the symmetric matrix whose upper triangle is given. */
function symmetric(upper: Float64Array, K: number, scale: number): Float64Array {
  const full = new Float64Array(K * K);
  for (let a = 0; a < K; a++) {
    for (let b = a; b < K; b++) full[a * K + b] = full[b * K + a] = scale * upper[a * K + b];
  }
  return full;
}

/** The model's part of one group: t where it moves with the margins, and α and β where the group has their rules. */
function groupModel(
  problem: DualProblem,
  layout: CurvatureLayout,
  evaluation: Evaluation,
  terms: ModelTerms,
  markRows: MarkRows | null,
  g: number,
): { sponsored: FreeSponsored | null; block: OwnBlock | null } {
  const { marks } = layout;
  const { curvature, scale, ridge, damping, radii } = terms;
  const rules = problem.rules;
  const rho = rules.assignmentRatio[g];
  // Each price is a combination of marks: how a unit of it changes the value of a bundle with those marks.
  const combinations: number[][] = [[1, 0, 0, 0]];
  const names: ("ratio" | "mixed")[] = [];
  if (marks === 4) {
    if (rho > 0) {
      const row = [0, 0, 0, 0];
      row[SPONSORED_OFFERS] = 1 - rho;
      row[UNSPONSORED_OFFERS] = -rho;
      combinations.push(row);
      names.push("ratio");
    }
    if (rules.maxMixed[g] < problem.instance.groupSize[g]) {
      const row = [0, 0, 0, 0];
      row[MIXED_USER] = -1;
      combinations.push(row);
      names.push("mixed");
    }
  }
  const between = (a: readonly number[], b: readonly number[]): number => {
    const at = g * marks * marks;
    let sum = 0;
    for (let m = 0; m < marks; m++) {
      for (let n = 0; n < marks; n++) sum += a[m] * b[n] * curvature.group[at + m * marks + n];
    }
    return scale * sum;
  };
  const isFree = evaluation.held[g] === Held.Count;
  const own = (1 + damping) * between(combinations[0], combinations[0]);
  const hasSponsored = isFree && own > 0;
  if (!hasSponsored && names.length === 0) return { sponsored: null, block: null };

  const { row: coupled, value: crosses } = markRows === null
    ? denseCross(layout, curvature.cross, g)
    : sparseCross(markRows, marks, g);
  const width = coupled.length;
  // More load of a row is less value per unit of its price: hence the minus.
  const crossOf = (a: readonly number[]): Float64Array => {
    const row = new Float64Array(width);
    for (let m = 0; m < marks; m++) {
      if (a[m] === 0) continue;
      for (let e = 0; e < width; e++) row[e] -= scale * a[m] * crosses[m * width + e];
    }
    return row;
  };
  const sponsoredCross = crossOf(combinations[SPONSORED_USER]);
  const prices = names.length;
  const coupling = new Float64Array(prices);
  let block: OwnBlock | null = null;
  if (prices > 0) {
    const { point } = evaluation;
    const cross = new Float64Array(prices * width), hessian = new Float64Array(prices * prices);
    for (let v = 0; v < prices; v++) {
      coupling[v] = between(combinations[0], combinations[1 + v]);
    }
    for (let v = 0; v < prices; v++) {
      cross.set(crossOf(combinations[1 + v]), v * width);
      for (let w = 0; w < prices; w++) {
        hessian[v * prices + w] = between(combinations[1 + v], combinations[1 + w]);
      }
      hessian[v * prices + v] += ridge + damping * hessian[v * prices + v];
      if (!hasSponsored) continue;
      for (let e = 0; e < width; e++) {
        cross[v * width + e] -= coupling[v] * sponsoredCross[e] / own;
      }
      for (let w = 0; w < prices; w++) hessian[v * prices + w] -= coupling[v] * coupling[w] / own;
    }
    const low = names.map((name) => -Math.min(radii[name][g], point[name][g]));
    const gradient = names.map((name) =>
      name === "ratio" ? evaluation.ratioGradient[g] : evaluation.mixedGradient[g]
    );
    block = {
      group: g,
      names,
      row: coupled,
      cross,
      hessian,
      gradient: Float64Array.from(gradient),
      low: Float64Array.from(low),
      high: Float64Array.from(names, (name) => radii[name][g]),
      step: new Float64Array(prices),
    };
  }
  const sponsored = hasSponsored
    ? { group: g, row: coupled, cross: sponsoredCross, curvature: own, own: coupling, block }
    : null;
  return { sponsored, block };
}

/** Sums between a group's marks and the rows that any of them is coupled to. */
interface GroupCross {
  /** Int32Array: the rows. */
  readonly row: Int32Array;
  /** Float64Array, marks × rows. */
  readonly value: Float64Array;
}

function denseCross(layout: CurvatureLayout, cross: Float64Array, g: number): GroupCross {
  const { loads: K, marks, rowOf } = layout;
  const found: number[] = [];
  const at = rowOf[g] * marks * K;
  for (let c = 0; at >= 0 && c < K; c++) {
    for (let m = 0; m < marks; m++) {
      if (cross[at + m * K + c] !== 0) {
        found.push(c);
        break;
      }
    }
  }
  const row = Int32Array.from(found), width = row.length;
  const value = new Float64Array(marks * width);
  for (let i = 0; i < value.length; i++) {
    value[i] = cross[at + Math.floor(i / width) * K + row[i % width]];
  }
  return { row, value };
}

/** Pairs of a mark and a row, by mark. */
interface MarkRows {
  /** Uint32Array: those of mark m of group g begin at `start[g · marks + m]`. */
  readonly start: Uint32Array;
  /** Uint32Array: the row, ascending within a mark. */
  readonly row: Uint32Array;
  /** Float64Array. */
  readonly value: Float64Array;
}

/** The pairs of a sparse curvature whose larger row is a mark. */
function marksOf({ start, column, value }: PairRows, K: number): MarkRows {
  const all = start.length - 1, begin = new Uint32Array(all - K + 1);
  const eachPair = (visit: (row: number, mark: number, value: number) => void) => {
    for (let r = 0; r < K; r++) {
      for (let i = start[r + 1]; i > start[r] && column[i - 1] >= K; i--) {
        visit(r, column[i - 1] - K, value[i - 1]);
      }
    }
  };
  eachPair((_, mark) => begin[mark + 1]++);
  for (let m = 0; m + 1 < begin.length; m++) begin[m + 1] += begin[m];
  const next = begin.slice(), count = begin[begin.length - 1];
  const rows = new Uint32Array(count), values = new Float64Array(count);
  eachPair((row, mark, sum) => {
    rows[next[mark]] = row;
    values[next[mark]++] = sum;
  });
  return { start: begin, row: rows, value: values };
}

function sparseCross({ start, row, value }: MarkRows, marks: number, g: number): GroupCross {
  const from = start[g * marks], to = start[(g + 1) * marks];
  const rows = Int32Array.from(new Set(row.subarray(from, to))).sort();
  const width = rows.length, place = new Map<number, number>();
  if (marks > 1) rows.forEach((r, e) => place.set(r, e));
  const values = new Float64Array(marks * width);
  for (let m = 0; m < marks; m++) {
    const first = start[g * marks + m];
    for (let i = first; i < start[g * marks + m + 1]; i++) {
      values[m * width + (marks > 1 ? place.get(row[i])! : i - first)] = value[i];
    }
  }
  return { row: rows, value: values };
}

/** hessian −= cross crossᵀ / curvature: t follows the other prices at no cost. */
function subtractOuter(
  hessian: Float64Array,
  K: number,
  { row: coupled, cross, curvature }: FreeSponsored,
): void {
  for (let a = 0; a < coupled.length; a++) {
    const factor = cross[a] / curvature, row = coupled[a] * K;
    for (let b = 0; b < coupled.length; b++) hessian[row + coupled[b]] -= factor * cross[b];
  }
}
