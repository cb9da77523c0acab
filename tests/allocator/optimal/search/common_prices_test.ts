import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { noAttributes } from "../../../../lib/allocator/drop/instance/attributes.ts";
import {
  limitFamilies,
  type LimitInput,
} from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../../../../lib/allocator/drop/limits/limit_rows.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import {
  compileDualProblem,
  type DualProblem,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { firstPoint, type PricePoint } from "../../../../lib/allocator/optimal/dual/price_point.ts";
import { DualPass, wholeCapacities } from "../../../../lib/allocator/optimal/passes/dual_pass.ts";
import { soleTeam } from "../../../../lib/allocator/optimal/passes/worker_team.ts";
import {
  commonPrices,
  takeCommonPrices,
} from "../../../../lib/allocator/optimal/search/common_prices.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";

/** A drop of 300 users in three groups under limits, of which "cost" is what each pair costs. */
function problemUnder(limits: readonly LimitInput[], seed = 1): DualProblem {
  const free = generateInstance({ users: 300, contracts: 40, groups: 3, pairs: 12, seed });
  const random = seededRandom(seed);
  const cost = free.score.map(() => 0.5 + random.next());
  const attributes = { ...noAttributes(), eligNumbers: new Map([["cost", cost]]) };
  const compiled = compileLimits(free, limitFamilies(limits), attributes);
  return compileDualProblem({ ...free, limits: compiled }, defaultPolicy);
}

const BRANDS: LimitInput = { limit: "brand in market", per: "brand_id+group_id", atMost: 4 };
const LEASTS: LimitInput = { limit: "least", per: "contract_address", atLeast: 3 };
const MONEY: LimitInput = {
  limit: "money of brand in market",
  per: "brand_id+group_id",
  counts: "cost",
  atMost: 5,
  atLeast: 1,
};

function valueAt(problem: DualProblem, point: PricePoint): number {
  const pass = new DualPass(problem, soleTeam(problem));
  return pass.evaluate(point, wholeCapacities(problem), 0).value;
}

Deno.test("D with prices in common is D where rows have the same price each", () => {
  for (const [seed, limits] of [[BRANDS], [BRANDS, LEASTS], [MONEY, BRANDS]].entries()) {
    const problem = problemUnder(limits, seed + 1), random = seededRandom(seed);
    const common = commonPrices(problem)!, first = problem.instance.cap.length;
    const found = firstPoint(common.problem), point = firstPoint(problem);
    for (let r = 0; r < found.row.length; r++) found.row[r] = problem.unit * random.next();
    takeCommonPrices(common, found, point);
    common.rowOf.forEach((to, r) =>
      assertEquals(point.row[first + r], found.row[first + to], `limit ${r}`)
    );
    const [own, shared] = [valueAt(problem, point), valueAt(common.problem, found)];
    assertAlmostEquals(own, shared, 1e-6 * Math.abs(own), `seed ${seed}`);
  }
});

Deno.test("rows have a price in common with those of their family, group, sign and types, and no others", () => {
  const problem = problemUnder([MONEY, BRANDS, LEASTS]);
  const { items, item, instance } = problem,
    { start, group, contract, sponsoredContracts } = instance;
  const { family, sense } = instance.limits!.rows, { rowOf } = commonPrices(problem)!;
  const groupsOf = Array.from(rowOf, () => new Set<number>()), typesOf = rowOf.map(() => 0);
  for (let u = 0; u < group.length; u++) {
    for (let p = start[u]; p < start[u + 1]; p++) {
      const i = item[p], type = contract[p] < sponsoredContracts ? 1 : 2;
      for (const r of items!.row.subarray(items!.start[i], items!.start[i + 1])) {
        groupsOf[r].add(group[u]);
        typesOf[r] |= type;
      }
    }
  }
  const kinds = groupsOf.map((groups, r) =>
    groups.size === 1 ? [family[r], ...groups, sense[r], typesOf[r]].join() : `row ${r}`
  );
  assert(new Set(kinds.filter((kind) => !kind.startsWith("row"))).size > 10);
  for (let a = 0; a < rowOf.length; a++) {
    for (let b = 0; b < a; b++) {
      assertEquals(rowOf[a] === rowOf[b], kinds[a] === kinds[b], `${kinds[a]} and ${kinds[b]}`);
    }
  }
});

Deno.test("prices that are known to be higher than those found in common stay", () => {
  const problem = problemUnder([BRANDS]), common = commonPrices(problem)!;
  const first = problem.instance.cap.length, point = firstPoint(problem);
  point.row[first] = 7;
  takeCommonPrices(common, firstPoint(common.problem), point);
  assertEquals(point.row[first], 7);
});

Deno.test("there are no prices in common where rows of single groups are few or none", () => {
  assertEquals(commonPrices(problemUnder([LEASTS])), null);
  assertEquals(commonPrices(problemUnder([])), null);
  const ofGroup: LimitInput = { limit: "market", per: "group_id", atMost: 50 };
  assertEquals(commonPrices(problemUnder([ofGroup])), null, "one row for each group");
});
