import { assert } from "../../../../lib/deps/std_assert.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { GroupChoices } from "../../../../lib/allocator/optimal/joint/group_choices.ts";
import { settleGroupPrices } from "../../../../lib/allocator/optimal/joint/group_prices.ts";
import {
  pointOfPrices,
  pricesOfPoint,
} from "../../../../lib/allocator/optimal/dual/price_point.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { randomInstance } from "../../../support/random_instance.ts";

Deno.test("at any prices of contracts no other price of an assignment ratio or of sponsored users makes D less", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seededRandom(seed);
    const instance = randomInstance({ seed, users: 40, contracts: 8, groups: 3 });
    const policy = {
      ...defaultPolicy,
      enforceAssignmentRatio: true,
      ...(seed % 2 === 0 && { maxSponsoredRatio: 0.8 }),
    };
    const problem = compileDualProblem(instance, policy);
    const prices = {
      ...zeroPrices(problem),
      contract: instance.cap.map(() => problem.unit * random.next()),
    };
    const choices = new GroupChoices(problem, prices), point = pointOfPrices(problem, prices);
    for (let g = 0; g < instance.groups.length; g++) {
      settleGroupPrices(problem, choices.look(g), point);
    }
    const least = boundAt(problem, pricesOfPoint(problem, point));
    const rule = problem.rules.others[0];
    for (let at = 0; at < 40; at++) {
      const other = pointOfPrices(problem, prices);
      for (let g = 0; g < instance.groups.length; g++) {
        const size = [1e-3, 0.03, 1][at % 3] * problem.unit;
        other.others[0][g] = Number.isFinite(rule.amount[g])
          ? Math.max(0, point.others[0][g] + size * (random.next() - 0.5))
          : 0;
        other.sponsored[g] = point.sponsored[g] + size * (random.next() - 0.5);
      }
      const bound = boundAt(problem, pricesOfPoint(problem, other));
      assert(bound >= least - 1e-6 * problem.unit, `seed ${seed}: ${bound} < ${least}`);
    }
  }
});
