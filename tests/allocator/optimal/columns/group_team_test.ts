import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { GroupTeam } from "../../../../lib/allocator/optimal/columns/group_team.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";

const policy = { ...defaultPolicy, enforceAssignmentRatio: true };

Deno.test("what is found for groups does not depend on how many threads share them", async () => {
  const instance = generateInstance({ users: 16_000, contracts: 40, seed: 3 });
  const problem = compileDualProblem(instance, policy);
  const { prices } = await minimiseDual(problem);
  const later = {
    ...prices,
    contract: prices.contract.map((price, c) => price * (1 + c % 3 / 50)),
  };
  const groups = [...instance.groups.keys()], some = groups.filter((g) => g % 3 === 1).reverse();
  const of = async (workers: number) => {
    const team = new GroupTeam(problem, prices, workers);
    try {
      return [
        await team.price(prices, groups),
        await team.price(later, some),
        await team.price(later, groups),
        // What is known is not found again.
        await team.price(later, groups),
        await team.lossesAt(later, groups),
      ];
    } finally {
      team.close();
    }
  };
  const alone = await of(1), shared = await of(2);
  assertEquals(shared, alone);
  assertEquals(alone.map((found) => found.map(({ group }) => group)), [
    groups,
    some,
    groups,
    groups,
    groups,
  ]);
  const columnsOf = (found: (typeof alone)[number]) =>
    found.map((one) => "column" in one ? one.column : undefined);
  assert(columnsOf(alone[0]).every((column) => column !== null));
  assert(columnsOf(alone[3]).every((column) => column === null));
});

Deno.test("columns that are added between two questions are known to all threads", async () => {
  const instance = generateInstance({ users: 16_000, contracts: 40, seed: 4 });
  const problem = compileDualProblem(instance, policy);
  const prices = zeroPrices(problem), groups = [...instance.groups.keys()];
  const other = new GroupTeam(problem, prices, 1);
  const columns = (await other.price(prices, groups)).map(({ column }) => column!);
  const team = new GroupTeam(problem, prices, 2);
  try {
    await team.lossesAt(prices, groups.slice(0, 3));
    columns.forEach((column, g) => assert(team.add(g, column)));
    const some = groups.slice(0, 2), found = await team.price(prices, some);
    assert(found.every(({ column }) => column === null));
    assert((await team.price(prices, groups)).every(({ column }) => column === null));
  } finally {
    team.close();
  }
});

Deno.test("an allocation under an assignment ratio is the same for any number of workers", async () => {
  const instance = generateInstance({ users: 16_000, seed: 2 });
  const alone = await solveOptimal(instance, policy, { workers: 1, gap: 1e-4 });
  const shared = await solveOptimal(instance, policy, { workers: 2, gap: 1e-4 });
  assertEquals(shared.bound, alone.bound);
  assertEquals(shared.objective, alone.objective);
  assertEquals(shared.prices, alone.prices);
});

/** Workers that can't start, as where there is no permission to read their file. */
class NoWorker {
  onerror: ((event: { preventDefault(): void }) => void) | null = null;

  constructor() {
    setTimeout(() => this.onerror?.({ preventDefault: () => {} }), 0);
  }

  postMessage(): void {}
  terminate(): void {}
}

Deno.test("where workers can't start, this thread does it all", async () => {
  const instance = generateInstance({ users: 16_000, contracts: 30, seed: 1 });
  const problem = compileDualProblem(instance, policy), prices = zeroPrices(problem);
  const groups = [...instance.groups.keys()];
  const ofWorkers = globalThis.Worker;
  globalThis.Worker = NoWorker as unknown as typeof Worker;
  const team = new GroupTeam(problem, prices, 2);
  try {
    const alone = await new GroupTeam(problem, prices, 1).price(prices, groups);
    assertEquals(await team.price(prices, groups), alone);
    assert((await team.price(prices, groups)).every(({ column }) => column === null));
  } finally {
    globalThis.Worker = ofWorkers;
    team.close();
  }
});
