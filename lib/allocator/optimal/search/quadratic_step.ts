/**
 * The step that minimises a quadratic model of D in a box.
 *
 * Every user is in one group, so second derivatives between prices of different groups are 0. Group prices are therefore
 * eliminated group by group (Schur complements of small blocks), and only a matrix of the size of the rows (caps and limits) is
 * factored, however many groups there are.
 *
 * @module
 */

/** The prices of one group's other limits in the model; its sponsored price is eliminated already. */
export interface GroupBlock {
  /** Int32Array: the rows that the group's prices are coupled to. */
  readonly row: Int32Array;
  /** Float64Array, prices × rows coupled, row-major: second derivatives. */
  readonly cross: Float64Array;
  /** Float64Array, prices × prices: second derivatives. */
  readonly hessian: Float64Array;
  /** Float64Array, length prices. */
  readonly gradient: Float64Array;
  /** Float64Array, length prices: least step. */
  readonly low: Float64Array;
  /** Float64Array, length prices: largest step. */
  readonly high: Float64Array;
  /** Float64Array, length prices: the step, set by {@link quadraticStep}. */
  readonly step: Float64Array;
}

/** gᵀd + ½ dᵀHd over prices of rows and of groups, each step within its bounds. */
export interface BoxQuadratic {
  /** Float64Array, K × K, symmetric, positive definite (damped). */
  readonly hessian: Float64Array;
  /** Float64Array, length K. */
  readonly gradient: Float64Array;
  /** Float64Array, length K: least step, ≤ 0. */
  readonly low: Float64Array;
  /** Float64Array, length K: largest step, ≥ 0. */
  readonly high: Float64Array;
  /** Groups with prices that have a box. */
  readonly blocks: readonly GroupBlock[];
}

/** Most rounds of the active-set method. Each fixes what left its box; sweeps then finish the work. */
const ROUNDS = 8;
/** Systems with more rows than this are solved by conjugate gradients, smaller ones by factors. */
const MOST_FACTORED = 400;
/** Conjugate gradients stop at this relative residual, or after this many rounds. */
const CG_TOLERANCE = 1e-4, CG_ROUNDS = 60;
/** Most sweeps of projected Gauss–Seidel. */
const SWEEPS = 30;

/**
 * Minimises the quadratic in its box. An active-set method (solve, clip, fix what was clipped) comes near the minimum; then
 * projected Gauss–Seidel sweeps finish, and also free what was fixed wrongly.
 *
 * @param step Float64Array, length K, set to the step; the blocks' steps are set too
 * @returns the change of the quadratic, ≤ 0
 */
export function quadraticStep(quadratic: BoxQuadratic, step: Float64Array): number {
  const { gradient, low, high, blocks } = quadratic;
  const K = gradient.length;
  step.fill(0);
  const fixed = new Uint8Array(K);
  for (let c = 0; c < K; c++) if (isStuck(gradient[c], low[c], high[c])) fixed[c] = 1;
  const fixedIn = blocks.map((block) => {
    const { step, gradient, low, high } = block, stuck = new Uint8Array(step.length);
    step.fill(0);
    for (let v = 0; v < stuck.length; v++) {
      if (isStuck(gradient[v], low[v], high[v])) stuck[v] = 1;
    }
    return stuck;
  });
  // With one row sweeps do it.
  for (let round = 0; K > 1 && round < ROUNDS; round++) {
    if (solveFree(quadratic, step, fixed, fixedIn) === 0) break;
  }
  return sweep(quadratic, step);
}

/** Whether a price at the end of its range is pushed beyond it. */
export function isStuck(gradient: number, low: number, high: number): boolean {
  return (low >= 0 && gradient >= 0) || (high <= 0 && gradient <= 0);
}

