import {
  MipBuilder,
  type MipOptions,
  type MipResult,
  solveMip,
} from "../../../lib/allocator/ilp/mip.ts";
import { MipThread, serveMips } from "../../../lib/allocator/ilp/mip_thread.ts";
import { ilpModel } from "../../../lib/allocator/ilp/ilp_model.ts";
import type { WorkerScope } from "../../../lib/base/platform/worker_scope.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { saying, withWorkers } from "../../support/workers.ts";
import { randomPolicy } from "../../support/random_policy.ts";

/** A knapsack in three rows, which HiGHS searches for a while. */
function knapsack(seed: number, columns = 50): MipBuilder {
  const random = seededRandom(seed), mip = new MipBuilder();
  const rows = [400, 500, 600].map((most) => mip.row(-Infinity, most));
  for (let column = 0; column < columns; column++) {
    mip.column(10 + Math.floor(90 * random.next()), 1, true);
    for (const row of rows) mip.entry(row, 10 + Math.floor(60 * random.next()));
  }
  return mip;
}

/** A thread for programs of any size. */
function ofAll(): MipThread {
  return new MipThread(0);
}

Deno.test("the thread finds what is found without it, bit by bit, for one program after the other", async () => {
  const thread = ofAll();
  const isSame = async (mip: MipBuilder, given: MipOptions = {}) => {
    const aside = await thread.solve(mip, { ...given, isLate: () => false, timeout: 600 });
    const here = await solveMip(mip, given);
    // Solutions that are told count as work, which then nobody asks for.
    assertEquals(given.work === undefined ? { ...aside, work: here.work } : aside, here);
  };
  const options: MipOptions[] = [{}, { nodes: 20 }, { gap: 0.05, heuristics: false }, {
    work: 0.05,
  }];
  for (const [seed, given] of options.entries()) await isSame(knapsack(seed), given);
  for (let seed = 1; seed <= 6; seed++) {
    const instance = randomInstance({ seed, users: 12, contracts: 8, groups: 2, density: 0.5 });
    await isSame(ilpModel(instance, randomPolicy(seed, false)).mip);
  }
  await isSame(new MipBuilder());
  thread.close();
});

Deno.test("a program that HiGHS does not stop by itself is left with the best solution so far", async () => {
  const mip = knapsack(1), found = new Float64Array(mip.columns).fill(0.5);
  for (const stop of [{ isLate: () => true }, { timeout: 0.02 }]) {
    const thread = ofAll();
    const known = await withWorkers(saying({ found }), () => thread.solve(mip, stop));
    assertEquals(known, { status: "stopped", values: found, bound: Infinity, work: 0 });
    const none = await withWorkers(saying(), () => ofAll().solve(mip, { ...stop, work: 3 }));
    assertEquals(none, { status: "stopped", values: null, bound: Infinity, work: 3 });
  }
});

Deno.test("without threads, or where one fails, the program is solved here", async () => {
  const mip = knapsack(3), expected = await solveMip(mip);
  class None {
    constructor() {
      throw new TypeError("no workers here");
    }
  }
  class Failing {
    onerror: (event: Event) => void = () => {};
    constructor() {
      queueMicrotask(() => this.onerror(new Event("error")));
    }
    postMessage() {}
    terminate() {}
  }
  for (const kind of [None, Failing, saying("failed"), undefined]) {
    const thread = ofAll();
    const found = await withWorkers(kind, () => thread.solve(mip, { timeout: 600 }));
    assertEquals({ ...found, work: 0 }, { ...expected, work: 0 });
    thread.close();
  }
});

Deno.test("small programs, and those that nothing may stop, need no thread", async () => {
  const mip = knapsack(4);
  const never = class {
    constructor() {
      throw new Error("a thread was started");
    }
  };
  const expected = await solveMip(mip);
  await withWorkers(never, async () => {
    assertEquals(await new MipThread().solve(mip, { timeout: 600 }), expected);
    assertEquals(await ofAll().solve(mip), expected);
  });
});

/** What the thread's side says to a task. */
async function saidTo(task: unknown): Promise<{ found?: Float64Array; result?: MipResult }[]> {
  const said: { found?: Float64Array; result?: MipResult }[] = [];
  const ended = Promise.withResolvers<void>();
  const scope: WorkerScope = {
    postMessage: (message) => {
      said.push(message as typeof said[number]);
      if (said.at(-1)!.result !== undefined) ended.resolve();
    },
    onmessage: null,
  };
  serveMips(scope);
  scope.onmessage!({ data: task } as MessageEvent);
  await ended.promise;
  return said;
}

Deno.test("the thread tells better solutions as they are found, and hears that it is to stop", async () => {
  const mip = knapsack(5), stop = new Int32Array(new SharedArrayBuffer(4));
  const said = await saidTo({ mip, options: {}, stop });
  const best = said.findLast(({ found }) => found !== undefined)!.found!;
  assertEquals(best.map(Math.round), said.at(-1)!.result!.values!.map(Math.round));
  Atomics.store(stop, 0, 1);
  assertEquals(
    (await saidTo({ mip: knapsack(6, 400), options: {}, stop })).at(-1)!.result!.status,
    "stopped",
  );
});
