import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { WorkFolder } from "../../../lib/engine/duckdb/work_folder.ts";
import { withFolder } from "../../support/temp_folder.ts";

Deno.test("a folder that a run's own can't be made in is named, with the reason", async () => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    for (const keep of [true, false]) {
      for (const [name, reason] of [["none", "no such file or directory"], ["file", "not a dir"]]) {
        const error = await assertRejects(
          () => WorkFolder.open(`${folder}/${name}`, "out.csv", keep),
          InputError,
          `${folder}/${name}: can't make the run's folder in it: ${reason}`,
        );
        assertEquals(error.file, `${folder}/${name}`);
      }
    }
  });
});