/** Solves for everything that is not fixed, clips it into the box and fixes what was clipped. Returns how much was clipped. */
function solveFree(
  { hessian, gradient, low, high, blocks }: BoxQuadratic,
  step: Float64Array,
  fixed: Uint8Array,
  fixedIn: readonly Uint8Array[],
): number {
  const K = gradient.length;
  const free: number[] = [];
  const placeOf = new Int32Array(K).fill(-1);
  for (let c = 0; c < K; c++) if (fixed[c] === 0) placeOf[c] = free.push(c) - 1;
  const n = free.length;
  const matrix = new Float64Array(n * n), right = new Float64Array(n);
  for (let a = 0; a < n; a++) {
    const row = free[a] * K;
    let r = -gradient[free[a]];
    for (let c = 0; c < K; c++) {
      if (placeOf[c] >= 0) matrix[a * n + placeOf[c]] = hessian[row + c];
      else r -= hessian[row + c] * step[c];
    }
    right[a] = r;
  }
  const inverses = blocks.map((block, b) => inverseOfFree(block, fixedIn[b]));
  blocks.forEach((block, b) => {
    eliminate(block, { isFixed: fixedIn[b], inverse: inverses[b] }, step, placeOf, matrix, right);
  });
  if (n <= MOST_FACTORED) solveCholesky(matrix, right, n);
  else solveConjugateGradients(matrix, right, Float64Array.from(free, (c) => step[c]));
  let clipped = 0;
  const clip = (value: number, least: number, most: number, markFixed: () => void): number => {
    if (value >= least && value <= most) return value;
    markFixed();
    clipped++;
    return value < least ? least : most;
  };
  for (let a = 0; a < n; a++) {
    const c = free[a];
    step[c] = clip(right[a], low[c], high[c], () => fixed[c] = 1);
  }
  blocks.forEach((block, b) => {
    const isFixed = fixedIn[b];
    const solved = blockSolution(block, { isFixed, inverse: inverses[b] }, step);
    for (let v = 0; v < solved.length; v++) {
      if (isFixed[v] === 1) continue;
      block.step[v] = clip(solved[v], block.low[v], block.high[v], () => isFixed[v] = 1);
    }
  });
  return clipped;
}

/** Which prices of a group are fixed, and the inverse of its matrix over the others, see {@link inverseOfFree}. */
interface FreePart {
  readonly isFixed: Uint8Array;
  readonly inverse: Float64Array;
}

/** Subtracts a group's Schur complement from the system of the rows. */
function eliminate(
  block: GroupBlock,
  { isFixed, inverse }: FreePart,
  step: Float64Array,
  placeOf: Int32Array,
  matrix: Float64Array,
  right: Float64Array,
): void {
  const { row: coupled, cross, gradient } = block;
  const n = right.length, prices = gradient.length, width = coupled.length;
  const residual = residualOf(block, isFixed, step, placeOf);
  for (let v = 0; v < prices; v++) {
    for (let e = 0; e < width; e++) {
      const a = placeOf[coupled[e]];
      if (a < 0) continue;
      // Of a fixed price only its step matters; a free one is replaced by its solution.
      if (isFixed[v] === 1) {
        right[a] -= cross[v * width + e] * block.step[v];
        continue;
      }
      let push = 0;
      for (let w = 0; w < prices; w++) push += inverse[v * prices + w] * residual[w];
      right[a] += cross[v * width + e] * push;
      for (let w = 0; w < prices; w++) {
        const factor = cross[v * width + e] * inverse[v * prices + w];
        if (factor === 0) continue;
        for (let f = 0; f < width; f++) {
          const other = placeOf[coupled[f]];
          if (other >= 0) matrix[a * n + other] -= factor * cross[w * width + f];
        }
      }
    }
  }
}

/** The gradient of a group's free prices at the steps of its fixed ones and of rows, free ones with a place aside; 0 for fixed prices. */
function residualOf(
  block: GroupBlock,
  isFixed: Uint8Array,
  step: Float64Array,
  placeOf: Int32Array | null,
): Float64Array {
  const { row: coupled, cross, hessian, gradient } = block;
  const prices = gradient.length, width = coupled.length;
  const residual = new Float64Array(prices);
  for (let v = 0; v < prices; v++) {
    if (isFixed[v] === 1) continue;
    let r = gradient[v];
    for (let w = 0; w < prices; w++) {
      if (isFixed[w] === 1) r += hessian[v * prices + w] * block.step[w];
    }
    for (let e = 0; e < width; e++) {
      const c = coupled[e];
      if (placeOf === null || placeOf[c] < 0) r += cross[v * width + e] * step[c];
    }
    residual[v] = r;
  }
  return residual;
}

