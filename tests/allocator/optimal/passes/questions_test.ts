import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import {
  answerTo,
  IdleWorker,
  type Question,
} from "../../../../lib/allocator/optimal/passes/questions.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";
import {
  areWaiting,
  keepWorkers,
  startWorkers,
} from "../../../../lib/allocator/optimal/passes/worker_pool.ts";

const instance = generateInstance({ users: 3000, contracts: 30, infeasible: 0.4, seed: 5 });

/** Questions about a drop whose minima are out of reach. */
function questions(): Question[] {
  return [defaultPolicy, { ...defaultPolicy, enforceAssignmentRatio: true }].flatMap((policy) => {
    const problem = compileDualProblem(instance, policy), prices = zeroPrices(problem);
    prices.contract.forEach((_, c) => prices.contract[c] = problem.unit * (c % 7) / 4);
    prices.minSponsored.fill(problem.unit / 3);
    return [
      { asks: "bound", problem, prices } as const,
      { asks: "least shortfall", problem } as const,
    ];
  });
}

Deno.test("an idle worker answers what this thread finds, in any order of asking for it", async () => {
  const end = keepWorkers();
  try {
    startWorkers(1);
    const [{ problem }] = questions(), worker = IdleWorker.of(problem);
    assert(worker.isThere);
    const begun = questions().map((question) => worker.begin(question));
    const found = await Promise.all(begun.toReversed().map((answer) => answer()));
    assertEquals(found.toReversed(), questions().map(answerTo));
    assert((found[0] as { total: number }).total > 0, "minima are out of reach");
    worker.close();
    assertEquals(areWaiting(1), true);
  } finally {
    end();
  }
});

Deno.test("without a worker questions are answered here, each once", async () => {
  const [{ problem }] = questions();
  assertEquals(areWaiting(1), false);
  const worker = IdleWorker.of(problem);
  assert(!worker.isThere);
  for (const question of questions()) {
    const answer = worker.begin(question), found = await answer();
    assertEquals(found, answerTo(question));
    assert(await answer() === found);
  }
  worker.close();
});

Deno.test("what a worker that fails leaves unanswered is answered here", async () => {
  const end = keepWorkers();
  try {
    startWorkers(1);
    const [{ problem }] = questions(), worker = IdleWorker.of(problem);
    const { sponsored } = problem.rules, { length } = sponsored.least;
    // A copy of such a list, as the worker gets it, has no methods.
    const least = Object.setPrototypeOf({ ...sponsored.least, length }, Array.prototype);
    const rules = { ...problem.rules, sponsored: { ...sponsored, least } };
    const answer = worker.begin({ asks: "least shortfall", problem: { ...problem, rules } });
    const next = worker.begin({ asks: "least shortfall", problem });
    const found = answerTo({ asks: "least shortfall", problem });
    assertEquals([await answer(), await next()], [found, found]);
    worker.close();
  } finally {
    end();
  }
});
