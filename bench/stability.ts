/**
 * The price of stability: scores of last week with 5 % noise, solved at rising costs of changes, each from the prices of the
 * one before. Prints a Markdown table.
 *
 *     deno run --allow-all bench/stability.ts [--users 60000,180000] [--costs 0,0.01,0.02,0.05] [--workers 2]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { type Instance, pairCount, userCount } from "../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy } from "../lib/allocator/model/policy.ts";
import { whatIf } from "../lib/allocator/explain/whatif.ts";
import { solveOptimal } from "../lib/allocator/optimal/optimal.ts";
import { seededRandom } from "../lib/base/numbers/random.ts";
import { sharedFloat64 } from "../lib/base/arrays/shared_array.ts";
import { generateInstance } from "../lib/generate/generate_instance.ts";
import { lostToStability, whatIfFacts } from "../lib/report/facts/compare/whatif_facts.ts";
import { count, figure, percent } from "../lib/report/words.ts";

const { values: args } = parseArgs({
  args: Deno.args,
  options: {
    users: { type: "string", default: "60000,180000" },
    costs: { type: "string", default: "0,0.01,0.02,0.05" },
    noise: { type: "string", default: "0.05" },
    workers: { type: "string", default: String(navigator.hardwareConcurrency) },
  },
});
const workers = Number(args.workers), noise = Number(args.noise);

/** The drop with scores times 1 ± noise, normally distributed, and the previous offers. */
function nextWeek(instance: Instance, offerPair: Uint32Array): Instance {
  const random = seededRandom(1);
  const score = sharedFloat64(instance.score.length);
  for (let p = 0; p < score.length; p++) {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) *
      Math.cos(2 * Math.PI * random.next());
    score[p] = instance.score[p] * (1 + noise * normal);
  }
  const given = new Uint8Array(score.length);
  for (const pair of offerPair) given[pair] = 1;
  const lost = new Uint8Array(instance.group.length);
  return { ...instance, score, previous: { given, lost, usersOutside: 0 } };
}

console.log(
  "| users (pairs) | change cost | users with other offers | offers changed | worth lost | gap | seconds | CPU |",
);
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const users of args.users.split(",").map(Number)) {
  const instance = generateInstance({ users });
  const before = await solveOptimal(instance, defaultPolicy, { workers });
  const next = nextWeek(instance, before.offerPair);
  const scenarios = args.costs.split(",").map((cost) => ({
    name: cost,
    policy: { changeCost: Number(cost) },
  }));
  const used = process.cpuUsage();
  const options = { workers, startPrices: before.prices! };
  const facts = whatIfFacts(await whatIf(next, defaultPolicy, scenarios, options));
  const { user, system } = process.cpuUsage(used);
  for (const [i, s] of facts.scenarios.entries()) {
    const all = `${count(userCount(instance))} (${count(pairCount(instance))})`;
    console.log(
      `| ${i === 0 ? all : ""} | ${s.name} | ${percent(s.stability!.users_changed_share)} | ` +
        `${percent(s.stability!.offers_changed_share)} | ` +
        `${percent(lostToStability(facts, s)!, 3)} | ${s.gap!.toExponential(1)} | ` +
        `${figure(s.seconds, 3)} | ${
          i === 0 ? `${figure((user + system) / 1e6, 3)} s in all` : ""
        } |`,
    );
  }
}
