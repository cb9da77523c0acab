import { inputHashes } from "../../../lib/allocator/drop/input_hashes.ts";
import { dropTables } from "../../../lib/io/documents/drop_tables.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { TempFolder } from "../../support/cli.ts";

const FILES = {
  caps: "contract_address,cap_face,is_sponsored\na,2,true\nb,3,false\n",
  elig: "user_id,contract_address,score\nu1,a,1\nu1,b,2\nu2,a,3\nu3,b,4\n",
  userGroups: "user_id,group_id,k,city\nu1,g1,2,x\nu2,g1,,y\nu3,g2,,x\nidle,g2,3,x\n",
  groupRatios: "group_id,sponsorship_ratio,k\ng1,0.5,1\ng2,0,\n",
};

/** The same without the group's k. */
const OF_USERS = { ...FILES, groupRatios: "group_id,sponsorship_ratio\ng1,0.5\ng2,0\n" };

/** The same with the group's k only. */
const OF_GROUPS = { ...FILES, userGroups: FILES.userGroups.replace(/,(2|3|)(?=,[xy])|,k/g, "") };

const CASES: [string, typeof FILES, string][] = [
  ["no limits", FILES, "limit,at_most\n"],
  ["limits that name no k", FILES, "limit,per,at_most\nm,city,2\n"],
  ["limits per own k", OF_USERS, "limit,per,at_most\nm,k,2\n"],
  ["limits per the group's k", OF_GROUPS, "limit,per,at_most\nm,k,2\n"],
  ["limits that take the group's k", FILES, "limit,per,at_most,group_id\nm,group_id,k,g1\n"],
];

for (const [name, files, limits] of CASES) {
  Deno.test(`a drop's tables give the same drop, users' own k among them: ${name}`, async () => {
    await using folder = new TempFolder();
    const write = (part: string, texts: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(texts).map((
          [table, text],
        ) => [table, `${folder.path}/${folder.write(`${part}-${table}.csv`, text)}`]),
      ) as unknown as typeof FILES & { limits: string };
    const given = write("given", { ...files, limits });
    const { instance } = await readDrop(given);
    const tables = dropTables(instance);
    const decided = write("decided", {
      caps: tables.get("caps.csv")!,
      elig: tables.get("elig.csv")!,
      userGroups: tables.get("user_groups.csv")!,
      groupRatios: tables.get("group_ratios.csv")!,
    });
    const again = (await readDrop({ ...decided, limits: given.limits })).instance;
    assertEquals(again.k, instance.k);
    assertEquals(inputHashes(again), inputHashes(instance));
  });
}
