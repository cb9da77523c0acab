/** Splits as quadratic programs for HiGHS: written from the model's formulas, without the library's solver. */
import { loadHighs } from "../../lib/deps/highs.ts";

/** A split, with all that the model depends on. */
export interface SplitCase {
  total: number;
  lower: number[];
  upper: number[];
  target: number[];
  gamma: number;
  tMin: number;
  absolute: boolean;
  allowNegative: boolean;
}

/** The weight of a miss, as the model says it. */
export function modelWeight(v: number, { absolute, tMin }: SplitCase): number {
  if (absolute) return 1;
  return v <= 0 ? 1 / tMin : Math.min(1 / v, 1 / tMin);
}

/** The hard bounds that the model's three cases leave, per person. */
export function modelBounds(
  problem: SplitCase,
  status: string,
): { least: number[]; most: number[] } {
  const { lower, upper, allowNegative } = problem;
  const zero = !allowNegative && lower.every((l) => l >= 0) ? 0 : -Infinity;
  return {
    least: status === "total_too_low" ? lower.map(() => zero) : lower,
    most: status === "total_too_high" ? upper.map(() => Infinity) : upper,
  };
}

/** The discontent of person i with x units, from the model's formula. */
export function modelDiscontent(problem: SplitCase, i: number, x: number): number {
  const { lower, upper, target, gamma } = problem;
  const l = lower[i], u = upper[i], t = target[i];
  return gamma * modelWeight(t, problem) * (x - t) ** 2 +
    modelWeight(l, problem) * Math.max(0, l - x) ** 2 +
    modelWeight(u, problem) * Math.max(0, x - u) ** 2;
}

/**
 * HiGHS's answer. Variables: units, and where a bound is soft, how much is short of it or over it. Units are
 * scaled so that the largest is 1000, and the objective by its largest weight: HiGHS's tolerances are
 * absolute, and degenerate steps stop its active-set method where numbers are small.
 */
export async function highsSplit(
  problem: SplitCase,
  status: string,
): Promise<Float64Array> {
  const highs = await loadHighs();
  const { lower, upper, target, gamma } = problem;
  const { least, most } = modelBounds(problem, status);
  const scale = Math.max(...[problem.total, ...lower, ...upper].map(Math.abs)) / 1000 || 1;
  const n = target.length;
  const bound = (x: number) => isFinite(x) ? x / scale : Math.sign(x) * highs.infinity;
  const largest = Math.max(...[...target, ...lower, ...upper].map((v) => modelWeight(v, problem)));
  const weight = (v: number) => modelWeight(v, problem) / largest;
  const columns = { cost: [] as number[], lower: [] as number[], upper: [] as number[] };
  const quadratic: number[] = [];
  const rows: { index: number[]; value: number[]; lower: number; upper: number }[] = [{
    index: target.map((_, i) => i),
    value: target.map(() => 1),
    lower: problem.total / scale,
    upper: problem.total / scale,
  }];
  const addColumn = (cost: number, half: number, from: number, to: number) => {
    columns.cost.push(cost);
    columns.lower.push(from);
    columns.upper.push(to);
    return quadratic.push(2 * half) - 1;
  };
  for (let i = 0; i < n; i++) {
    const half = gamma * weight(target[i]);
    addColumn(-2 * half * target[i] / scale, half, bound(least[i]), bound(most[i]));
  }
  for (let i = 0; i < n; i++) {
    if (least[i] < lower[i]) {
      const short = addColumn(0, weight(lower[i]), 0, highs.infinity);
      rows.push({
        index: [i, short],
        value: [1, 1],
        lower: lower[i] / scale,
        upper: highs.infinity,
      });
    }
    if (most[i] > upper[i]) {
      const over = addColumn(0, weight(upper[i]), 0, highs.infinity);
      rows.push({
        index: [i, over],
        value: [1, -1],
        lower: -highs.infinity,
        upper: upper[i] / scale,
      });
    }
  }
  const count = quadratic.length;
  const starts = [0];
  for (const row of rows) starts.push(starts[starts.length - 1] + row.index.length);
  return highs.withModel({
    numCols: count,
    numRows: rows.length,
    colCost: columns.cost,
    colLower: columns.lower,
    colUpper: columns.upper,
    rowLower: rows.map((row) => row.lower),
    rowUpper: rows.map((row) => row.upper),
    matrix: {
      format: "csr",
      numRows: rows.length,
      numCols: count,
      starts,
      indices: rows.flatMap((row) => row.index),
      values: rows.flatMap((row) => row.value),
    },
    hessian: {
      format: "triangular",
      dimension: count,
      starts: quadratic.map((_, i) => i).concat(count),
      indices: quadratic.map((_, i) => i),
      values: quadratic,
    },
  }, (model) => {
    // Without it HiGHS adds 1e-7 to the diagonal, and is off by as much.
    model.options.set({
      output_flag: false,
      qp_regularization_value: 0,
      qp_iteration_limit: 20_000,
    });
    const { modelStatus } = model.run();
    if (modelStatus !== highs.constants.modelStatus.optimal) {
      throw new Error(`HiGHS: model status ${modelStatus}`);
    }
    return model.getSolution().colValue.slice(0, n).map((x) => x * scale);
  });
}
