import { assertAlmostEquals } from "../../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { FullMatrix } from "../../../../lib/allocator/optimal/search/full_matrix.ts";
import { symmetricMatrix } from "../../../../lib/allocator/optimal/search/symmetric_matrix.ts";

Deno.test("the matrix is its non-zeros and the vectors' products in the rows that have a place", () => {
  const random = seededRandom(7);
  for (let n = 1; n <= 13; n++) {
    const rows = n + 3, full = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    // Every row but the last three has a place, in another order.
    const placeOf = Int32Array.from({ length: rows }, (_, r) => r < n ? n - 1 - r : -1);
    const diagonal = Float64Array.from({ length: n }, () => 1 + random.next());
    diagonal.forEach((value, a) => full[a][a] = value);
    const start = new Uint32Array(n + 1), column: number[] = [], value: number[] = [];
    for (let a = 0; a < n; a++) {
      for (let b = a + 1; b < n; b += 2) {
        column.push(b);
        value.push(random.next());
        full[a][b] += 3 * value[value.length - 1];
        full[b][a] = full[a][b];
      }
      start[a + 1] = column.length;
    }
    const pairs = { start, column: Uint32Array.from(column), value: Float64Array.from(value) };
    const begin = [0], other: number[] = [], change: number[] = [], factor: number[] = [];
    for (let v = 0; v < 20; v++) {
      const own = [...new Set([0, 1, 2, 3].map(() => random.below(rows)))];
      const by = own.map(() => random.next() - 0.5);
      other.push(...own);
      change.push(...by);
      begin.push(other.length);
      factor.push(random.next() - 0.3);
      own.forEach((r, i) =>
        own.forEach((q, j) => {
          if (r < n && q < n) full[placeOf[r]][placeOf[q]] += factor[v] * by[i] * by[j];
        })
      );
    }
    const vectors = {
      start: Uint32Array.from(begin),
      other: Uint32Array.from(other),
      value: Float64Array.from(change),
    };
    const matrix = new FullMatrix(
      symmetricMatrix(pairs, diagonal, 3),
      vectors,
      Float64Array.from(factor),
      placeOf,
    );
    const by = Float64Array.from({ length: n }, () => random.next() - 0.5);
    const product = new Float64Array(n);
    matrix.multiply(by, product);
    full.forEach((row, a) =>
      assertAlmostEquals(product[a], row.reduce((sum, entry, b) => sum + entry * by[b], 0), 1e-12)
    );
  }
});