/** Inverse of the block's matrix over its free prices, 0 in fixed rows and columns. */
function inverseOfFree(block: GroupBlock, isFixed: Uint8Array): Float64Array {
  const { hessian: h } = block;
  const prices = isFixed.length;
  const inverse = new Float64Array(prices * prices);
  if (prices === 1) {
    if (isFixed[0] === 0) inverse[0] = 1 / h[0];
    return inverse;
  }
  const free: number[] = [];
  for (let v = 0; v < prices; v++) if (isFixed[v] === 0) free.push(v);
  if (free.length === 1) {
    const [v] = free;
    inverse[v * prices + v] = 1 / h[v * prices + v];
  } else if (free.length === 2) {
    const [v, w] = free, at = (a: number, b: number) => a * prices + b;
    const determinant = h[at(v, v)] * h[at(w, w)] - h[at(v, w)] * h[at(w, v)];
    inverse[at(v, v)] = h[at(w, w)] / determinant;
    inverse[at(v, w)] = inverse[at(w, v)] = -h[at(v, w)] / determinant;
    inverse[at(w, w)] = h[at(v, v)] / determinant;
  } else if (free.length > 2) invertFree(h, free, prices, inverse);
  return inverse;
}

/** Inverts the rows and columns `free` of a positive definite matrix into `inverse` (Gauss–Jordan elimination). */
function invertFree(
  matrix: Float64Array,
  free: readonly number[],
  width: number,
  inverse: Float64Array,
): void {
  const rest = matrix.slice();
  for (const v of free) inverse[v * width + v] = 1;
  for (const pivot of free) {
    const scale = 1 / rest[pivot * width + pivot];
    for (const c of free) {
      rest[pivot * width + c] *= scale;
      inverse[pivot * width + c] *= scale;
    }
    for (const r of free) {
      const factor = r === pivot ? 0 : rest[r * width + pivot];
      if (factor === 0) continue;
      for (const c of free) {
        rest[r * width + c] -= factor * rest[pivot * width + c];
        inverse[r * width + c] -= factor * inverse[pivot * width + c];
      }
    }
  }
}

/** The best steps of a group's free prices, given the step of the rows. */
function blockSolution(
  block: GroupBlock,
  { isFixed, inverse }: FreePart,
  step: Float64Array,
): Float64Array {
  const prices = isFixed.length;
  const residual = residualOf(block, isFixed, step, null);
  const solution = new Float64Array(prices);
  for (let v = 0; v < prices; v++) {
    for (let w = 0; w < prices; w++) solution[v] -= inverse[v * prices + w] * residual[w];
  }
  return solution;
}

/**
 * Solves matrix · x = right in place of `right`, from `x` on, by conjugate gradients with the diagonal as
 * preconditioner (Hestenes and Stiefel, 1952), to a relative residual that is enough for a step of a model.
 */
function solveConjugateGradients(
  matrix: Float64Array,
  right: Float64Array,
  x: Float64Array,
): void {
  const n = x.length, product = new Float64Array(n);
  const times = (vector: Float64Array) => {
    for (let a = 0; a < n; a++) product[a] = dot(matrix.subarray(a * n, a * n + n), vector);
  };
  times(x);
  const residual = right.map((r, a) => r - product[a]);
  const scaled = residual.map((r, a) => r / matrix[a * n + a]);
  const direction = scaled.slice();
  let rho = dot(residual, scaled);
  const enough = CG_TOLERANCE ** 2 * dot(right, right.map((r, a) => r / matrix[a * n + a]));
  for (let round = 0; round < CG_ROUNDS && rho > enough; round++) {
    times(direction);
    const curvature = dot(direction, product);
    // By rounding the matrix may not be positive definite: then the search ends with what it has.
    if (!(curvature > 0)) break;
    const length = rho / curvature;
    for (let a = 0; a < n; a++) {
      x[a] += length * direction[a];
      residual[a] -= length * product[a];
      scaled[a] = residual[a] / matrix[a * n + a];
    }
    const next = dot(residual, scaled);
    for (let a = 0; a < n; a++) direction[a] = scaled[a] + (next / rho) * direction[a];
    rho = next;
  }
  right.set(x);
}

/** Σ a · b. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Solves matrix · x = right in place of `right`, by Cholesky factors in place of the matrix's lower triangle. */
function solveCholesky(matrix: Float64Array, right: Float64Array, n: number): void {
  for (let a = 0; a < n; a++) {
    const rowA = a * n;
    for (let b = 0; b < a; b++) {
      const rowB = b * n;
      let sum = matrix[rowA + b];
      for (let j = 0; j < b; j++) sum -= matrix[rowA + j] * matrix[rowB + j];
      matrix[rowA + b] = sum / matrix[rowB + b];
    }
    let pivot = matrix[rowA + a], r = right[a];
    const before = pivot;
    for (let j = 0; j < a; j++) {
      pivot -= matrix[rowA + j] * matrix[rowA + j];
      r -= matrix[rowA + j] * right[j];
    }
    // Rounding can make the pivot of a dependent row 0 or negative: it is kept positive.
    const root = Math.sqrt(Math.max(pivot, 1e-12 * before, Number.MIN_VALUE));
    matrix[rowA + a] = root;
    right[a] = r / root;
  }
  for (let a = n - 1; a >= 0; a--) {
    const x = right[a] / matrix[a * n + a];
    right[a] = x;
    for (let j = 0; j < a; j++) right[j] -= matrix[a * n + j] * x;
  }
}

