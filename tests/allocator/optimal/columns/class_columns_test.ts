import { assert } from "../../../../lib/deps/std_assert.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { compileLimits } from "../../../../lib/allocator/drop/limits/limit_rows.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import {
  exactPrices,
  workOfFirst,
} from "../../../../lib/allocator/optimal/columns/class_columns.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";
import { limitFamilies } from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { noAttributes } from "../../../../lib/allocator/drop/instance/attributes.ts";
import { userClasses } from "../../../../lib/allocator/drop/user_classes.ts";

Deno.test("under many limits the first program for the best prices takes about the work that is expected of it", async () => {
  const families = limitFamilies([{ limit: "x", per: "contract_address+group_id", atMost: 2 }]);
  const free = generateInstance({ users: 300, contracts: 40, groups: 10, seed: 1 });
  const instance = { ...free, limits: compileLimits(free, families, noAttributes()) };
  const problem = compileDualProblem(instance, defaultPolicy), classes = userClasses(instance);
  const found = await minimiseDual(problem);
  const objective = found.bound - 1e-4 * Math.abs(found.bound);
  let programs = 0;
  const pause = () => Promise.resolve(void programs++);
  const stop = () => programs > 1;
  const { work } = await exactPrices(problem, classes, found, { objective, stop, pause });
  const expected = workOfFirst(problem, classes);
  assert(work > expected / 10 && work < 10 * expected, `${work} for ${expected}`);
});

Deno.test("a program for the best prices ends at three times the work asked for, and its mixture counts for nothing then", async () => {
  const instance = generateInstance({ users: 300, contracts: 40, seed: 1 });
  const problem = compileDualProblem(instance, defaultPolicy), classes = userClasses(instance);
  const found = await minimiseDual(problem), objective = found.bound * (1 - 1e-3);
  const search = { objective, stop: () => false };
  const best = await exactPrices(problem, classes, found, search);
  // The mixture is the best fractional allocation, worth what the best prices prove.
  assert(best.best && Math.abs(best.worthOfMixture - best.bound) < 1e-6 * best.bound);
  const rows = instance.cap.length + 2 * classes.count + instance.groups.length;
  for (const share of [0.001, 0.01, 0.1]) {
    const mostWork = share * best.work;
    const short = await exactPrices(problem, classes, found, { ...search, mostWork });
    assert(short.work <= 3 * mostWork + rows, `${short.work} for ${mostWork}`);
    assert(short.bound <= found.bound && short.worthOfMixture <= best.worthOfMixture + 1e-9);
  }
});

Deno.test("where few users decide each price, the best prices are found in little work", async () => {
  const instance = generateInstance({
    users: 300,
    contracts: 200,
    groups: 5,
    scarcity: 2,
    seed: 1,
  });
  const problem = compileDualProblem(instance, defaultPolicy), classes = userClasses(instance);
  const found = await minimiseDual(problem), objective = found.bound * (1 - 1e-3);
  const search = { objective, stop: () => false, mostWork: 1e7 };
  const near = await exactPrices(problem, classes, found, search);
  const firstBox = found.bound - objective;
  const wide = await exactPrices(problem, classes, found, { ...search, firstBox });
  assert(near.best && near.bound <= wide.bound + 1e-9 * Math.abs(wide.bound), `${near.bound}`);
  assert(2 * near.work < wide.work, `${near.work}, ${wide.work} in a wide box`);
});
