import { assert, assertAlmostEquals } from "../../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import {
  FINE,
  type GroupBlock,
  MANY_ROWS,
  quadraticStep,
} from "../../../../lib/allocator/optimal/search/quadratic_step.ts";
import { symmetricMatrix } from "../../../../lib/allocator/optimal/search/symmetric_matrix.ts";
import { emptyTies } from "../../../../lib/allocator/optimal/passes/tie_list.ts";
import { withoutZeros } from "../../../support/whole_matrix.ts";

/** The minimum of gᵀx + ½ xᵀHx in a box, by moving one number after the other until none moves. */
function minimumInBox(
  hessian: readonly (readonly number[])[],
  gradient: readonly number[],
  low: readonly number[],
  high: readonly number[],
): { x: number[]; value: number } {
  const x = gradient.map(() => 0);
  const slopeAt = (r: number) => hessian[r].reduce((sum, h, c) => sum + h * x[c], gradient[r]);
  for (let moved = 1; moved > 1e-12;) {
    moved = 0;
    for (let r = 0; r < x.length; r++) {
      const to = Math.min(high[r], Math.max(low[r], x[r] - slopeAt(r) / hessian[r][r]));
      moved = Math.max(moved, Math.abs(to - x[r]));
      x[r] = to;
    }
  }
  const value = x.reduce((sum, own, r) => sum + 0.5 * own * (gradient[r] + slopeAt(r)), 0);
  return { x, value };
}

Deno.test("the step is the minimum in the box: pairs, ties, followers and groups' prices", () => {
  const random = seededRandom(11);
  const between = (low: number, high: number) => low + (high - low) * random.next();
  for (let round = 0; round < 60; round++) {
    const K = 4 + random.below(30), groups = random.below(4);
    const hessian = new Float64Array(K * K), diagonal = new Float64Array(K);
    const start = new Uint32Array(K + 1), column: number[] = [], value: number[] = [];
    for (let a = 0; a < K; a++) {
      for (let b = a + 1; b < K; b++) {
        if (random.below(4) > 0) continue;
        const v = between(-1, 1);
        column.push(b);
        value.push(v);
        hessian[a * K + b] = hessian[b * K + a] = v;
        for (const r of [a, b]) diagonal[r] += Math.abs(v);
      }
      start[a + 1] = column.length;
    }
    // Room for followers and groups: the whole stays positive definite.
    for (let a = 0; a < K; a++) hessian[a * K + a] = diagonal[a] += 2 + 2 * groups;
    const vector = () => {
      const row = Int32Array.from({ length: K }, (_, c) => c).filter(() => random.below(2) === 0);
      return { row, cross: Float64Array.from(row, () => between(-1, 1)) };
    };
    const addOuter = ({ row, cross }: { row: Int32Array; cross: Float64Array }, factor: number) =>
      row.forEach((a, i) =>
        row.forEach((b, j) => hessian[a * K + b] += factor * cross[i] * cross[j])
      );
    const tied = Array.from(
      { length: random.below(6) },
      () => ({ ...vector(), weight: random.next() }),
    );
    const followers = Array.from({ length: groups }, () => ({ ...vector(), curvature: K }));
    tied.forEach((tie) => addOuter(tie, tie.weight));
    followers.forEach((follower) => addOuter(follower, -1 / follower.curvature));
    const ends = [0];
    for (const { row } of tied) ends.push(ends[ends.length - 1] + row.length);
    const blocks = (): GroupBlock[] =>
      followers.map(({ row, cross }) => ({
        row,
        cross: Float64Array.from({ length: 2 * row.length }, (_, i) => cross[i % row.length] / 2),
        hessian: Float64Array.of(K, 1, 1, K),
        gradient: Float64Array.of(-3, 2),
        low: Float64Array.of(-1, 0),
        high: Float64Array.of(0.02, 1),
        step: new Float64Array(2),
      }));
    const box = {
      gradient: Float64Array.from({ length: K }, () => between(-2, 2)),
      low: Float64Array.from({ length: K }, () => -random.below(2) * random.next()),
      high: Float64Array.from({ length: K }, () => random.next()),
    };
    const step = new Float64Array(K), own = blocks();
    const of = (rows: Float64Array, name: "gradient" | "low" | "high" | "step") => [
      ...rows,
      ...own.flatMap((block) => [...block[name]]),
    ];
    const coupling = (r: number, c: number): number => {
      if (r < K && c < K) return hessian[r * K + c];
      if (r < K) return coupling(c, r);
      const block = own[(r - K) >> 1], v = (r - K) % 2;
      if (c >= K) return (c - K) >> 1 === (r - K) >> 1 ? block.hessian[2 * v + (c - K) % 2] : 0;
      const at = block.row.indexOf(c);
      return at < 0 ? 0 : block.cross[v * block.row.length + at];
    };
    const n = K + 2 * own.length, places = Array.from({ length: n }, (_, i) => i);
    const best = minimumInBox(
      places.map((r) => places.map((c) => coupling(r, c))),
      of(box.gradient, "gradient"),
      of(box.low, "low"),
      of(box.high, "high"),
    );
    const found = quadraticStep({
      matrix: symmetricMatrix(
        { start, column: Uint32Array.from(column), value: Float64Array.from(value) },
        diagonal,
        1,
      ),
      ties: {
        start: Uint32Array.from(ends),
        row: Uint32Array.from(tied.flatMap(({ row }) => [...row])),
        change: Float64Array.from(tied.flatMap(({ cross }) => [...cross])),
        weight: Float64Array.from(tied, ({ weight }) => weight),
      },
      followers,
      ...box,
      blocks: own,
      precision: round % 2 === 0 ? FINE : { ...FINE, wholeEvery: 4 },
    }, step);
    assert(best.value < 0 || box.gradient.every((g) => g >= 0));
    assertAlmostEquals(found, best.value, 1e-6 * Math.abs(best.value) + 1e-12);
    of(step, "step").forEach((moved, i) => assertAlmostEquals(moved, best.x[i], 2e-3));
    for (let c = 0; c < K; c++) assert(step[c] >= box.low[c] && step[c] <= box.high[c]);
  }
});