/** Improves the step by projected Gauss–Seidel sweeps. Returns the value of the quadratic at the end. */
function sweep(quadratic: BoxQuadratic, step: Float64Array): number {
  const { hessian, gradient, low, high, blocks } = quadratic;
  const K = gradient.length;
  const residual = Float64Array.from(gradient);
  for (let c = 0; c < K; c++) if (step[c] !== 0) addRow(residual, hessian, c * K, step[c]);
  const blockResidual = blocks.map((block) => {
    const none = new Uint8Array(block.step.length);
    const r = residualOf(block, none, step, null);
    const prices = r.length;
    for (let v = 0; v < prices; v++) {
      for (let w = 0; w < prices; w++) r[v] += block.hessian[v * prices + w] * block.step[w];
      coupleToRows(block, v, block.step[v], residual);
    }
    return r;
  });
  // Rows don't know the blocks that they are coupled to, so blocks take up the rows' steps after each sweep of the rows.
  const before = new Float64Array(K);
  for (let round = 0; round < SWEEPS; round++) {
    let largest = 0;
    before.set(step);
    for (let c = 0; c < K; c++) {
      const wanted = step[c] - residual[c] / hessian[c * K + c];
      const moved = Math.min(Math.max(wanted, low[c]), high[c]) - step[c];
      if (moved === 0) continue;
      step[c] += moved;
      addRow(residual, hessian, c * K, moved);
      largest = Math.max(largest, Math.abs(moved) / (high[c] - low[c]));
    }
    blocks.forEach((block, b) => {
      takeUpSteps(block, blockResidual[b], step, before);
      largest = Math.max(largest, sweepBlock(block, blockResidual[b], residual));
    });
    if (largest < 1e-6) break;
  }
  let value = 0;
  for (let c = 0; c < K; c++) value += 0.5 * step[c] * (gradient[c] + residual[c]);
  blocks.forEach((block, b) => {
    for (let v = 0; v < block.step.length; v++) {
      value += 0.5 * block.step[v] * (block.gradient[v] + blockResidual[b][v]);
    }
  });
  return value;
}

/** Adds to a block's gradient what the rows' steps since `before` change in it. */
function takeUpSteps(
  { row: coupled, cross }: GroupBlock,
  r: Float64Array,
  step: Float64Array,
  before: Float64Array,
): void {
  const width = coupled.length;
  for (let v = 0; v < r.length; v++) {
    for (let e = 0; e < width; e++) {
      const c = coupled[e];
      r[v] += cross[v * width + e] * (step[c] - before[c]);
    }
  }
}

/** One sweep of a block's prices. Returns the largest step, relative to the width of its box. */
function sweepBlock(block: GroupBlock, r: Float64Array, residual: Float64Array): number {
  const { hessian, step, low, high } = block, prices = r.length;
  let largest = 0;
  for (let v = 0; v < prices; v++) {
    const wanted = step[v] - r[v] / hessian[v * prices + v];
    const moved = Math.min(Math.max(wanted, low[v]), high[v]) - step[v];
    if (moved === 0) continue;
    step[v] += moved;
    for (let w = 0; w < prices; w++) r[w] += hessian[w * prices + v] * moved;
    coupleToRows(block, v, moved, residual);
    largest = Math.max(largest, Math.abs(moved) / (high[v] - low[v]));
  }
  return largest;
}

/** residual += amount · (row of the matrix that begins at `row`). */
function addRow(residual: Float64Array, matrix: Float64Array, row: number, amount: number): void {
  for (let c = 0; c < residual.length; c++) residual[c] += amount * matrix[row + c];
}

/** Adds to the gradient of the rows what a step of a group's price changes in it. */
function coupleToRows(
  { row, cross }: GroupBlock,
  price: number,
  amount: number,
  residual: Float64Array,
): void {
  if (amount === 0) return;
  const width = row.length;
  for (let e = 0; e < width; e++) residual[row[e]] += cross[price * width + e] * amount;
}
