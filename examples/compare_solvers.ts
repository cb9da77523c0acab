/**
 * Three solvers on one drop, and what the prices of the best one say.
 *
 *     deno run --allow-read examples/compare_solvers.ts
 */
import { fileURLToPath } from "node:url";
import { allocate, explain, readDrop } from "../mod.ts";
import type { SolverName } from "../types.ts";

const week = fileURLToPath(new URL("data/week1/", import.meta.url));
const drop = await readDrop({
  caps: `${week}caps.csv`,
  elig: `${week}elig.csv`,
  userGroups: `${week}user_groups.csv`,
  groupRatios: `${week}group_ratios.csv`,
});

for (const solver of ["greedy", "ilp", "optimal"] satisfies SolverName[]) {
  const { objective, offerPair, gap } = await allocate(drop, { solver });
  const proof = gap === null ? "no proof" : `within ${(100 * gap).toFixed(5)} % of the best`;
  console.log(`${solver.padEnd(8)} ${objective.toFixed(4)}, ${offerPair.length} offers, ${proof}`);
}

const best = await allocate(drop);
const { contracts, groups } = drop.instance;
const mostWanted = best.prices!.contract.indexOf(Math.max(...best.prices!.contract));
const contract = explain(drop, best, { contract: contracts[mostWanted] });
console.log(
  `one more unit of ${contracts[mostWanted]} is worth at most ${contract.gain_at_most.toFixed(4)}`,
);

const group = best.prices!.minSponsored.indexOf(Math.max(...best.prices!.minSponsored));
const price = best.prices!.minSponsored[group];
console.log(
  `one sponsored user less in group ${groups[group]} would add at most ${price.toFixed(4)}`,
);
