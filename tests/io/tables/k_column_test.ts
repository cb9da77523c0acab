/** The column k of user_groups and group_ratios. */
import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readDrop, type ReadOptions } from "../../../lib/io/drop_reader.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";

const FILES = {
  caps: "contract_address,cap_face,is_sponsored\nc1,5,true\nc2,5,false\n",
  elig: "user_id,contract_address,score\nann,c1,1\nbob,c1,1\ncleo,c2,1\ndan,c2,2\n",
  userGroups: "k,user_id,group_id\n 4 ,ann,north\n,bob,north\n2.0,cleo,south\n,dan,south\n",
  groupRatios: "group_id,sponsorship_ratio,k\nnorth,0,2\nsouth,0,\n",
};

function read(files: Partial<typeof FILES>, options: ReadOptions = {}) {
  return withFolder(async (folder) =>
    await readDrop(await writeFiles(folder, { ...FILES, ...files }), options)
  );
}

Deno.test("k: the user's, the group's, or none; blanks and blanks around it", async () => {
  const { instance } = await read({});
  assertEquals(instance.users.toArray(), ["ann", "bob", "cleo", "dan"]);
  assertEquals(instance.k, Int32Array.of(4, 2, 2, -1));
  const none = await read({
    userGroups: "user_id,group_id\nann,north\nbob,north\ncleo,south\ndan,south\n",
    groupRatios: "group_id,sponsorship_ratio\nnorth,0\nsouth,0\n",
  });
  assertEquals(none.instance.k, undefined);
});

Deno.test("k: the column may have another name", async () => {
  const most = { userGroups: FILES.userGroups.replace("k,", "Most,") };
  const { instance } = await read(most, { columns: { k: "Most" } });
  assertEquals(instance.k, Int32Array.of(4, 2, 2, -1));
});

Deno.test("k: of repeated rows the first counts, and rows that differ in it are counted", async () => {
  const { instance, input } = await read({
    userGroups: FILES.userGroups + "9,ann,north\n,bob,north\n",
    groupRatios: FILES.groupRatios + "north,0,7\n",
  });
  assertEquals(instance.k, Int32Array.of(4, 2, 2, -1));
  assertEquals(input.user_groups.duplicate_rows, 2);
  assertEquals(input.user_groups.conflicting_duplicate_rows, 1);
  assertEquals(input.group_ratios.conflicting_duplicate_rows, 1);
});

Deno.test("k: what is no whole number from 1 is refused by file, line and column", async () => {
  for (const value of ["0", "1.5", "-2", "many", "65536"]) {
    const userGroups = `user_id,group_id,k\nann,north,1\nbob,north,${value}\n`;
    const user = await assertRejects(() => read({ userGroups }), InputError);
    assertEquals([user.line, user.column], [3, "k"]);
    const groupRatios = `group_id,k,sponsorship_ratio\nnorth,,0\nsouth,${value},0\n`;
    const group = await assertRejects(() => read({ groupRatios }), InputError);
    assertEquals([group.line, group.column], [3, "k"]);
    assertEquals(
      group.message.replace(/^.*: k/, "k"),
      `k is ${
        /[a-z]/.test(value) ? `"${value}"` : `"${value}"`
      }, expected a whole number from 1 to 65535, or nothing`,
    );
  }
});
