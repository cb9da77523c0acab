/** The dual of small random drops under limits. */
import { noAttributes } from "../../lib/allocator/drop/instance/attributes.ts";
import { limitFamilies, type LimitInput } from "../../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../../lib/allocator/drop/limits/limit_rows.ts";
import { defaultPolicy } from "../../lib/allocator/model/policy.ts";
import {
  compileDualProblem,
  type DualProblem,
} from "../../lib/allocator/optimal/dual/dual_problem.ts";
import { randomInstance } from "./random_instance.ts";

/** A random drop's dual under limits, which may count a column `expected_cost` of its pairs: each score's size times 0.5 to 1.5. */
export function randomProblem(
  drop: Parameters<typeof randomInstance>[0],
  inputs: readonly LimitInput[],
): DualProblem {
  const free = randomInstance(drop);
  const cost = free.score.map((score, p) => Math.abs(score) * (0.5 + (p * 7 % 11) / 11));
  const attributes = { ...noAttributes(), eligNumbers: new Map([["expected_cost", cost]]) };
  const limits = compileLimits(free, limitFamilies(inputs), attributes);
  return compileDualProblem({ ...free, limits }, defaultPolicy);
}
