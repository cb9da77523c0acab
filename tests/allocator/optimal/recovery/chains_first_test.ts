import { assert } from "../../../../lib/deps/std_assert.ts";
import { areChainsFirst } from "../../../../lib/allocator/optimal/recovery/chains_first.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";
import { randomProblem } from "../../../support/recovered.ts";

Deno.test("chains come before paths where limits count offers and twenty users or more decide each price", () => {
  const limited = (atMost: number, users: number, counts?: string) => {
    const limits = [{ limit: "few", per: "contract_address", atMost, ...(counts && { counts }) }];
    return compileDualProblem(limitedDrop(1, limits, { users, contracts: 3 }).instance, {
      ...defaultPolicy,
    });
  };
  assert(areChainsFirst(limited(5, 140)));
  assert(!areChainsFirst(limited(5, 100)), "too few users");
  assert(!areChainsFirst(limited(5, 140, "weight")), "offers weigh");
  assert(!areChainsFirst(randomProblem(1)[0]), "no limits");
});

Deno.test("chains come before paths where there are thousands of rows, unless there are fewer users", () => {
  const limits = [{ limit: "few", per: "contract_address", atMost: 5 }];
  const { instance } = limitedDrop(1, limits, { users: 20, contracts: 3 });
  const problem = compileDualProblem(instance, defaultPolicy);
  const withSizes = (rows: number, users: number) => ({
    ...problem,
    instance: { ...instance, group: new Uint32Array(users) },
    items: { ...problem.items!, amount: new Float64Array(rows) },
  });
  assert(areChainsFirst(withSizes(6000, 12_000)));
  assert(!areChainsFirst(withSizes(6000, 5000)), "fewer users than rows");
  assert(!areChainsFirst(withSizes(4000, 12_000)), "a graph that is not that large");
});
