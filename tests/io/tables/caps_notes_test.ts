/** What people know contracts by stands in the column that says so, whatever file it comes from. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { readCapsNotes } from "../../../lib/io/tables/caps_notes.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";

const FILES = {
  first: "contract_address,cap_face,is_sponsored,name,city\nc1,1,true,Tea,Rome\n",
  second: "city,contract_address,cap_face,is_sponsored,name,colour\nOslo,c2,1,true,Bun,red\n",
};

Deno.test("notes on contracts: files of a folder may have columns in another order", async () => {
  await withFolder(async (folder) => {
    await writeFiles(folder, FILES);
    const { columns, rows } = await readCapsNotes(folder, 3);
    assertEquals(columns, ["name", "city", "colour"]);
    const [name, city] = [0, 1].map((at) => Object.values(rows).map((values) => values[at]));
    assertEquals([name, city], [["Tea", "Bun"], ["Rome", "Oslo"]]);
    assertEquals([rows.c1[2], rows.c2[2]], ["", "red"]);
  });
});
