/** Drops of the library without group ratios: every group has the default ratio. */
import { assertEquals, assertRejects, assertThrows } from "../../../lib/deps/std_assert.ts";
import { allocate, Drop, InputError, readDrop, UsageError } from "../../../mod.ts";
import type { DropInput } from "../../../lib/allocator/drop/drop_columns.ts";
import { SMALL_DROP } from "../../support/cli.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";

const INPUT: Omit<DropInput, "groups"> = {
  users: ["ann", "bob", "cy"].map((id, i) => ({ id, group: i < 2 ? "north" : "south" })),
  contracts: [{ id: "tea", cap: 2, sponsored: true }, { id: "mate", cap: 3, sponsored: false }],
  pairs: ["ann", "bob", "cy"].flatMap((user, i) => [
    { user, contract: "tea", score: 0.2 + i / 10 },
    { user, contract: "mate", score: 0.5 },
  ]),
};
const GROUPS = ["north", "south"];

/** Instance and input report, but for the counts of the table itself. */
function factsOf({ instance, input: { group_ratios: _, ...input } }: Drop): unknown {
  return [instance, input];
}

Deno.test("readDrop without groupRatios: as with a table of the default ratio", () =>
  withFolder(async (folder) => {
    const { caps, elig, userGroups, groupRatios } = await writeFiles(folder, {
      caps: SMALL_DROP["caps.csv"],
      elig: SMALL_DROP["elig.csv"],
      userGroups: SMALL_DROP["user_groups.csv"],
      groupRatios: "group_id,sponsorship_ratio\ng1,0.5\ng2,0.5\n",
    });
    const three = { caps, elig, userGroups }, options = { defaultRatio: 0.5 };
    const table = await readDrop({ ...three, groupRatios });
    const none = await readDrop(three, options);
    assertEquals(factsOf(none), factsOf(table));
    assertEquals(none.input.group_ratios.of_every_group, 0.5);
    assertEquals(table.input.group_ratios.of_every_group, undefined);
    const [a, b] = [await allocate(none), await allocate(table)];
    assertEquals([a.offerPair, a.prices], [b.offerPair, b.prices]);
    await assertRejects(
      () => readDrop(three),
      UsageError,
      "groupRatios is missing, expected a file, folder, glob, - or address, or defaultRatio: " +
        "the ratio of every group",
    );
    await assertRejects(
      () => readDrop({ ...three, limits: [{ limit: "l", per: "region", atMost: 1 }] }, options),
      InputError,
      "(no table of group ratios is given)",
    );
  }));

Deno.test("Drop.from without groups: as with groups of the default ratio", () => {
  const options = { defaultRatio: 0.5 };
  const groups = GROUPS.map((id) => ({ id, ratio: 0.5 }));
  const none = Drop.from(INPUT, options);
  assertEquals(factsOf(none), factsOf(Drop.from({ ...INPUT, groups })));
  assertEquals(none.input.group_ratios.of_every_group, 0.5);
  assertThrows(
    () => Drop.from(INPUT),
    UsageError,
    "groups is missing, expected a list of {id, ratio}, or defaultRatio: the ratio of every group",
  );
  // Columns of users name groups by their place among the groups.
  const users = { ids: ["ann", "bob", "cy"], group: Uint32Array.of(0, 0, 1) };
  for (const given of [{}, options]) {
    assertThrows(
      () => Drop.from({ ...INPUT, users }, given),
      UsageError,
      "groups is missing, expected a list of {id, ratio}: columns of users name groups by their index",
    );
  }
  const limits = [{ limit: "l", per: "region", atMost: 1 }];
  assertThrows(
    () => Drop.from({ ...INPUT, limits }, options),
    InputError,
    "(no table of group ratios is given)",
  );
  const byRatio = [{ limit: "l", per: "group_id", atLeast: "sponsorship_ratio" }];
  const amounts = (drop: Drop) => drop.instance.limits!.rows;
  assertEquals(
    amounts(Drop.from({ ...INPUT, limits: byRatio }, options)),
    amounts(Drop.from({ ...INPUT, groups, limits: byRatio })),
  );
});
