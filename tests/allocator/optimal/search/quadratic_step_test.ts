import { quadraticStep } from "../../../../lib/allocator/optimal/search/quadratic_step.ts";
import { assertAlmostEquals } from "../../../../lib/deps/std_assert.ts";

/** x with A x = b, by Gauss–Jordan elimination. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, r) => [...row, right[r]]);
  rows.forEach((row, r) => {
    const pivot = row[r];
    row.forEach((value, c) => row[c] = value / pivot);
    rows.forEach((other, s) => {
      const factor = other[r];
      if (s !== r) other.forEach((value, c) => other[c] = value - factor * row[c]);
    });
  });
  return rows.map((row) => row[row.length - 1]);
}

Deno.test("a group may have any number of coupled prices: the step is the exact minimum", () => {
  // Prices of one group that are coupled so closely that sweeps over them would need thousands of rounds.
  for (const prices of [1, 2, 3, 4]) {
    const hessian = Array.from(
      { length: prices },
      (_, v) => Array.from({ length: prices }, (_, w) => v === w ? 1 + 0.001 * (v + 1) : 1),
    );
    const cross = Array.from({ length: prices }, (_, v) => [0.01 * v, 0.02]);
    const rows = [[2, 0.5], [0.5, 3]];
    const gradient = [-1, 2], ownGradient = Array.from({ length: prices }, (_, v) => 0.3 - 0.2 * v);
    const all = [
      ...rows.map((row, r) => [...row, ...cross.map((own) => own[r])]),
      ...hessian.map((row, v) => [...cross[v], ...row]),
    ];
    const expected = solved(all, [...gradient, ...ownGradient].map((g) => -g));
    const wide = (length: number, side: number) => new Float64Array(length).fill(side * 1e4);
    const block = {
      row: Int32Array.of(0, 1),
      cross: Float64Array.from(cross.flat()),
      hessian: Float64Array.from(hessian.flat()),
      gradient: Float64Array.from(ownGradient),
      low: wide(prices, -1),
      high: wide(prices, 1),
      step: new Float64Array(prices),
    };
    const step = new Float64Array(2);
    quadraticStep({
      hessian: Float64Array.from(rows.flat()),
      gradient: Float64Array.from(gradient),
      low: wide(2, -1),
      high: wide(2, 1),
      blocks: [block],
    }, step);
    expected.forEach((value, i) =>
      assertAlmostEquals(i < 2 ? step[i] : block.step[i - 2], value, 1e-6 * (1 + Math.abs(value)))
    );
  }
});
