import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import {
  choiceTable,
  isClearlyTooLarge,
} from "../../../../lib/allocator/optimal/local_search/choice_table.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { Decided } from "../../../../lib/allocator/optimal/programs/decided.ts";
import { SharedRows } from "../../../../lib/allocator/optimal/local_search/shared_rows.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { recover } from "../../../../lib/allocator/optimal/recovery/recover.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { randomInstance } from "../../../support/random_instance.ts";

Deno.test("a sixteenth of the users says clearly too large only of tables that are, and of all far too large", async () => {
  let large = 0, fits = 0;
  for (let seed = 1; seed <= 3; seed++) {
    const instance = randomInstance({
      ...{ seed, users: 1200, contracts: 20, groups: 3, scoreStep: [0.001, 0.05, 0.5][seed - 1] },
    });
    const { problem, assignment, rows, decided } = await recovered(instance);
    for (const share of [1e-3, 0.01, 0.05, 0.2, 1]) {
      const regret = share * problem.unit, what = `seed ${seed}, regret ${share}`;
      const whole = choiceTable(assignment, decided, rows, { regret, most: Infinity })!;
      const bundles = whole.pairs.length;
      for (const most of [bundles / 8, bundles - 1, bundles, 2 * bundles]) {
        const isTooLarge = isClearlyTooLarge(assignment, decided, { regret, most });
        const table = choiceTable(assignment, decided, rows, { regret, most });
        assertEquals(table === null, bundles > most, what);
        // Of few bundles a sixteenth tells little; tables are allowed thousands.
        if (bundles < 1000) continue;
        if (isTooLarge) assert(bundles > most, what);
        if (most < bundles / 4) assert(isTooLarge, what);
        if (isTooLarge) large++;
        else fits++;
      }
    }
  }
  assert(large >= 5 && fits >= 15, `${large} too large, ${fits} not`);
});

Deno.test("of many users it tells tables that are half too large from those that fit", async () => {
  const users = 50_000;
  const instance = randomInstance({ seed: 1, users, contracts: 20, groups: 3, scoreStep: 0.001 });
  const { problem, assignment, rows, decided } = await recovered(instance);
  const regret = 0.04 * problem.unit;
  const whole = choiceTable(assignment, decided, rows, { regret, most: Infinity })!;
  const bundles = whole.pairs.length;
  assert(bundles >= 5000, `${bundles} bundles`);
  const isTooLarge = (most: number) => isClearlyTooLarge(assignment, decided, { regret, most });
  assertEquals([bundles / 1.5, bundles, 2 * bundles].map(isTooLarge), [true, false, false]);
});

/** An allocation at the best prices, and what tables are made of. */
async function recovered(instance: Instance) {
  const problem = compileDualProblem(instance, defaultPolicy);
  const { prices } = await minimiseDual(problem);
  const options = { noise: 0, enough: Infinity, hurry: () => true };
  const assignment = await recover(problem, prices, options);
  const rows = new SharedRows(assignment, prices), decided = new Decided(assignment, prices);
  return { problem, assignment, rows, decided };
}
