/** A drop with history and bans as files, for engines that read files and for the local reader. */
import type { BeforeOptions } from "../../lib/allocator/drop/applied/before_options.ts";
import { historyRules } from "../../lib/allocator/drop/applied/before_options.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import type { EngineBefore } from "../../lib/engine/drop/before.ts";
import { readBans, readPins } from "../../lib/io/tables/pins_table.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { writeFiles } from "./engine_files.ts";

const OUTCOMES = ["", "offered", "declined", "declined", "Redeemed"];

/** Writes caps and ratios of an instance as tables, beside its pairs and groups. */
export async function writeTables(instance: Instance, folder: string) {
  const files = await writeFiles(instance, folder);
  const { contracts, sponsoredContracts, cap, brand, brands, groups, ratio } = instance;
  const caps = contracts.map((id, c) =>
    `${id},${cap[c]},${c < sponsoredContracts},${brand === null ? "" : brands[brand[c]]}`
  );
  const tables = { caps: `${folder}/caps.csv`, groupRatios: `${folder}/group_ratios.csv` };
  const head = "contract_address,cap_face,is_sponsored,brand_id";
  await Deno.writeTextFile(tables.caps, `${[head, ...caps].join("\n")}\n`);
  const ratios = groups.map((id, g) => `${id},${ratio[g]}`);
  await Deno.writeTextFile(
    tables.groupRatios,
    `${["group_id,sponsorship_ratio", ...ratios].join("\n")}\n`,
  );
  return {
    engine: files,
    sources: { ...tables, elig: files.elig, userGroups: files.userGroups },
    out: files.out,
  };
}

/**
 * Writes history of so many rows: one file with dates, or three without and one that has no rows, which are drops; and bans of
 * every kind.
 */
export async function writeBefore(
  instance: Instance,
  folder: string,
  { seed, rows, dated }: { seed: number; rows: number; dated: boolean },
): Promise<{ history: string[]; bans: string }> {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]) => list[random.below(list.length)];
  const users = [...instance.users.toArray(), "nobody"];
  const contracts = [...instance.contracts, "gone"];
  const line = (at: number) => {
    const day = String(1 + (at * 7) % 28).padStart(2, "0");
    const when = dated ? [pick([`2025-08-${day}`, `2025-07-${day}T09:30:00Z`])] : [];
    const contract = pick(contracts);
    const brand = contract === "gone" ? pick(instance.brands) : "";
    const score = (random.below(1000) / 1000).toFixed(3);
    return [pick(users), contract, ...when, pick(OUTCOMES), score, brand].join(",");
  };
  const head = ["user_id", "contract_address", ...(dated ? ["offered_at"] : []), "outcome"];
  const names = dated ? ["history.csv"] : ["first.csv", "second.csv", "none.csv", "third.csv"];
  const history: string[] = [];
  for (const name of names) {
    const length = name === "none.csv" ? 0 : Math.ceil(rows / (dated ? 1 : 3));
    const lines = Array.from({ length }, (_, at) => line(at));
    history.push(`${folder}/${name}`);
    await Deno.writeTextFile(
      history.at(-1)!,
      `${[[...head, "score", "brand_id"].join(","), ...lines].join("\n")}\n`,
    );
  }
  const [u, v, w, x] = [0, 1, 2, 3].map(() => pick(instance.users.toArray()));
  const bans = [
    "user_id,contract_address,brand_id,group_id",
    `${u},,,`,
    `${v},${instance.contracts[0]},,`,
    ...(instance.brands.length > 0
      ? [`${w},,${pick(instance.brands)},`, `,,${pick(instance.brands)},${instance.groups[0]}`]
      : []),
    `,${instance.contracts[1]},,${instance.groups[1]}`,
    `,${instance.contracts[2]},,`,
    ...instance.groups.map((group) => `${x},,,${group}`),
    "nobody,,,",
  ];
  await Deno.writeTextFile(`${folder}/bans.csv`, `${bans.join("\n")}\n`);
  return { history, bans: `${folder}/bans.csv` };
}

/** What an engine takes of them. */
export async function engineBefore(
  { history, bans, pins }: { history: readonly string[]; bans?: string; pins?: string },
  options: BeforeOptions,
): Promise<EngineBefore> {
  return {
    history,
    bans: bans === undefined ? null : await readBans(bans),
    pins: pins === undefined ? null : await readPins(pins),
    rules: historyRules(options, { history: history.length > 0, pins: false }),
  };
}
