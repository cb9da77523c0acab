import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import {
  compileDualProblem,
  type DualProblem,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { firstPoint, pricesOfPoint } from "../../../../lib/allocator/optimal/dual/price_point.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";

const COSTS = [1, 3, 0];

/** 60 users, three contracts; the scores of the first two dwarf those of the third. */
function dropWith(limits: LimitInput[], contracts = [0, 1, 2]) {
  const users = Array.from({ length: 60 }, (_, u) => `u${u}`);
  return Drop.from({
    users: users.map((id, u) => ({ id, group: u % 2 === 0 ? "even" : "odd" })),
    contracts: contracts.map((c) => ({
      ...{ id: `c${c}`, cap: 20, sponsored: c === 0 },
      attributes: { kind: c < 2 ? "dear" : "cheap" },
    })),
    groups: [{ id: "even", ratio: 0 }, { id: "odd", ratio: 0 }],
    pairs: users.flatMap((user, u) =>
      contracts.map((c) => ({
        ...{ user, contract: `c${c}`, score: (c < 2 ? 1e6 : 1e-3) * (1 + u / 64) },
        attributes: { cost: COSTS[c] },
      }))
    ),
    limits,
  }).instance;
}

const boundAtStart = (problem: DualProblem) =>
  boundAt(problem, pricesOfPoint(problem, firstPoint(problem)));

Deno.test("first prices: limits of 0 keep their offers out at once, and cost the bound nothing", async () => {
  const spent: LimitInput = { limit: "spent", per: "contract_address", counts: "cost", atMost: 0 };
  const none: LimitInput = { limit: "none", per: "kind", where: { kind: "dear" }, atMost: 0 };
  const open = compileDualProblem(dropWith([], [2]), defaultPolicy);
  for (const limit of [spent, none]) {
    const problem = compileDualProblem(dropWith([limit]), defaultPolicy);
    assertEquals(boundAtStart(problem), boundAtStart(open));
  }
  const found = await solveOptimal(dropWith([spent]), defaultPolicy);
  assertEquals(found.gap, 0);
  const best = await solveOptimal(dropWith([], [2]), defaultPolicy);
  assertEquals(found.objective, best.objective);
});

Deno.test("first prices: limits that allow something, or that may be missed at a price, start at 0", () => {
  const some: LimitInput = { limit: "some", per: "contract_address", counts: "cost", atMost: 1 };
  const soft: LimitInput = { limit: "soft", per: "kind", atMost: 0, price: 2 };
  const share: LimitInput = {
    ...{ limit: "share", shareOf: "offers", where: { kind: "dear" }, atMost: 0.5 },
  };
  for (const limit of [some, soft, share]) {
    const problem = compileDualProblem(dropWith([limit]), defaultPolicy);
    assert(firstPoint(problem).row.every((price) => price === 0), limit.limit);
  }
});
