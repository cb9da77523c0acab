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
