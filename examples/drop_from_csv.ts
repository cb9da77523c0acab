/**
 * A drop from CSV files: read, allocate, check, and keep the picture.
 *
 *     deno run --allow-read --allow-write=. examples/drop_from_csv.ts
 */
import { fileURLToPath } from "node:url";
import { allocate, check, readDrop, report } from "../mod.ts";

const week = fileURLToPath(new URL("data/week1/", import.meta.url));
const drop = await readDrop({
  caps: `${week}caps.csv`,
  elig: `${week}elig.csv`,
  userGroups: `${week}user_groups.csv`,
  groupRatios: `${week}group_ratios.csv`,
});
const { duplicate_pairs, pairs_without_group } = drop.input.elig;
console.log(
  `left out: ${duplicate_pairs} duplicates, ${pairs_without_group} pairs without a group`,
);

// At most 3 offers each, all of one type; every group has its share of sponsored users.
const allocation = await allocate(drop, { k: 3 });
const weekReport = report(drop, allocation, { title: "Week 1" });
console.log(weekReport.facts.headline.sentence);
console.log(weekReport.facts.headline.proof);

// The checker shares no code with the solver.
const verdict = check(drop, allocation, { certificate: weekReport.certificate()! });
console.log(`every rule holds: ${verdict.ok}; certified: ${verdict.certificate!.certified}`);

// Who got what: offers of user u are pairs of the instance, best score first.
const { users, contracts, contract, score } = drop.instance;
const { offerStart, offerPair } = allocation;
for (let u = 0; u < 3; u++) {
  const offers = Array.from(
    offerPair.subarray(offerStart[u], offerStart[u + 1]),
    (pair) => `${contracts[contract[pair]].slice(0, 8)}… (${score[pair]})`,
  );
  console.log(`${users.at(u)}: ${offers.join(", ") || "nothing"}`);
}

if (Deno.args[0] !== undefined) await Deno.writeTextFile(Deno.args[0], await weekReport.html());
