import { allocationOf } from "../../../lib/allocator/optimal/result.ts";
import { Holdings } from "../../../lib/allocator/optimal/recovery/holdings.ts";
import { Clock } from "../../../lib/allocator/optimal/clock.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { fastBoundAt } from "../../../lib/allocator/optimal/passes/fast_bound.ts";
import { prove } from "../../../lib/allocator/optimal/joint/proof.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("missed minima of a run that time cut short: time is the reason only where more of it could help", async () => {
  const { instance } = Drop.from({
    users: [{ id: "u", group: "g" }, { id: "v", group: "g" }],
    contracts: [{ id: "s", cap: 1, sponsored: true }],
    groups: [{ id: "g", ratio: 1 }],
    pairs: ["u", "v"].map((user) => ({ user, contract: "s", score: 1 })),
  });
  const problem = compileDualProblem(instance, defaultPolicy), prices = zeroPrices(problem);
  const proof = await prove(problem, { prices, bound: fastBoundAt(problem, prices) });
  const holdings = new Holdings(problem);
  holdings.setBundle(0, Int32Array.of(0), 1);
  const saidAt = (bound: number) => {
    const solved = { holdings, proof, bound, finished: false, warnings: [] };
    const clock = new Clock({}, instance.score.length);
    return allocationOf(solved, defaultPolicy, clock).warnings[0];
  };
  const one = "1 sponsored user is missing to the minimum of 1 group";
  assertEquals(saidAt(holdings.objective()), `${one}, the least possible`);
  assertEquals(
    saidAt(holdings.objective() + 1),
    `${one}: time ran out, or the run was stopped, before more were met`,
  );
});
