import { assert, assertAlmostEquals } from "../../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../../lib/base/random.ts";
import {
  type GroupBlock,
  quadraticStep,
} from "../../../../lib/allocator/optimal/search/quadratic_step.ts";
import { MANY_ROWS, sparseStep } from "../../../../lib/allocator/optimal/search/sparse_step.ts";
import { symmetricMatrix } from "../../../../lib/allocator/optimal/search/symmetric_matrix.ts";

Deno.test("the sparse step is the dense one: pairs, ties, followers and groups' prices", () => {
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
    const dense = new Float64Array(K), sparse = new Float64Array(K);
    const denseBlocks = blocks(), sparseBlocks = blocks();
    const best = quadraticStep({ hessian, ...box, blocks: denseBlocks }, dense);
    const found = sparseStep({
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
      blocks: sparseBlocks,
    }, sparse);
    assert(best < 0 || box.gradient.every((g) => g >= 0));
    assertAlmostEquals(found, best, 1e-6 * Math.abs(best) + 1e-12);
    const all = (
      rows: Float64Array,
      own: GroupBlock[],
    ) => [...rows, ...own.flatMap((b) => [...b.step])];
    const expected = all(dense, denseBlocks);
    all(sparse, sparseBlocks).forEach((step, i) => assertAlmostEquals(step, expected[i], 2e-3));
    for (let c = 0; c < K; c++) assert(sparse[c] >= box.low[c] && sparse[c] <= box.high[c]);
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
    const found = sparseStep({
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
    }, step);
    return { found, step };
  };
  const one = times(1), many = times(copies);
  assertAlmostEquals(many.found, copies * one.found, 1e-5 * copies * Math.abs(one.found));
  many.step.forEach((step, i) => assertAlmostEquals(step, one.step[i % K], 2e-3));
});
