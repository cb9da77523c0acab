/** Drops with columns for limits to name, as files for engines and for the reader of this machine. */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import type { DeclaredLimits } from "../../lib/allocator/drop/limits/declared_limits.ts";
import { limitsFrom } from "../../lib/io/drop_limits.ts";
import { readCaps } from "../../lib/io/tables/caps_table.ts";
import { readGroupRatios } from "../../lib/io/tables/group_ratios_table.ts";

/** Limits of every form; all bind in drops of 20 contracts and 400 users. */
export const LIMITS: readonly (readonly [name: string, rows: string])[] = [
  ["offers of a brand in a market", "limit,per,at_most\nbrand in market,brand_id+group_id,13\n"],
  [
    "money of contracts, weights of pairs",
    "limit,per,counts,at_most\nbudget,contract_address,cost,budget\nweight,city,weight,80\n",
  ],
  [
    "least deliveries, some out of reach, some at a price",
    "limit,per,at_least,price,contract_address\nleast,contract_address,20,,s000001|s000003|s000005\n" +
    "some,,25,0.3,s000006\n",
  ],
  [
    "shares of offers, and a price for more",
    "limit,per,at_most,at_least,share_of,price,is_sponsored,channel\n" +
    "half,group_id,,0.4,offers,0.2,yes,\nmail,city,0.45,,offers,,,mail\nsome mail,,40,,,0.1,,mail\n",
  ],
  [
    "everything at once",
    "limit,per,counts,at_most,at_least,share_of,price,channel,city\n" +
    "brand,brand_id+city,,16,,,,,\nbudget,contract_address,cost,budget,,,,,\n" +
    "least,contract_address,,,9,,,,\nnorth mail,group_id,,12,,,,mail,oslo|rome\n",
  ],
];

/** Writes a drop whose users have a city, contracts a cost and a budget, and pairs a channel and a weight. */
export async function writeLimited(
  instance: Instance,
  folder: string,
  seed: number,
  limits: string | null,
  { ownK = false } = {},
) {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]) => list[random.below(list.length)];
  const { contracts, sponsoredContracts, cap, brand, brands, groups, ratio } = instance;
  const pairs = ["channel,user_id,contract_address,score,weight"];
  const users = [`user_id,group_id,city${ownK ? ",k" : ""}`];
  instance.users.toArray().forEach((id, u) => {
    users.push(
      `${id},${groups[instance.group[u]]},${pick(["oslo", "rome", "bonn"])}${
        ownK ? `,${pick(["", "", " 1", "2", "5"])}` : ""
      }`,
    );
    for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
      const contract = contracts[instance.contract[p]];
      pairs.push(
        `${pick(["mail", "app"])},${id},${contract},${instance.score[p]},${pick([1, 2, 4])}`,
      );
    }
  });
  const caps = contracts.map((id, c) =>
    `${id},${cap[c]},${c < sponsoredContracts},${brands[brand![c]]},${pick([0.5, 1.25, 2])},${
      10 + random.below(20)
    }`
  );
  const ratios = groups.map((id, g) => `${id},${ratio[g]}${ownK ? `,${["", 4, 1][g % 3]}` : ""}`);
  const files = {
    elig: `${folder}/elig.csv`,
    userGroups: `${folder}/user_groups.csv`,
    caps: `${folder}/caps.csv`,
    groupRatios: `${folder}/group_ratios.csv`,
    ...(limits !== null && { limits: `${folder}/limits.csv` }),
  };
  const write = (path: string, lines: readonly string[]) =>
    Deno.writeTextFile(path, `${lines.join("\n")}\n`);
  await write(files.elig, pairs);
  await write(files.userGroups, users);
  await write(files.caps, [
    "contract_address,cap_face,is_sponsored,brand_id,cost,budget",
    ...caps,
  ]);
  await write(files.groupRatios, [`group_id,sponsorship_ratio${ownK ? ",k" : ""}`, ...ratios]);
  if (limits !== null) await Deno.writeTextFile(files.limits!, limits);
  return { files, out: `${folder}/assignments.csv` };
}

/** What an engine takes of them. */
export async function engineLimits(
  { caps, groupRatios, limits }: { caps: string; groupRatios: string; limits?: string },
) {
  const read = await limitsFrom(limits);
  const tables = {
    caps: await readCaps(caps, read?.names),
    groupRatios: await readGroupRatios(groupRatios, read?.names),
  };
  if (read === null) return { ...tables, limits: undefined };
  read.takeCaps(tables.caps);
  read.takeGroupRatios(tables.groupRatios);
  const ofEngine: DeclaredLimits = read.forEngine();
  return { ...tables, limits: ofEngine };
}
