import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { noAttributes } from "../../../../lib/allocator/drop/instance/attributes.ts";
import { limitFamilies } from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../../../../lib/allocator/drop/limits/limit_rows.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { keepWorkers } from "../../../../lib/allocator/optimal/passes/worker_pool.ts";
import { passBoard } from "../../../../lib/allocator/optimal/passes/pass_board.ts";
import {
  startTeam,
  takePart,
  usefulShares,
} from "../../../../lib/allocator/optimal/passes/worker_team.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";
import { tried } from "../../../support/effort.ts";
import { evalProgram } from "../../../support/eval_program.ts";

const instance = generateInstance({ users: 6000, seed: 4 });

const policies: Policy[] = [
  { ...defaultPolicy, model: "coverage" },
  defaultPolicy,
  { ...defaultPolicy, mixTail: true, maxMixedShare: 0.1, enforceAssignmentRatio: true },
];

Deno.test("prices and bound are the same bytes for any number of workers", async () => {
  for (const [i, policy] of policies.entries()) {
    const problem = compileDualProblem(instance, policy);
    assertEquals(usefulShares(problem, 3), 3);
    const alone = await minimiseDual(problem, { workers: 1 });
    for (const workers of tried([2 + i % 2], [2, 3])) {
      const team = await startTeam(problem, workers, 60_000);
      assert(team !== null, "workers start here");
      team.close();
      const shared = await minimiseDual(problem, { workers });
      assertEquals(shared.bound, alone.bound);
      assertEquals(shared.prices, alone.prices);
      assertEquals(shared.passes, alone.passes);
    }
  }
});

Deno.test("with many contracts too, whose curvature is sparse", async () => {
  const many = generateInstance({ users: 7500, contracts: 700, seed: 5 });
  for (const [i, policy] of policies.slice(1).entries()) {
    const problem = compileDualProblem(many, policy);
    assertEquals(usefulShares(problem, 4), 4);
    const alone = await minimiseDual(problem, { workers: 1 });
    for (const workers of tried([[2, 4][i]], [2, 4])) {
      const shared = await minimiseDual(problem, { workers });
      assertEquals(shared.bound, alone.bound);
      assertEquals(shared.prices, alone.prices);
      assertEquals(shared.passes, alone.passes);
    }
  }
});

Deno.test("under limits too, whenever the workers are up: what was learnt of how far prices move goes with the search", async () => {
  const free = generateInstance({ users: 20_000, contracts: 40, pairs: 10, seed: 1 });
  const cost = free.score.map((score, p) => Math.abs(score) * (0.5 + (p * 0.618) % 1));
  const segment = {
    code: Uint32Array.from(free.group, (_, u) => u % 5),
    values: ["a", "b", "c", "d", "e"],
  };
  const attributes = {
    ...noAttributes(),
    user_groups: new Map([["segment", segment]]),
    eligNumbers: new Map([["expected_cost", cost]]),
  };
  const families = limitFamilies([
    { limit: "counts", per: "contract_address+segment", atMost: 80 },
    { limit: "brands", per: "brand_id+segment", atMost: 267 },
    { limit: "least", per: "contract_address", atLeast: 50 },
    { limit: "budget", per: "brand_id", counts: "expected_cost", atMost: 400 },
  ]);
  const limits = compileLimits(free, families, attributes);
  const problem = compileDualProblem({ ...free, limits }, defaultPolicy);
  const alone = await minimiseDual(problem, { workers: 1 });
  const letGo = keepWorkers();
  try {
    // The first time workers come late, then they wait already.
    for (const workers of [2, 2, 3]) {
      const shared = await minimiseDual(problem, { workers });
      assertEquals(shared.bound, alone.bound);
      assertEquals(shared.prices, alone.prices);
      assertEquals(shared.passes, alone.passes);
    }
  } finally {
    letGo();
  }
});

