import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { noAttributes } from "../../../../lib/allocator/drop/instance/attributes.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { limitFamilies } from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../../../../lib/allocator/drop/limits/limit_rows.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { DualPass, wholeCapacities } from "../../../../lib/allocator/optimal/passes/dual_pass.ts";
import {
  compileDualProblem,
  type DualProblem,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { passBoard } from "../../../../lib/allocator/optimal/passes/pass_board.ts";
import {
  type PassCommand,
  PassShare,
} from "../../../../lib/allocator/optimal/passes/pass_share.ts";
import { type PricePoint, zeroPoint } from "../../../../lib/allocator/optimal/dual/price_point.ts";
import { type Random, seededRandom } from "../../../../lib/base/numbers/random.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";

/** The drop under budgets of what each pair costs, and counts of contracts. */
function underLimits(instance: Instance, random: Random): Instance {
  const cost = instance.score.map(() => 0.1 + 2 * random.next());
  const attributes = { ...noAttributes(), eligNumbers: new Map([["cost", cost]]) };
  const families = limitFamilies([
    { limit: "budget", per: "contract_address", counts: "cost", atMost: 20 },
    { limit: "spent", per: "group_id", counts: "cost", atMost: 200 },
    { limit: "each", per: "contract_address+group_id", atMost: 15 },
  ]);
  return { ...instance, limits: compileLimits(instance, families, attributes) };
}

/** Passes on this thread. */
function passOf(problem: DualProblem, before?: DualPass): DualPass {
  const board = passBoard(problem, 1), share = new PassShare(problem, board, 0);
  const team = { board, run: (command: PassCommand) => share.run(command), close: () => {} };
  return new DualPass(problem, team, before);
}

Deno.test("a search that another pass takes over on its way sees the same views, curvature and D", () => {
  const random = seededRandom(7);
  const free = generateInstance({ users: 1500, contracts: 40, groups: 4, pairs: 12, seed: 7 });
  const tied = { ...free, score: free.score.map((score) => Math.round(4 * score) / 4) };
  const problem = compileDualProblem(underLimits(tied, random), defaultPolicy);
  const capacities = wholeCapacities(problem), rows = capacities.amount.length;
  const { unit } = problem, groups = free.groups.length;
  const points = Array.from({ length: 5 }, () => {
    const point = zeroPoint(rows, groups, problem.rules.others.length);
    for (let r = 0; r < rows; r++) point.row[r] = random.next() < 0.5 ? 0 : unit * random.next();
    return point;
  });
  const seenWith = (changeAt: number) => {
    let pass = passOf(problem);
    return points.map((point, n) => {
      if (n === changeAt) pass = passOf(problem, pass);
      pass.useWhole();
      pass.evaluate(point, capacities, 5 * unit);
      pass.noteStep(points[(n + 1) % points.length]);
      pass.screen(point, 0.1 * unit, 0);
      return pass.evaluate(point, capacities, 5 * unit);
    });
  };
  const alone = seenWith(-1);
  for (let n = 1; n < points.length; n++) assertEquals(seenWith(n), alone, `changed before ${n}`);
});

Deno.test("a view tells the same D and slopes as the whole drop wherever it says that it is enough", () => {
  let compared = 0, smaller = 0;
  for (let seed = 1; seed <= 24; seed++) {
    const random = seededRandom(seed);
    const free = generateInstance({ users: 400, contracts: 20, groups: 4, pairs: 9, seed });
    const instance = seed % 4 === 0 ? free : underLimits(free, random);
    const model = seed % 2 === 0 ? "coverage" : "uniform";
    const problem = compileDualProblem(instance, { ...defaultPolicy, model });
    const pass = passOf(problem), capacities = wholeCapacities(problem);
    const { unit } = problem, rows = capacities.amount.length, reach = 0.04 * unit;
    const at = (change: (r: number) => number) => {
      const point = zeroPoint(rows, instance.groups.length, problem.rules.others.length);
      for (let r = 0; r < rows; r++) point.row[r] = change(r);
      return point;
    };
    const first = at(() => random.next() < 0.4 ? 0 : unit * random.next());
    const centre = pass.evaluate(first, capacities, 0).point;
    // A few prices have moved, most of them stand still.
    const step = at(() => random.next() < 0.2 ? reach / 3 * random.next() : 0);
    pass.noteStep(step);
    // In some views a few prices may go as far as they want.
    const far = seed % 3 !== 0 ? null : {
      row: step.row.map((_, r) => r > 0 && random.next() < 0.1 ? unit : 0),
      sponsored: Float64Array.from(instance.groups, (_, g) => unit * (g % 2)),
    };
    pass.screen(centre, reach, 0, far);
    const trials = Array.from({ length: 5 }, () => {
      const trial = at((r) =>
        far !== null && far.row[r] > 0 && instance.limits !== undefined
          ? unit * random.next()
          : Math.max(
            0,
            centre.row[r] + (random.next() - 0.5) * Math.max(6 * step.row[r], 0.3 * reach),
          )
      );
      trial.sponsored.set(centre.sponsored);
      return trial;
    });
    const seen = pass.pairsSeen;
    const inView = trials.map((trial) => {
      assert(pass.covers(trial, reach), `seed ${seed}: within the reach of each price`);
      return pass.evaluate(trial, capacities, 0);
    });
    if (pass.pairsSeen - seen < 4 * instance.score.length) smaller++;
    assert(!pass.covers(at((r) => centre.row[r] + (r === 0 ? 2 * reach : 0)), 0));
    pass.useWhole();
    trials.forEach((trial, n) => {
      const whole = pass.evaluate(trial, capacities, 0), found = inView[n];
      if (found.confined) return;
      compared++;
      const what = `seed ${seed}, trial ${n}`;
      assertAlmostEquals(found.value, whole.value, 1e-9 * Math.abs(whole.value), what);
      found.rowGradient.forEach((slope, r) =>
        assertAlmostEquals(slope, whole.rowGradient[r], 1e-6, `${what}, row ${r}`)
      );
    });
  }
  assert(compared > 60 && smaller > 12, `${compared} compared, ${smaller} views were smaller`);
});

/** A random drop with a pass, prices, and a view around them; all prices have moved by its reach of late. */
function viewed(seed: number, isLimited: boolean) {
  const random = seededRandom(seed);
  const free = generateInstance({ users: 400, contracts: 20, groups: 4, pairs: 9, seed });
  const instance = isLimited ? underLimits(free, random) : free;
  const problem = compileDualProblem(instance, defaultPolicy);
  const pass = passOf(problem), capacities = wholeCapacities(problem);
  const { unit } = problem, rows = capacities.amount.length, reach = 0.05 * unit;
  const centre = zeroPoint(rows, instance.groups.length, problem.rules.others.length);
  for (let r = 0; r < rows; r++) centre.row[r] = random.next() < 0.4 ? 0 : unit * random.next();
  const settle = () => centre.sponsored.set(pass.evaluate(centre, capacities, 0).point.sponsored);
  settle();
  // Where offers weigh, a price has room for what it moved of late.
  pass.noteStep({ ...centre, row: centre.row.map(() => reach) });
  pass.screen(centre, reach, 0);
  const isFewer = (since: number) => pass.pairsSeen - since < 0.9 * instance.score.length;
  /** Compares D at a point with that of the whole drop. False: the view does not tell it there. */
  const compare = (point: PricePoint, what: string): boolean => {
    const found = pass.evaluate(point, capacities, 0);
    if (found.confined) return false;
    const other = passOf(problem).evaluate(point, capacities, 0);
    assertAlmostEquals(found.value, other.value, 1e-9 * Math.abs(other.value), what);
    return true;
  };
  return { random, pass, reach, centre, settle, isFewer, compare };
}

Deno.test("prices that move further than others are kept in a view of a view, as far as that one holds", () => {
  let compared = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const { random, pass, reach, centre, isFewer, compare } = viewed(seed, true);
    const row = centre.row.map(() => random.next() < 0.2 ? reach / 2 : 0);
    const seen = pass.pairsSeen;
    pass.screen(centre, reach / 10, 0, { row, sponsored: centre.sponsored.map(() => 0) });
    assert(isFewer(seen), `seed ${seed}: from the view`);
    for (let n = 0; n < 4; n++) {
      const trial = { ...centre, row: centre.row.slice() };
      row.forEach((least, r) =>
        trial.row[r] += random.next() * (least > 0 ? 0.99 * reach : reach / 10)
      );
      assert(pass.covers(trial, 0), `seed ${seed}: far prices have all the room of the view below`);
      if (compare(trial, `seed ${seed}`)) compared++;
    }
  }
  assert(compared > 20, `${compared} compared`);
});

Deno.test("after prices left all views, narrow ones are screened from one as wide, and tell the same D as the whole drop", () => {
  let compared = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const { pass, reach, centre, settle, isFewer, compare } = viewed(seed, seed % 2 === 1);
    // One price goes further than the view reaches, and on from there.
    centre.row[seed % 20] += 1.2 * reach;
    settle();
    pass.screen(centre, reach / 20, 0);
    const seen = pass.pairsSeen;
    centre.row[seed % 20] += reach;
    pass.screen(centre, reach / 20, 0);
    assert(isFewer(seen), `seed ${seed}: from a view`);
    if (compare(centre, `seed ${seed}`)) compared++;
  }
  assert(compared > 6, `${compared} compared`);
});
