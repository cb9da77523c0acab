import { assertEquals } from "../../lib/deps/std_assert.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import { withFolder, writeFiles } from "../support/temp_folder.ts";

const TINY = {
  caps:
    "contract_address,cap_face,is_sponsored\ns2,5,true\nt1,0,false\ns1,2.5,Yes\ns3,0,1\nt1,3,no\n",
  elig: "user_id,contract_address,score\n" +
    "u2,t1,0.5\nu1,s1,0.25\nu2,s1,1\nu1,s1,0.75\nu1,s2,0\nu9,s1,1\nu1,zz,1\nu1,s3,1\nu2,t1,0.5\n",
  userGroups: "user_id,group_id\nu1,g1\nu2,g2\nu3,g2\nu2,g1\n",
  groupRatios: "group_id,sponsorship_ratio\ng2,0.5\ng1,1\ng3,0\ng1,1\n",
};

Deno.test("a tiny drop, read into canonical columns with every count", async () => {
  await withFolder(async (folder) => {
    const { instance, input } = await readDrop(await writeFiles(folder, TINY));
    assertEquals(instance.users.toArray(), ["u1", "u2"]);
    assertEquals(instance.contracts, ["s1", "s2", "t1"]);
    assertEquals(instance.sponsoredContracts, 2);
    assertEquals([...instance.cap], [2, 5, 10_000]);
    assertEquals(instance.groups, ["g1", "g2"]);
    assertEquals([...instance.ratio], [1, 0.5]);
    assertEquals([...instance.groupSize], [1, 1]);
    assertEquals([...instance.group], [0, 1]);
    assertEquals([...instance.start], [0, 2, 4]);
    assertEquals([...instance.middle], [2, 3]);
    assertEquals([...instance.contract], [0, 1, 0, 2]);
    assertEquals([...instance.score], [0.25, 0, 1, 0.5]);
    assertEquals(input, {
      caps: {
        rows: 5,
        contracts: 3,
        duplicate_rows: 1,
        conflicting_duplicate_rows: 1,
        fractional_caps: 1,
        sponsored_without_cap: 1,
        unsponsored_default_cap: 1,
      },
      elig: {
        rows: 9,
        pairs: 4,
        users: 2,
        duplicate_pairs: 2,
        conflicting_duplicate_pairs: 1,
        pairs_without_group: 1,
        users_without_group: 1,
        pairs_with_unknown_contract: 1,
        unknown_contracts: 1,
        pairs_without_cap: 1,
        pairs_below_min_score: 0,
        pairs_beyond_top_n: 0,
      },
      user_groups: {
        rows: 4,
        users: 3,
        users_without_pairs: 1,
        duplicate_rows: 1,
        conflicting_duplicate_rows: 1,
      },
      group_ratios: {
        rows: 4,
        groups: 3,
        groups_without_users: 1,
        default_ratio_groups: 0,
        duplicate_rows: 1,
        conflicting_duplicate_rows: 0,
      },
    });
  });
});
