import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import {
  areWaiting,
  giveBack,
  keepWorkers,
  startWorkers,
  takeWorker,
} from "../../../../lib/allocator/optimal/passes/worker_pool.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { startTeam } from "../../../../lib/allocator/optimal/passes/worker_team.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";
import { evalProgram } from "../../../support/eval_program.ts";

Deno.test("workers wait for more work as long as anyone keeps them", () => {
  giveBack(takeWorker()!);
  assertEquals(areWaiting(1), false);
  const end = keepWorkers(), endToo = keepWorkers();
  startWorkers(2);
  assertEquals([areWaiting(2), areWaiting(3)], [true, false]);
  const worker = takeWorker()!;
  assertEquals(areWaiting(2), false);
  giveBack(worker);
  end();
  end();
  assertEquals(areWaiting(2), true);
  endToo();
  assertEquals([areWaiting(0), areWaiting(1)], [true, false]);
  const endEarly = startWorkers(1);
  assertEquals(areWaiting(1), true);
  giveBack(takeWorker()!);
  assertEquals(areWaiting(1), false);
  startWorkers(2);
  endEarly();
  assertEquals(areWaiting(1), false);
});

Deno.test("a worker that was kept serves the next problem", async () => {
  const end = keepWorkers();
  try {
    for (const seed of [1, 2, 3]) {
      const instance = generateInstance({ users: 6000 + 1000 * seed, seed });
      const problem = compileDualProblem(instance, defaultPolicy);
      const team = await startTeam(problem, 2, 60_000);
      team!.close();
      assertEquals(areWaiting(1), true);
      const shared = await minimiseDual(problem, { workers: 2 });
      const { bound, prices } = await minimiseDual(problem);
      assertEquals([shared.bound, shared.prices], [bound, prices]);
    }
  } finally {
    end();
  }
});

/** Solves with workers started early, some of which are not up when all is over. */
const SOLVING = `
import { startWorkers } from "./lib/allocator/optimal/passes/worker_pool.ts";
import { solveOptimal } from "./lib/allocator/optimal/optimal.ts";
import { defaultPolicy } from "./lib/allocator/model/policy.ts";
import { generateInstance } from "./lib/generate/generate_instance.ts";
const drop = generateInstance({ users: 2500, seed: 4 });
for (let i = 0; i < 3; i++) {
  const end = startWorkers(i);
  await solveOptimal(drop, defaultPolicy, { workers: 2, timeout: [0, 0.1, 100][i], gap: 1 });
  end();
}
console.log("done");`;

Deno.test("a program ends once it keeps no workers", async () => {
  assertEquals(await evalProgram(SOLVING), [true, "done\n", ""]);
});
