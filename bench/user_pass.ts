/**
 * What the price solver's pass takes for each pair, in WebAssembly and in JavaScript: scans of all users, and screenings.
 *
 *     deno run --allow-all bench/user_pass.ts [--users 4000] [--rounds 200]
 *
 * Prints Markdown. Nanoseconds by pair, the least of the rounds: on a busy machine the others tell how busy it is. 4,000 users
 * fit in a processor's cache; with 180,000 the memory's speed counts too.
 */
import { parseArgs } from "node:util";
import { defaultPolicy, type Policy } from "../lib/allocator/model/policy.ts";
import { compileDualProblem } from "../lib/allocator/optimal/dual/dual_problem.ts";
import { passBoard } from "../lib/allocator/optimal/passes/pass_board.ts";
import { PassShare } from "../lib/allocator/optimal/passes/pass_share.ts";
import { seededRandom } from "../lib/base/numbers/random.ts";
import { generateInstance } from "../lib/generate/generate_instance.ts";

const { values: args } = parseArgs({
  args: Deno.args,
  options: {
    users: { type: "string", default: "4000" },
    rounds: { type: "string", default: "200" },
  },
});

const POLICIES: Readonly<Record<string, Policy>> = {
  coverage: { ...defaultPolicy, model: "coverage" },
  uniform: defaultPolicy,
  "uniform, k = 5": { ...defaultPolicy, k: 5 },
  "ratio, mixed tails": { ...defaultPolicy, enforceAssignmentRatio: true, mixTail: true },
};

console.log("| policy | contracts | in | scan | scan with curvature | screening |");
console.log("| --- | ---: | --- | ---: | ---: | ---: |");
for (const contracts of [110, 1000]) {
  const instance = generateInstance({ users: Number(args.users), contracts, pairs: 28.6 });
  for (const [name, policy] of Object.entries(POLICIES)) {
    const problem = compileDualProblem(instance, policy), { unit } = problem;
    for (const vectors of [true, false]) {
      const board = passBoard(problem, 1), random = seededRandom(1);
      const { row } = board.point;
      row.forEach((_, r) => row[r] = random.next() < 0.4 ? 0 : unit * random.next());
      const share = new PassShare(problem, board, 0, { vectors });
      const perPair = (run: () => void): string => {
        let least = Infinity;
        for (let n = 0; n < Number(args.rounds); n++) {
          const begun = performance.now();
          run();
          least = Math.min(least, performance.now() - begun);
        }
        return (1e6 * least / instance.score.length).toFixed(1);
      };
      const scan = perPair(() => share.run({ kind: "scan", radius: 0, thinning: 1 }));
      const bent = perPair(() => share.run({ kind: "scan", radius: 0.02 * unit, thinning: 1 }));
      board.reach.sponsored.fill(0.15 * unit);
      const screening = perPair(() =>
        share.run({ kind: "screen", depth: 1, reach: 0.05 * unit, noise: 0.005 * unit })
      );
      console.log(
        `| ${name} | ${contracts} | ${
          vectors ? "WebAssembly" : "JavaScript"
        } | ${scan} | ${bent} | ${screening} |`,
      );
    }
  }
}
