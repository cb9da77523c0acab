import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import {
  compileDualProblem,
  type DualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { ownLimits } from "../../../../lib/allocator/optimal/columns/own_limits.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";

const problemUnder = (limits: readonly LimitInput[]) =>
  compileDualProblem(limitedDrop(3, limits).instance, defaultPolicy);

/** The same price of every limit. */
const pricesOf = (problem: DualProblem, price: number) => {
  const { limit, ...others } = zeroPrices(problem);
  return { ...others, ...(limit && { limit: limit.fill(price) }) };
};

Deno.test("rows of single users are told from those that users share, which keep their places", () => {
  const problem = problemUnder([
    { limit: "brand", per: "brand_id", atMost: 5 },
    { limit: "hours", per: "user_id", counts: "weight", atMost: 6 },
  ]);
  const { isOwn, shared } = ownLimits(problem, pricesOf(problem, 0.1))!;
  const users = problem.instance.group.length;
  assertEquals([...isOwn], [0, 0, ...Array<number>(users).fill(1)]);
  // Every offer counts toward its brand and its user's hours; toward the brand alone in what is shared.
  const { items } = problem, left = shared.items!;
  assertEquals(left.row.length, items!.row.length / 2);
  for (let i = 0; i + 1 < left.start.length; i++) {
    const own = (of: typeof left) => [...of.row.subarray(of.start[i], of.start[i + 1])];
    assertEquals(own(left), own(items!).filter((r) => isOwn[r] === 0));
  }
});

Deno.test("no limits, or only shared ones, or none with a price: there are none of single users", () => {
  const found = (limits: readonly LimitInput[], price: number) => {
    const problem = problemUnder(limits);
    return ownLimits(problem, pricesOf(problem, price));
  };
  assertEquals(found([], 0.1), null);
  assertEquals(found([{ limit: "city", per: "city", atMost: 3 }], 0.1), null);
  assertEquals(found([{ limit: "few", per: "user_id", atMost: 1 }], 0), null);
});
