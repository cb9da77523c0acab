import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { type Random, seededRandom } from "../../../../lib/base/numbers/random.ts";
import {
  averageCurvature,
  BundleDifference,
  type Curvature,
  type CurvatureLayout,
  curvatureSums,
  CurvatureTally,
  totalCurvature,
  WEIGHT_ONE,
} from "../../../../lib/allocator/optimal/passes/curvature.ts";
import { PairTable } from "../../../../lib/allocator/optimal/passes/pair_table.ts";

const K = 12, GROUPS = 3, MARKS = 2;

const denseLayout: CurvatureLayout = {
  dense: true,
  rows: K,
  marks: MARKS,
  groups: GROUPS,
  blockOf: Int32Array.of(0, 1, 2),
  blocks: GROUPS,
  mostPairs: 0,
  mostTies: 0,
  mostEntries: 0,
};

const sparseLayout: CurvatureLayout = {
  ...denseLayout,
  dense: false,
  blockOf: new Int32Array(GROUPS).fill(-1),
  blocks: 0,
  mostPairs: 500,
  mostTies: 500,
  mostEntries: 4000,
};

/** A user's difference: rows may come twice, changes are halves, as those of limits in their units may be. */
interface Drawn {
  readonly group: number;
  readonly entries: readonly [row: number, change: number][];
  readonly marks: readonly number[];
  readonly weight: number;
}

function draw(random: Random): Drawn {
  return {
    group: random.below(GROUPS),
    entries: Array.from(
      { length: random.below(6) },
      () => [random.below(K), (random.below(9) - 4) / 2],
    ),
    marks: Array.from({ length: MARKS }, () => random.below(3) - 1),
    weight: random.below(WEIGHT_ONE),
  };
}

/** The curvature of what shares drew, each share with a tally of its own. */
function curvatureOf(layout: CurvatureLayout, shares: readonly Drawn[][], radius = 0.5): Curvature {
  const sums = shares.map((drawn) => {
    const sums = curvatureSums(layout), tally = new CurvatureTally(layout, sums);
    const d = new BundleDifference(4, MARKS);
    // What an earlier pass left must not show.
    for (const pass of [drawn.slice(0, 3), drawn]) {
      tally.clear();
      for (const { group, entries, marks, weight } of pass) {
        d.clear();
        for (const [row, change] of entries) d.add(row, change);
        d.marks.set(marks);
        tally.add(group, d, weight);
      }
      tally.finish();
    }
    return sums;
  });
  return totalCurvature(layout, sums, radius);
}

/** The whole matrix between loads and marks, by its upper triangle; what groups don't share is 0. */
function matrixOf(layout: CurvatureLayout, { rows, sparse, cross, group }: Curvature): number[][] {
  const n = K + GROUPS * MARKS;
  const matrix = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let g = 0; g < GROUPS; g++) {
    for (let m = 0; m < MARKS; m++) {
      for (let o = m; o < MARKS; o++) {
        matrix[K + g * MARKS + m][K + g * MARKS + o] = group[(g * MARKS + m) * MARKS + o];
      }
      for (let c = 0; layout.dense && c < K; c++) {
        matrix[c][K + g * MARKS + m] = cross[(layout.blockOf[g] * MARKS + m) * K + c];
      }
    }
  }
  for (let a = 0; a < K; a++) {
    if (sparse === null) { for (let b = a; b < K; b++) matrix[a][b] = rows[a * K + b]; }
    else matrix[a][a] = rows[a];
  }
  if (sparse === null) return matrix;
  const { pairs, ties } = sparse;
  for (let r = 0; r < n; r++) {
    for (let i = pairs.start[r]; i < pairs.start[r + 1]; i++) {
      assert(pairs.column[i] > r, "the upper triangle");
      matrix[r][pairs.column[i]] += pairs.value[i];
    }
  }
  ties.weight.forEach((weight, t) => {
    for (let i = ties.start[t]; i < ties.start[t + 1]; i++) {
      for (let j = ties.start[t]; j < ties.start[t + 1]; j++) {
        if (ties.row[i] > ties.row[j]) continue;
        matrix[ties.row[i]][ties.row[j]] += weight * ties.change[i] * ties.change[j];
      }
    }
  });
  return matrix;
}

