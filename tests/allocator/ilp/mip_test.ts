import { GrowingLp, MipBuilder, secondsOfLook, solveMip } from "../../../lib/allocator/ilp/mip.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";

/** At most one of two columns, of which the first has this cost and counts this much. */
function program(cost: number, counts: number): MipBuilder {
  const mip = new MipBuilder();
  const row = mip.row(-Infinity, 1);
  for (const [own, count] of [[cost, counts], [1, 1]]) {
    mip.column(own, 1, true);
    mip.entry(row, count);
  }
  return mip;
}

Deno.test("numbers that HiGHS refuses: it found nothing, and nothing is thrown", async () => {
  assertEquals((await solveMip(program(2, 1))).status, "optimal");
  assertEquals(await solveMip(program(2, 1e300)), {
    status: "stopped",
    values: null,
    bound: Infinity,
    work: 0,
  });
  for (const refused of [program(1e300, 1), program(2, 1e300)]) {
    const lp = await GrowingLp.open(refused);
    lp.add(new MipBuilder());
    lp.fix(0, 1);
    assertEquals(lp.solve(), null);
    lp.close();
  }
  const lp = await GrowingLp.open(program(2, 1));
  assertEquals(lp.solve()!.objective, 2);
  const more = new MipBuilder();
  more.column(3, 1, false);
  more.entry(0, 1e300);
  lp.add(more);
  assertEquals(lp.solve(), null);
  lp.close();
});

Deno.test("a linear program ends without an optimum when it is late, or after so many iterations", async () => {
  // Each column counts toward a few of the rows, which is a while's work for the simplex method.
  const rows = 300, mip = new MipBuilder(), random = seededRandom(3);
  for (let r = 0; r < rows; r++) mip.row(-Infinity, 10);
  for (let c = 0; c < 3000; c++) {
    mip.column(random.next(), 1, false);
    const own = new Set(Array.from({ length: 6 }, () => random.below(rows)));
    for (const r of [...own].sort((a, b) => a - b)) mip.entry(r, 0.5 + random.next());
  }
  const lp = await GrowingLp.open(mip);
  let looks = 0;
  // Whoever is asked may look at the clock, as HiGHS does at that moment.
  assertEquals(lp.solve(() => ++looks > 3 && performance.now() > 0), null);
  assert(looks > 3);
  lp.close();
  const whole = await GrowingLp.open(mip), { objective } = whole.solve(() => false)!;
  assert(objective > 0);
  whole.close();
  // So it does after a number of iterations. The next solve goes on from there.
  const counted = await GrowingLp.open(mip);
  assertEquals([counted.solve(undefined, 50), counted.iterations], [null, 50]);
  assertEquals([counted.solve(undefined, 30.5), counted.iterations], [null, 80]);
  assertAlmostEquals(counted.solve()!.objective, objective, 1e-6);
  assert(counted.iterations > 80);
  counted.close();
});

Deno.test("with a target the search ends at a solution that is as good, and its bound still holds", async () => {
  // Weights of which many sums come near 5,000: the best choice takes a while to be proven.
  const worth = Array.from({ length: 30 }, (_, i) => 211 + (i * 7919) % 401);
  const mip = new MipBuilder();
  const row = mip.row(-Infinity, 5000);
  for (const [i, own] of worth.entries()) {
    mip.column(own, 1, true);
    mip.entry(row, own + i % 7);
  }
  const found = ({ values }: { values: Float64Array | null }) =>
    values!.reduce((sum, x, i) => sum + Math.round(x) * worth[i], 0);
  const best = await solveMip(mip);
  assertEquals(best.status, "optimal");
  const optimum = found(best);
  // Late at its first look, it has found nothing or little.
  const late = await solveMip(mip, { isLate: () => true });
  assertEquals(late.status, "stopped");
  assert(late.bound >= optimum - 1e-6);
  for (const share of [0.5, 0.9, 0.99]) {
    const target = share * optimum;
    const { status, bound, ...result } = await solveMip(mip, { target });
    assert(found(result) >= target, `${found(result)} of ${target}`);
    assert(bound >= optimum - 1e-6);
    assert(status !== "infeasible");
  }
  const start = best.values!;
  const reached = await solveMip(mip, { start, target: optimum - 1 });
  assertEquals([reached.status, found(reached)], ["stopped", optimum]);
  assertEquals((await solveMip(mip, { start, target: optimum + 1 })).status, "optimal");
});

Deno.test("a search ends once its solution is near enough to its bound, or to a higher one of what it leaves out", async () => {
  const mip = new MipBuilder(), random = seededRandom(7);
  for (let r = 0; r < 10; r++) mip.row(-Infinity, 40);
  for (let c = 0; c < 32; c++) {
    mip.column(50 + random.below(50), 1, true);
    for (let r = 0; r < 10; r++) if (random.next() < 0.4) mip.entry(r, 1 + random.below(9));
  }
  const found = ({ values }: { values: Float64Array | null }) =>
    values!.reduce((sum, x, i) => sum + Math.round(x) * mip.cost[i], 0);
  const best = await solveMip(mip), optimum = found(best);
  assertEquals(best.status, "optimal");
  const gap = 0.05 * optimum;
  const near = await solveMip(mip, { enough: { gap, leftOut: -Infinity } });
  assertEquals(near.status, "stopped");
  assert(near.work < best.work, `${near.work} of ${best.work}`);
  assert(near.bound >= optimum - 1e-6);
  assert(near.bound - found(near) <= gap + 1e-6, `${found(near)} below ${near.bound}`);
  // Far from what is left out no solution is near enough.
  const leftOut = optimum + 2 * gap;
  assertEquals((await solveMip(mip, { enough: { gap, leftOut } })).status, "optimal");
});

Deno.test("costs so small that doubles have no power of two to scale them by are no error", async () => {
  for (const least of [5e-324, 3e-320, 1e-308]) {
    const mip = new MipBuilder();
    const row = mip.row(-Infinity, 1);
    for (const cost of [least, 0]) {
      mip.column(cost, 1, true);
      mip.entry(row, 1);
    }
    const { status, bound } = await solveMip(mip);
    assertEquals(status, "optimal");
    assert(bound >= least && bound < 1e-290, `${bound}`);
  }
});

Deno.test("a look at the clock counts for as long as it takes, whatever shape a program has", () => {
  // Rows, entries, and milliseconds of a core between two looks, as measured.
  const measured = [
    [387, 133_527, 1.03],
    [1110, 80_000, 0.32],
    [14_760, 147_430, 0.30],
    [4709, 62_000, 0.096],
    [1435, 18_000, 0.066],
  ];
  for (const [rows, entries, ms] of measured) {
    const counted = 1000 * secondsOfLook(rows, entries);
    assert(counted > 0.5 * ms && counted < 2 * ms, `${rows} × ${entries}: ${counted} for ${ms}`);
  }
  assert(secondsOfLook(0, 0) > 0);
});
