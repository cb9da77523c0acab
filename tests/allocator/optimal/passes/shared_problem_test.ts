import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { answerTo } from "../../../../lib/allocator/optimal/passes/questions.ts";
import { problemOfPasses } from "../../../../lib/allocator/optimal/passes/shared_problem.ts";
import {
  compileDualProblem,
  type DualProblem,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { DualPass, wholeCapacities } from "../../../../lib/allocator/optimal/passes/dual_pass.ts";
import { firstPoint, pricesOfPoint } from "../../../../lib/allocator/optimal/dual/price_point.ts";
import { limitedDrop } from "../../../support/limited_drop.ts";
import { passBoard } from "../../../../lib/allocator/optimal/passes/pass_board.ts";
import { PassShare } from "../../../../lib/allocator/optimal/passes/pass_share.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

Deno.test("workers see all that passes and answers read, and neither ids nor what limits were made from", () => {
  const limits = [
    { limit: "w", per: "contract_address", counts: "weight", atMost: 4 },
    { limit: "n", per: "contract_address+city", atMost: 2, atLeast: 1 },
  ];
  for (let seed = 1; seed <= 20; seed++) {
    const { instance } = limitedDrop(seed, limits, { users: 30 }), random = seededRandom(seed);
    const problem = compileDualProblem(instance, defaultPolicy), seen = problemOfPasses(problem);
    assert(problem.instance.limits !== undefined && seen.instance.limits === undefined);
    assertEquals([seen.instance.users.length, seen.instance.contracts], [0, []]);
    const point = firstPoint(problem);
    point.row.forEach((_, r) => point.row[r] = random.next() * problem.unit);
    const evaluated = (shown: DualProblem) => {
      const board = passBoard(problem, 1), share = new PassShare(shown, board, 0);
      const team = { board, run: share.run.bind(share), close: () => {} };
      const found = new DualPass(problem, team).evaluate(point, wholeCapacities(problem), 0.05);
      return [found.value, found.rowGradient, found.curvature];
    };
    assertEquals(evaluated(seen), evaluated(problem), `seed ${seed}`);
    const answers = (shown: DualProblem) => [
      answerTo({ asks: "bound", problem: shown, prices: pricesOfPoint(problem, point) }),
      answerTo({ asks: "least shortfall", problem: shown }),
    ];
    assertEquals(answers(seen), answers(problem), `seed ${seed}`);
  }
});
