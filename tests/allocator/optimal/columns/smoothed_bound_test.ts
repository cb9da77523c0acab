import { assert, assertAlmostEquals } from "../../../../lib/deps/std_assert.ts";
import {
  type BlockColumns,
  SmoothedBound,
} from "../../../../lib/allocator/optimal/columns/smoothed_bound.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { MipBuilder, solveMip } from "../../../../lib/allocator/ilp/mip.ts";

/** Blocks of one to six columns that count toward some of five rows; the first column of each counts nothing. */
function randomColumns(seed: number) {
  const random = seededRandom(seed), blocks = 30, rows = 5;
  const first = [0], worth: number[] = [], start = [0], row: number[] = [], amount: number[] = [];
  for (let b = 0; b < blocks; b++) {
    for (let j = 0, of = 1 + random.below(6); j < of; j++) {
      for (let r = 0; j > 0 && r < rows; r++) {
        if (random.next() < 0.5) row.push(r), amount.push(1 + random.below(3));
      }
      worth.push(j === 0 ? 0 : random.next());
      start.push(row.length);
    }
    first.push(worth.length);
  }
  const columns: BlockColumns = {
    size: Array.from({ length: blocks }, () => 1 + random.below(2)),
    first: Uint32Array.from(first),
    worth: Float64Array.from(worth),
    start: Uint32Array.from(start),
    row: Uint32Array.from(row),
    amount: Float64Array.from(amount),
  };
  const column = (of: (r: number) => number) =>
    Float64Array.from({ length: rows }, (_, r) => of(r));
  // The last price may move down alone, as that of a least that starts at 0, up to where it may be missed.
  const limits = {
    limit: column((r) => r === rows - 1 ? 12 : 15 + random.below(20)),
    low: column((r) => r === rows - 1 ? -0.4 : 0),
    high: column((r) => r === rows - 1 ? 0 : Infinity),
  };
  return { columns, rows: limits, random };
}

/** The bound without smoothing, by its definition. */
function boundOf({ columns, rows }: ReturnType<typeof randomColumns>, moved: Float64Array): number {
  const { size, first, worth, start, row, amount } = columns;
  let sum = moved.reduce((sum, x, r) => sum + x * rows.limit[r], 0);
  for (let b = 0; b + 1 < first.length; b++) {
    const values = [];
    for (let j = first[b]; j < first[b + 1]; j++) {
      let value = worth[j];
      for (let e = start[j]; e < start[j + 1]; e++) value -= moved[row[e]] * amount[e];
      values.push(value);
    }
    sum += size[b] * Math.max(...values);
  }
  return sum;
}

/** The least bound: the optimum of the linear program over the columns, in which the last row's lack costs 0.4 a unit. */
async function leastBound({ columns, rows }: ReturnType<typeof randomColumns>): Promise<number> {
  const { size, first, worth, start, row, amount } = columns, mip = new MipBuilder();
  const last = rows.limit.length - 1;
  rows.limit.forEach((limit, r) =>
    mip.row(r === last ? limit : -Infinity, r === last ? Infinity : limit)
  );
  for (let b = 0; b + 1 < first.length; b++) {
    const block = mip.row(size[b], size[b]);
    for (let j = first[b]; j < first[b + 1]; j++) {
      mip.column(worth[j], Infinity, false);
      for (let e = start[j]; e < start[j + 1]; e++) mip.entry(row[e], amount[e]);
      mip.entry(block, 1);
    }
  }
  mip.column(-0.4, Infinity, false);
  mip.entry(last, 1);
  const { values } = await solveMip(mip);
  return mip.cost.reduce((sum, cost, j) => sum + cost * values![j], 0);
}

Deno.test("the smoothed bound lies above the bound by at most σ · log of the columns, and weights of a block sum to 1", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const made = randomColumns(seed), { columns: { first, size }, rows, random } = made;
    for (const sigma of [0.5, 0.01]) {
      const smoothed = new SmoothedBound(made.columns, rows, sigma);
      const moved = rows.low.map((low) => low + 0.2 * random.next());
      let most = 0;
      for (let b = 0; b + 1 < first.length; b++) {
        most += size[b] * Math.log(first[b + 1] - first[b]);
      }
      const above = smoothed.evaluate(moved) - boundOf(made, moved);
      assert(above >= -1e-9 && above <= sigma * most + 1e-9, `seed ${seed}: ${above}`);
      for (let b = 0; b + 1 < first.length; b++) {
        const own = smoothed.weight.subarray(first[b], first[b + 1]);
        assertAlmostEquals(own.reduce((sum, w) => sum + w, 0), 1, 1e-12);
      }
    }
  }
});

Deno.test("derivatives are those that differences of the smoothed bound say", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { columns, rows, random } = randomColumns(seed), n = rows.limit.length, h = 1e-5;
    const smoothed = new SmoothedBound(columns, rows, 0.1);
    const moved = rows.low.map((low) => low + 0.2 * random.next());
    const vector = moved.map(() => random.next() - 0.5);
    const shifted = (by: Float64Array, times: number) => moved.map((x, r) => x + times * by[r]);
    const gradientAt = (at: Float64Array) => {
      smoothed.evaluate(at);
      return smoothed.derivatives().gradient;
    };
    smoothed.evaluate(moved);
    const { gradient, diagonal } = smoothed.derivatives(), product = new Float64Array(n);
    smoothed.multiply(vector, product);
    const up = gradientAt(shifted(vector, h)), down = gradientAt(shifted(vector, -h));
    for (let r = 0; r < n; r++) {
      const unit = moved.map((_, s) => s === r ? 1 : 0);
      const rise = smoothed.evaluate(shifted(unit, h)) - smoothed.evaluate(shifted(unit, -h));
      assertAlmostEquals(gradient[r], rise / (2 * h), 1e-5);
      assertAlmostEquals(product[r], (up[r] - down[r]) / (2 * h), 1e-4);
      const along = gradientAt(shifted(unit, h))[r] - gradientAt(shifted(unit, -h))[r];
      assertAlmostEquals(diagonal[r], along / (2 * h), 1e-4);
    }
  }
});

Deno.test("least, it comes to the optimum of the linear program over the columns, within what prices may be", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const made = randomColumns(seed), { columns, rows } = made;
    const optimum = await leastBound(made);
    let moved: Float64Array = new Float64Array(rows.limit.length);
    for (let sigma = 0.1; sigma > 1e-5; sigma /= 2) {
      moved = new SmoothedBound(columns, rows, sigma).minimise(moved, () => false);
    }
    moved.forEach((x, r) => assert(x >= rows.low[r] && x <= rows.high[r]));
    const bound = boundOf(made, moved);
    assert(bound >= optimum - 1e-6 * (1 + optimum), `seed ${seed}: ${bound}, optimum ${optimum}`);
    assert(bound <= optimum + 1e-3 * (1 + optimum), `seed ${seed}: ${bound}, optimum ${optimum}`);
  }
});

Deno.test("asked to stop, it stays where it is", () => {
  const { columns, rows } = randomColumns(1), moved = rows.low.map((low) => low + 0.1);
  const same = new SmoothedBound(columns, rows, 0.1).minimise(moved, () => true);
  assert(same.every((x, r) => x === moved[r]));
});
