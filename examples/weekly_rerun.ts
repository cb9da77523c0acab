/**
 * This week's drop, started from last week's prices: fewer passes, the same answer.
 *
 *     deno run --allow-read examples/weekly_rerun.ts
 */
import { fileURLToPath } from "node:url";
import { allocate, readDrop, report, whatIf } from "../mod.ts";

function weekOf(name: string) {
  const folder = fileURLToPath(new URL(`data/${name}/`, import.meta.url));
  return readDrop({
    caps: `${folder}caps.csv`,
    elig: `${folder}elig.csv`,
    userGroups: `${folder}user_groups.csv`,
    groupRatios: `${folder}group_ratios.csv`,
  });
}

// A certificate names contracts and groups by id, so it fits next week's drop although they differ.
const last = await weekOf("week1");
const certificate = report(last, await allocate(last)).certificate()!;

const drop = await weekOf("week2");
const warm = await allocate(drop, { startPrices: certificate });
const cold = await allocate(drop, { warmStart: false });
console.log(`from last week's prices: ${warm.objective.toFixed(6)}, gap ${warm.gap}`);
console.log(`from nothing:            ${cold.objective.toFixed(6)}, gap ${cold.gap}`);

// And what if the ratios were lower, or sponsored caps higher?
const scenarios = [
  { name: "as it is" },
  { name: "ratios × 0.8", ratioScale: 0.8 },
  { name: "more sponsored", capScale: { sponsored: 1.2 } },
];
console.log((await whatIf(drop, scenarios, { startPrices: warm.prices! })).text());
