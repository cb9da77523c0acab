/** Splits beside HiGHS's answers to the same quadratic programs. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { splitArrays } from "../../../lib/woptim/split.ts";
import { randomSplit, SPLIT_KINDS } from "../../support/random_split.ts";
import { highsSplit } from "../../support/split_qp.ts";

/** Splits per kind; 15 kinds make 240. */
const SEEDS = 16;

for (const kind of SPLIT_KINDS) {
  Deno.test(`HiGHS agrees: ${kind}`, async () => {
    const statuses = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      const problem = randomSplit(kind, seed);
      const { units, status } = splitArrays(problem, problem);
      statuses.add(status);
      const largest = Math.max(...[...problem.upper, ...problem.lower].map(Math.abs));
      const expected = await highsSplit(problem, status);
      expected.forEach((x, i) => {
        const off = Math.abs(units[i] - x);
        assert(
          off <= 1e-7 * Math.max(1, Math.abs(x)) && off <= 1e-9 * largest,
          `seed ${seed}, person ${i}: ${units[i]}, HiGHS has ${x}`,
        );
      });
    }
    if (kind === "total too high") assertEquals([...statuses], ["total_too_high"]);
    if (kind === "total = Σ upper") assertEquals([...statuses], ["feasible"]);
    if (kind === "total = Σ lower") assertEquals([...statuses], ["feasible"]);
    if (kind.startsWith("total too low")) assertEquals([...statuses], ["total_too_low"]);
  });
}