Deno.test("a worker that is woken late, after it has done what it was woken for, does nothing twice", () => {
  const problem = compileDualProblem(instance, defaultPolicy);
  const bell = new Int32Array(new SharedArrayBuffer(12)), order = new Float64Array(4);
  // What a ring sets: the command, how many are at work, and how often it rang.
  const ring = (...command: number[]) => {
    order.set(command);
    bell[1] = 1;
    bell[0]++;
  };
  const close = [0], back = [5, 1];
  let waits = 0;
  const atWork: number[] = [];
  // The second time it is woken though nobody rang: who did for the first command was held up before it woke anybody.
  const wait = () => {
    waits++;
    if (waits === 1) ring(...back);
    if (waits === 3) {
      atWork.push(bell[1]);
      ring(...close);
    }
    return "ok";
  };
  const { wait: before } = Atomics;
  try {
    Object.assign(Atomics, { wait });
    const engagement = { problem, board: passBoard(problem, 2), share: 1, bell, order };
    takePart({ postMessage: () => {} }, engagement);
  } finally {
    Object.assign(Atomics, { wait: before });
  }
  assertEquals([waits, atWork], [3, [0]]);
});

Deno.test("a small drop starts no workers, nor does one in memory that is not shared", async () => {
  const problem = compileDualProblem(instance, defaultPolicy);
  const small = compileDualProblem(generateInstance({ users: 300, seed: 4 }), defaultPolicy);
  assertEquals(await startTeam(small, usefulShares(small, 4)), null);
  const plain = { ...instance, score: Float64Array.from(instance.score) };
  assertEquals(await startTeam({ ...problem, instance: plain }, 2), null);
});

Deno.test("out of time or stopped, the prices so far prove their bound", async () => {
  const problem = compileDualProblem(instance, defaultPolicy);
  const best = await minimiseDual(problem);
  assert(best.finished);
  const late = await minimiseDual(problem, { deadline: performance.now() });
  assertEquals(late.finished, false);
  assert(late.bound >= best.bound && late.bound < Infinity);
  const stopped = await minimiseDual(problem, { signal: AbortSignal.abort() });
  assertEquals(stopped.finished, false);
  // How far the first sample comes in its milliseconds depends on the machine.
  assert(stopped.bound >= best.bound && stopped.bound < Infinity);
});

Deno.test("prices of an earlier run start the search", async () => {
  const problem = compileDualProblem(instance, defaultPolicy);
  const first = await minimiseDual(problem);
  const cap = instance.cap.map((cap) => Math.round(1.02 * cap));
  const next = compileDualProblem({ ...instance, cap }, defaultPolicy);
  const cold = await minimiseDual(next);
  const warm = await minimiseDual(next, { startPrices: first.prices });
  assert(Math.abs(warm.bound - cold.bound) <= 1e-6 * cold.bound);
});

Deno.test("from the prices of nearly the same drop few evaluations are left to do", async () => {
  const drop = generateInstance({ users: 20_000, contracts: 40, groups: 10 });
  const first = await minimiseDual(compileDualProblem(drop, defaultPolicy));
  const score = drop.score.map((s, p) => p % 100 === 0 ? 0.9 * s : s);
  const next = compileDualProblem({ ...drop, score }, defaultPolicy);
  const cold = await minimiseDual(next);
  const warm = await minimiseDual(next, { startPrices: first.prices });
  assert(Math.abs(warm.bound - cold.bound) <= 1e-7 * cold.bound);
  assert(warm.fullPasses < 0.5 * cold.fullPasses, `${warm.fullPasses} of ${cold.fullPasses}`);
});

/** Starts teams with less patience than their workers need, some of which come by the bell when all is over. */
const IMPATIENT = `
import { compileDualProblem } from "./lib/allocator/optimal/dual/dual_problem.ts";
import { startTeam } from "./lib/allocator/optimal/passes/worker_team.ts";
import { defaultPolicy } from "./lib/allocator/model/policy.ts";
import { generateInstance } from "./lib/generate/generate_instance.ts";
const problem = compileDualProblem(generateInstance({ users: 6000, seed: 4 }), defaultPolicy);
for (const patience of [0, 20, 40, 60, 80, 100, 120, 140]) {
  (await startTeam(problem, 2, patience))?.close();
}
console.log("done");`;

Deno.test("a program ends though workers came too late", async () => {
  assertEquals(await evalProgram(IMPATIENT), [true, "done\n", ""]);
});
