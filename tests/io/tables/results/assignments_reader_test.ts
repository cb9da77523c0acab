import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { IdPool } from "../../../../lib/base/ids/ids.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { offersFromSlots } from "../../../../lib/allocator/model/offers.ts";
import { readAssignments } from "../../../../lib/io/tables/results/assignments_reader.ts";
import { writeAssignments } from "../../../../lib/io/tables/results/assignments_writer.ts";
import { withFolder } from "../../../support/temp_folder.ts";

/** Three users, ids that need quotes, scores of every kind. */
const instance: Instance = {
  users: IdPool.from(["a", 'b,"c"', "d\ne"]),
  contracts: ["s1", "s,2", "t é"],
  sponsoredContracts: 2,
  cap: Float64Array.of(9, 9, 9),
  brand: null,
  brands: [],
  groups: ["g,1", "g2"],
  ratio: Float64Array.of(0.29, 1),
  groupSize: Uint32Array.of(2, 1),
  group: Uint32Array.of(0, 1, 0),
  start: Uint32Array.of(0, 3, 5, 6),
  middle: Uint32Array.of(2, 4, 5),
  contract: Uint16Array.of(0, 1, 2, 1, 2, 2),
  score: Float64Array.of(0.013355, 1e-7, 0.30000000000000004, 2, 2, -0.5),
};
const offers = offersFromSlots(
  instance,
  3,
  Uint32Array.of(0, 1, 2, 3, 4, 0, 5, 0, 0),
  Uint8Array.of(3, 2, 1),
);

Deno.test("assignments as CSV: columns, order, quotes, shortest scores", async () => {
  await withFolder(async (folder) => {
    await writeAssignments(`${folder}/out.csv`, instance, offers);
    assertEquals(
      await Deno.readTextFile(`${folder}/out.csv`),
      [
        "user_id,contract_address,score,is_sponsored,group_id,sponsorship_ratio",
        'a,t é,0.30000000000000004,False,"g,1",0.29',
        'a,s1,0.013355,True,"g,1",0.29',
        'a,"s,2",1e-7,True,"g,1",0.29',
        '"b,""c""","s,2",2,True,g2,1',
        '"b,""c""",t é,2,False,g2,1',
        '"d\ne",t é,-0.5,False,"g,1",0.29',
        "",
      ].join("\n"),
    );
    assertEquals([...Deno.readDirSync(folder)].map((e) => e.name), ["out.csv"]);
  });
});

Deno.test("rows of several files know theirs, and those of one need not", async () => {
  await withFolder(async (folder) => {
    const [a, b] = [`${folder}/shards/a.csv`, `${folder}/shards/b.parquet`];
    await Deno.mkdir(`${folder}/shards`);
    await writeAssignments(a, instance, offers);
    const one = await readAssignments(`${folder}/shards`);
    assertEquals([one.files, one.file], [undefined, undefined]);
    await writeAssignments(b, instance, offers);
    const { files, file, line } = await readAssignments(`${folder}/shards`);
    assertEquals(files, [a, b]);
    assertEquals([...file!], [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    // Rows of Parquet are counted from 1; one of the ids in CSV has a line break.
    assertEquals([...line], [2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6]);
  });
});

Deno.test("what is written reads back, plain and compressed", async () => {
  await withFolder(async (folder) => {
    for (const name of ["out.csv", "out.csv.gz"]) {
      await writeAssignments(`${folder}/${name}`, instance, offers);
      const table = await readAssignments(`${folder}/${name}`);
      assertEquals([...table.user].map((u) => table.userIds.at(u)), [
        "a",
        "a",
        "a",
        'b,"c"',
        'b,"c"',
        "d\ne",
      ]);
      assertEquals(
        [...table.contract].map((c) => table.contractIds[c]),
        ["t é", "s1", "s,2", "s,2", "t é", "t é"],
      );
      assertEquals([...table.score], [0.30000000000000004, 0.013355, 1e-7, 2, 2, -0.5]);
      assertEquals([...table.line], [2, 3, 4, 5, 6, 7]);
    }
  });
});