Deno.test("a step of very many prices is that of its independent parts", () => {
  const random = seededRandom(5), K = 120, copies = Math.ceil(MANY_ROWS / K) + 1;
  const between = (low: number, high: number) => low + (high - low) * random.next();
  const start = [0], column: number[] = [], value: number[] = [];
  const diagonal = new Float64Array(K).fill(3);
  for (let a = 0; a < K; a++) {
    for (let b = a + 1; b < Math.min(K, a + 9); b++) {
      if (random.below(3) > 0) continue;
      const v = between(-1, 1);
      column.push(b);
      value.push(v);
      for (const r of [a, b]) diagonal[r] += Math.abs(v);
    }
    start.push(column.length);
  }
  // A tie of many rows and one of few; and a price that follows many.
  const rowsOf = [100, 5];
  const cross = Float64Array.from({ length: 105 }, () => between(-0.3, 0.3));
  const box = {
    gradient: Float64Array.from({ length: K }, () => between(-2, 2)),
    low: Float64Array.from({ length: K }, () => -random.below(2) * random.next()),
    high: Float64Array.from({ length: K }, () => random.below(3) * random.next()),
  };
  const times = (count: number) => {
    const copied = (numbers: ArrayLike<number>, offset = 0) =>
      Array.from({ length: count * numbers.length }, (_, i) => {
        const copy = Math.floor(i / numbers.length);
        return numbers[i % numbers.length] + copy * offset;
      });
    const own = { start: copied(start.slice(1), column.length), column: copied(column, K) };
    const step = new Float64Array(count * K);
    const tieRows = rowsOf.flatMap((rows) => Array.from({ length: rows }, (_, i) => i));
    const found = quadraticStep({
      matrix: symmetricMatrix(
        {
          start: Uint32Array.from([0, ...own.start]),
          column: Uint32Array.from(own.column),
          value: Float64Array.from(copied(value)),
        },
        Float64Array.from(copied(diagonal)),
        1,
      ),
      ties: {
        start: Uint32Array.from([0, ...copied([100, 105], 105)]),
        row: Uint32Array.from(copied(tieRows, K)),
        change: Float64Array.from(copied(cross)),
        weight: Float64Array.from(copied([0.7, 0.4])),
      },
      followers: Array.from({ length: count }, (_, copy) => ({
        row: Int32Array.from({ length: 100 }, (_, i) => copy * K + i),
        cross: cross.slice(0, 100),
        curvature: 10,
      })),
      gradient: Float64Array.from(copied(box.gradient)),
      low: Float64Array.from(copied(box.low)),
      high: Float64Array.from(copied(box.high)),
      blocks: [],
      precision: FINE,
    }, step);
    return { found, step };
  };
  const one = times(1), many = times(copies);
  assertAlmostEquals(many.found, copies * one.found, 1e-5 * copies * Math.abs(one.found));
  many.step.forEach((step, i) => assertAlmostEquals(step, one.step[i % K], 2e-3));
});

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
      matrix: withoutZeros(Float64Array.from(rows.flat()), 2),
      ties: emptyTies(),
      followers: [],
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