Deno.test("sparse sums are the dense ones, and both are Σ weight · d dᵀ", () => {
  const random = seededRandom(5);
  for (let round = 0; round < 60; round++) {
    const drawn = Array.from({ length: 1 + random.below(80) }, () => draw(random));
    const dense = matrixOf(denseLayout, curvatureOf(denseLayout, [drawn]));
    // Every sum is a multiple of a power of two that doubles hold, so nothing is lost by any order.
    assertEquals(matrixOf(sparseLayout, curvatureOf(sparseLayout, [drawn])), dense);
    const n = dense.length, direct = dense.map((row) => row.map(() => 0));
    for (const { group, entries, marks, weight } of drawn) {
      const d = new Array<number>(n).fill(0);
      for (const [row, change] of entries) d[row] += change;
      marks.forEach((mark, m) => d[K + group * MARKS + m] += mark);
      for (let a = 0; a < n; a++) {
        for (let b = a; b < n; b++) direct[a][b] += weight * d[a] * d[b] / (0.5 * WEIGHT_ONE);
      }
    }
    assertEquals(dense, direct);
  }
});

Deno.test("sparse sums are the same bytes however users are shared out", () => {
  const random = seededRandom(6);
  for (let round = 0; round < 40; round++) {
    const drawn = Array.from({ length: 90 }, () => draw(random));
    const alone = curvatureOf(sparseLayout, [drawn]);
    const a = random.below(90), b = a + random.below(90 - a);
    const shares = [drawn.slice(0, a), drawn.slice(a, b), drawn.slice(b)];
    assertEquals(curvatureOf(sparseLayout, shares), alone);
  }
});

Deno.test("more pairs or differences than there is room for: a diagonal nowhere below, for any number of shares", () => {
  const random = seededRandom(7);
  for (const room of [{ mostPairs: 9 }, { mostTies: 5 }, { mostEntries: 30 }]) {
    const layout = { ...sparseLayout, ...room };
    const drawn = Array.from({ length: 40 }, () => draw(random));
    const found = curvatureOf(layout, [drawn]);
    assertEquals([found.sparse!.pairs.column.length, found.sparse!.ties.weight.length], [0, 0]);
    assertEquals(curvatureOf(layout, [drawn.slice(0, 13), drawn.slice(13)]), found);
    const full = matrixOf(denseLayout, curvatureOf(denseLayout, [drawn]));
    for (let trial = 0; trial < 50; trial++) {
      const x = Array.from({ length: K }, () => random.next() - 0.5);
      let exact = 0, above = 0;
      for (let a = 0; a < K; a++) {
        above += found.rows[a] * x[a] ** 2;
        for (let b = a; b < K; b++) exact += (a === b ? 1 : 2) * full[a][b] * x[a] * x[b];
      }
      assert(above >= exact - 1e-9, `${above} < ${exact}`);
    }
  }
});

Deno.test("the average of two sparse curvatures is that of their matrices", () => {
  const random = seededRandom(8);
  const one = curvatureOf(sparseLayout, [Array.from({ length: 30 }, () => draw(random))]);
  const other = curvatureOf(sparseLayout, [Array.from({ length: 9 }, () => draw(random))]);
  const a = matrixOf(sparseLayout, one), b = matrixOf(sparseLayout, other);
  const mean = matrixOf(sparseLayout, averageCurvature(one, other));
  mean.forEach((row, r) =>
    row.forEach((value, c) => assert(Math.abs(value - 0.5 * (a[r][c] + b[r][c])) < 1e-9))
  );
});

Deno.test("a table of pairs grows, and forgets when it is cleared", () => {
  const rows = 3000, table = new PairTable(rows, 1e6), random = seededRandom(9);
  for (let pass = 0; pass < 3; pass++) {
    table.clear();
    const sums = new Map<string, number>();
    for (let i = 0; i < 9000; i++) {
      const a = random.below(rows - 1), b = a + 1 + random.below(rows - 1 - a);
      // Few of the pairs come often.
      const row = i % 2 === 0 ? a : a % 7, column = i % 2 === 0 ? b : 10 + b % 9;
      table.add(row, column, i);
      sums.set(`${row},${column}`, (sums.get(`${row},${column}`) ?? 0) + i);
    }
    const { row, column, sum, count } = {
      row: new Uint32Array(9000),
      column: new Uint32Array(9000),
      sum: new Float64Array(9000),
      count: new Uint32Array(1),
    };
    table.writeTo({ row, column, sum, count });
    assertEquals(count[0], sums.size);
    for (let i = 0; i < count[0]; i++) assertEquals(sum[i], sums.get(`${row[i]},${column[i]}`));
  }
});
