import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { FreeSystem } from "../../../../lib/allocator/optimal/search/free_system.ts";
import {
  listedByRow,
  symmetricMatrix,
} from "../../../../lib/allocator/optimal/search/symmetric_matrix.ts";

/** The solution of a small system by elimination. */
function solved(matrix: number[][], right: number[]): number[] {
  const n = right.length, rows = matrix.map((row, i) => [...row, right[i]]);
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const factor = rows[b][a] / rows[a][a];
      for (let c = a; c <= n; c++) rows[b][c] -= factor * rows[a][c];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let a = n - 1; a >= 0; a--) {
    let sum = rows[a][n];
    for (let c = a + 1; c < n; c++) sum -= rows[a][c] * x[c];
    x[a] = sum / rows[a][a];
  }
  return x;
}

Deno.test("the free prices are solved for, whatever of their vectors is equal, opposite or of one entry", () => {
  solveMany(50, 40);
});

Deno.test("the free prices are solved for where vectors are so many that a matrix has all its entries", () => {
  solveMany(6, 40_000);
});

/** Holds systems of a few prices with so many vectors to elimination. */
function solveMany(rounds: number, vectors: number): void {
  const random = seededRandom(3);
  const exact = { residual: 1e-12, rounds: 500, sweeps: 0, swept: 0 };
  for (let round = 0; round < rounds; round++) {
    const n = 3 + random.below(8);
    const full = Array.from(
      { length: n },
      (_, a) => Array.from({ length: n }, (_, b) => +(a === b)),
    );
    const start = [0], other: number[] = [], value: number[] = [], factor: number[] = [];
    for (let v = 0; v < vectors; v++) {
      // Few rows and changes of one, so that many vectors are equal once some rows are left out.
      const rows = [...new Set([0, 1, 2].slice(random.below(3)).map(() => random.below(n)))];
      const changes = rows.map(() => random.below(2) === 0 ? 1 : -1);
      other.push(...rows);
      value.push(...changes);
      start.push(other.length);
      factor.push(random.next());
      rows.forEach((a, i) =>
        rows.forEach((b, j) => full[a][b] += factor[v] * changes[i] * changes[j])
      );
    }
    const fixed = Uint8Array.from({ length: n }, (_, r) => r > 0 && random.below(3) === 0 ? 1 : 0);
    const gradient = Float64Array.from({ length: n }, () => vectors / 40 * (random.next() - 0.5));
    const low = new Float64Array(n).fill(-100), high = new Float64Array(n).fill(100);
    const free = [...fixed.keys()].filter((r) => fixed[r] === 0);
    // One price leaves its box, and stays at the end of it while the others go on.
    const tight = free[random.below(free.length)];
    low[tight] = -1e-4;
    high[tight] = 1e-4;
    const none = { start: new Uint32Array(n + 1), column: new Uint32Array(0) };
    const ones = new Float64Array(n).fill(1);
    const listed = {
      start: Uint32Array.from(start),
      other: Uint32Array.from(other),
      value: Float64Array.from(value),
    };
    const system = new FreeSystem({
      matrix: symmetricMatrix({ ...none, value: new Float64Array(0) }, ones, 1),
      vectors: listed,
      byRow: listedByRow(listed, n),
      factor: Float64Array.from(factor),
      diagonal: Float64Array.from(full, (row, r) => row[r]),
      gradient,
      low,
      high,
    }, fixed);
    const step = new Float64Array(n);
    let clipped = 0;
    for (let left = 1; left > 0; clipped += left) left = system.solve(exact);
    system.writeTo(step);
    const inner = clipped === 0 ? free : free.filter((r) => r !== tight);
    assert(clipped <= 1);
    if (clipped === 1) assertEquals(Math.abs(step[tight]), 1e-4);
    const among = inner.map((a) => inner.map((b) => full[a][b]));
    const right = inner.map((a) =>
      -gradient[a] - (clipped === 1 ? full[a][tight] * step[tight] : 0)
    );
    const expected = solved(among, right);
    inner.forEach((r, i) => assertAlmostEquals(step[r], expected[i], 1e-8));
    fixed.forEach((f, r) => f === 1 && assertEquals(step[r], 0));
  }
}
