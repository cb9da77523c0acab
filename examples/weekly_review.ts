/**
 * What came of this week's drop, and next week's caps from it.
 *
 *     deno run --allow-read examples/weekly_review.ts
 */
import { fileURLToPath } from "node:url";
import { allocate, capsFromReviews, readDrop, review } from "../mod.ts";

const folder = fileURLToPath(new URL("data/week1/", import.meta.url));
const drop = await readDrop({
  caps: `${folder}caps.csv`,
  elig: `${folder}elig.csv`,
  userGroups: `${folder}user_groups.csv`,
  groupRatios: `${folder}group_ratios.csv`,
});
const offers = [...(await allocate(drop)).offers()];

// Stands for what users did: one in three selects, of those one in three redeems. Files: readReview.
const selections = offers.filter((_, i) => i % 3 === 0);
const redemptions = selections.filter((_, i) => i % 3 === 0);

const { contracts, cap, sponsoredContracts } = drop.instance;
const week = review({
  offers,
  selections,
  redemptions,
  contracts: contracts.map((id, c) => ({ id, sponsored: c < sponsoredContracts, cap: cap[c] })),
}, { title: "week 1" });
console.log(week.text());

// Few offers leave a contract near the rate of all; how near, and how sure that is, stands in the basis.
const { caps, rates } = capsFromReviews([week]);
console.log(`rates vary around ${(100 * rates.overall.rate).toFixed(1)} %`);
for (const { contract, cap, basis } of caps.slice(0, 5)) {
  console.log(`${contract}: cap ${cap}, ${basis}`);
}
