/** The split as the total moves: each total as if it were split alone, straight lines between the knots. */
import { fc } from "../../lib/deps/fast_check.ts";
import { assert, assertEquals, assertThrows } from "../../lib/deps/std_assert.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { splitArrays } from "../../lib/woptim/split.ts";
import { knots, splitTotals } from "../../lib/woptim/totals.ts";

const bound = fc.integer({ min: 0, max: 200 }).map((n) => n / 8);
const people = fc.record({
  list: fc.array(
    fc.record({
      lower: fc.oneof({ weight: 6, arbitrary: bound }, fc.constant(-Infinity), fc.constant(-3)),
      room: fc.oneof({ weight: 6, arbitrary: bound }, fc.constant(Infinity)),
      target: fc.integer({ min: -20, max: 400 }).map((n) => n / 8),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  absolute: fc.boolean(),
  allowNegative: fc.boolean(),
});

type Drawn = { list: { lower: number; room: number; target: number }[] };

function columnsOf({ list }: Drawn) {
  return {
    lower: list.map((p) => p.lower),
    upper: list.map((p) => p.lower === -Infinity ? p.room : p.lower + p.room),
    target: list.map((p) => p.target),
  };
}

function near(a: number, b: number, size: number): boolean {
  return Math.abs(a - b) <= 1e-9 * (1 + size);
}

Deno.test("totals: every total is split as by itself", () => {
  let jumps = 0;
  fc.assert(
    fc.property(people, (drawn) => {
      const columns = columnsOf(drawn), { absolute, allowNegative } = drawn;
      const options = { absolute, allowNegative };
      const totals = Array.from({ length: 25 }, (_, k) => k * drawn.list.length * 1.5);
      for (const split of splitTotals(columns, totals, options)) {
        const single = splitArrays({ ...columns, total: split.total }, options);
        assertEquals([split.status, split.amount], [single.status, single.amount]);
        split.units.forEach((x, i) =>
          assert(near(x, single.units[i], split.total), `${split.total}: ${x} ${single.units[i]}`)
        );
        assert(near(split.objective, single.objective, single.objective));
        if (!near(split.multiplier, single.multiplier, Math.abs(single.multiplier))) jumps++;
      }
    }),
    { numRuns: 300, seed: 7 },
  );
  assertEquals(jumps, 0);
});

Deno.test("totals: between two knots everybody's units are a straight line", () => {
  let pieces = 0;
  fc.assert(
    fc.property(people, (drawn) => {
      const columns = columnsOf(drawn), most = drawn.list.length * 40;
      const found = knots(columns, 0, most);
      assertEquals([found[0], found[found.length - 1]], [0, most]);
      for (let k = 1; k < found.length; k++) {
        const from = found[k - 1], to = found[k];
        if (to - from < 1e-6 * most) continue;
        pieces++;
        const at = [0.001, 0.25, 0.5, 0.75, 0.999].map((part) => from + part * (to - from));
        const [a, b, c, d, e] = splitTotals(columns, at).map((split) => split.units);
        a.forEach((_, i) => {
          const line = (part: number) => a[i] + (part - 0.001) / 0.998 * (e[i] - a[i]);
          for (const [part, x] of [[0.25, b[i]], [0.5, c[i]], [0.75, d[i]]]) {
            assert(near(x, line(part), most), `${from} … ${to}: ${x} is not ${line(part)}`);
          }
        });
      }
    }),
    { numRuns: 200, seed: 8 },
  );
  assert(pieces > 500, `${pieces}`);
});

Deno.test("totals: whole steps, and what is no total", () => {
  const columns = { lower: [0, 0], upper: [8, 8], target: [4, 8] };
  const splits = splitTotals(columns, [5, 6, 7], { step: 1 });
  assertEquals(splits.map(({ units }) => units[0] + units[1]), [5, 6, 7]);
  assertThrows(() => splitTotals(columns, [1, -1]), Error, "total is -1");
  assertThrows(() => splitTotals(columns, [NaN]), Error, "total is NaN");
});

Deno.test("totals: rounding makes no bends of its own", () => {
  const random = seededRandom(26);
  const tenths = () => Math.round(100 * random.next()) / 10;
  for (let round = 0; round < 300; round++) {
    const lower = Array.from({ length: 4 }, () => random.next() < 0.5 ? 0 : tenths());
    const upper = lower.map((least) => least + tenths());
    const target = lower.map((least) => random.next() < 0.5 ? least : least + tenths() / 10);
    const found = knots({ lower, upper, target }, 0, 200);
    for (let i = 1; i < found.length; i++) {
      // Where the status changes two totals lie next to each other, 2⁻⁴⁰ of their size apart.
      const gap = (found[i] - found[i - 1]) / found[i];
      assert(gap > 2 ** -41, JSON.stringify({ lower, upper, target, found }));
    }
  }
});
