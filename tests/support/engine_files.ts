/** Random drops as files, for engines that read files. */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { parse } from "../../lib/deps/std_csv.ts";
import { tablesOf } from "./engine_drop.ts";

/** Writes the pairs and groups of an instance into a folder. */
export async function writeFiles(instance: Instance, folder: string) {
  const pairs = ["user_id,contract_address,score"], groups = ["user_id,group_id"];
  instance.users.toArray().forEach((id, u) => {
    groups.push(`${id},${instance.groups[instance.group[u]]}`);
    for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
      pairs.push(`${id},${instance.contracts[instance.contract[p]]},${instance.score[p]}`);
    }
  });
  const files = {
    elig: `${folder}/elig.csv`,
    userGroups: `${folder}/user_groups.csv`,
    out: `${folder}/assignments.csv`,
  };
  await Deno.writeTextFile(files.elig, `${pairs.join("\n")}\n`);
  await Deno.writeTextFile(files.userGroups, `${groups.join("\n")}\n`);
  return { ...files, ...tablesOf(instance) };
}

/** Rows of assignments: user, contract, score. */
export async function readRows(path: string): Promise<string[][]> {
  const [, ...rows] = parse(await Deno.readTextFile(path));
  return rows.map(([user, contract, score]) => [user, contract, score]);
}
