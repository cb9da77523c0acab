import { MipBuilder } from "../../../../lib/allocator/ilp/mip.ts";
import { LEAST_COLUMNS } from "../../../../lib/allocator/ilp/mip_thread.ts";
import { Allowance } from "../../../../lib/allocator/optimal/programs/allowance.ts";
import { solveLosses } from "../../../../lib/allocator/optimal/programs/loss_program.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";

/** Losses of columns of which 20 are to be taken, each with weights in three rows that leave little room: HiGHS searches for long. */
function losses(columns: number): { mip: MipBuilder; start: Float64Array; units: number } {
  const random = seededRandom(1), mip = new MipBuilder(), units = 20;
  const count = mip.row(units, units);
  const rows = [0, 1, 2].map(() => mip.row(-Infinity, 500));
  for (let column = 0; column < columns; column++) {
    mip.column(-Math.ceil(1000 * random.next()), 1, true);
    mip.entry(count, 1);
    for (const row of rows) {
      mip.entry(row, column < units ? 25 : 15 + Math.ceil(60 * random.next()));
    }
  }
  return { mip, start: Float64Array.from({ length: columns }, (_, i) => i < units ? 1 : 0), units };
}

Deno.test("what stops a run is heard while a large program of losses is solved", async () => {
  const stopping = new AbortController();
  const allowance = new Allowance(Infinity, Infinity, undefined, () => stopping.signal.aborted);
  // The timer can only end while the program is solved in another thread: here it would go on to its end.
  const timer = setTimeout(() => stopping.abort(), 300);
  const { solved } = await solveLosses(losses(LEAST_COLUMNS), 0, { allowance });
  clearTimeout(timer);
  assert(stopping.signal.aborted && !solved);
});

Deno.test("a program of losses says the objective from the present one on, and its work is taken off", async () => {
  const program = losses(40), allowance = new Allowance(100);
  const { values, bound, solved } = await solveLosses(program, 7, { allowance });
  const lost = (of: ArrayLike<number>) =>
    program.mip.cost.reduce((sum, cost, column) => sum + cost * of[column], 0);
  assert(solved && values !== null && allowance.left < 100);
  const found = 7 + lost(values) - lost(program.start);
  assert(found >= 7 && Math.abs(bound - found) <= 1e-3);
  assertEquals(values.reduce((sum, value) => sum + Math.round(value), 0), program.units);
});
