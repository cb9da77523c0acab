import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { MipBuilder } from "../../../../lib/allocator/ilp/mip.ts";
import {
  nothingCounted,
  PricedRows,
} from "../../../../lib/allocator/optimal/programs/priced_rows.ts";

/** Four users; contracts of cap 1 that three, two, one and one of them have a pair of, the last one sponsored. */
function problem() {
  const pairs = [["a", "u"], ["a", "v"], ["a", "w"], ["b", "u"], ["b", "v"], ["c", "w"], [
    "d",
    "x",
  ]];
  const { instance } = Drop.from({
    users: ["u", "v", "w", "x"].map((id) => ({ id, group: "g" })),
    contracts: ["a", "b", "c", "d"].map((id) => ({ id, cap: 1, sponsored: id === "d" })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: pairs.map(([contract, user]) => ({ user, contract, score: 1 })),
  });
  return compileDualProblem(instance, defaultPolicy);
}

function rowsOf(priced: string[] = []) {
  const dual = problem(), { contracts } = dual.instance;
  const prices = zeroPrices(dual), mip = new MipBuilder();
  for (const id of priced) prices.contract[contracts.indexOf(id)] = 0.5;
  const rows = new PricedRows(mip, dual, prices, { counted: nothingCounted(dual), box: 1 });
  rows.prepareOffers();
  return { rows, mip };
}

Deno.test("a cap that nobody can exceed has no row: users who have no pair of a contract don't count", () => {
  assertEquals(rowsOf().mip.rowLower, [1, 1]);
  assertEquals(rowsOf(["c"]).mip.rowLower, [1, 1, 1]);
});

Deno.test("contracts without a row have one room together for each type", () => {
  const { rows, mip } = rowsOf();
  assertEquals(mip.rowLower, [1, 1]);
  rows.prepareMoves();
  rows.addMoves(0.25);
  // Away from a and to it, from b and to it, and to what is left of d (sponsored) and c.
  assertEquals(mip.cost, [0, -0.25, 0, -0.25, 0, 0]);
  assertEquals(mip.upper.slice(4), [1, 1]);
  assertEquals(mip.rowLower.length, 4);
});
