import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { makeFolder } from "../../../lib/io/bytes/make_folder.ts";
import { withFolder } from "../../support/temp_folder.ts";

/** Whether there is a folder. */
function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

Deno.test("new folders are there until the end, and then those that hold something", async () => {
  await withFolder(async (dir) => {
    const path = `${dir}/a/b`;
    {
      await using _folder = await makeFolder(path, `${path}/full`, `${path}/empty`);
      assertEquals([path, `${path}/full`, `${path}/empty`].map(isThere), [true, true, true]);
      await Deno.writeTextFile(`${path}/full/file`, "");
    }
    assertEquals([path, `${path}/full`, `${path}/empty`].map(isThere), [true, true, false]);
  });
});

Deno.test("a folder that was there before stays, empty or not; a new one doesn't where another is refused", async () => {
  await withFolder(async (dir) => {
    await Deno.mkdir(`${dir}/old`);
    {
      await using _folder = await makeFolder(`${dir}/old`, `${dir}/old/new`);
    }
    {
      await using _folder = await makeFolder(`${dir}/above/it//new/`);
      assertEquals(isThere(`${dir}/above/it/new`), true);
    }
    assertEquals(isThere(`${dir}/above`), false);
    assertEquals([`${dir}/old`, `${dir}/old/new`].map(isThere), [true, false]);
    await Deno.writeTextFile(`${dir}/file`, "");
    await assertRejects(
      () => makeFolder(`${dir}/new`, `${dir}/file`),
      InputError,
      "file: can't make the folder: a file has its name",
    );
    assertEquals(isThere(`${dir}/new`), false);
  });
});
