import { assert, assertEquals, assertRejects, assertThrows } from "../../../lib/deps/std_assert.ts";
import { nodePlatform } from "../../../lib/base/platform/node_platform.ts";
import { platform } from "../../../lib/base/platform/platform.ts";
import { withFolder } from "../../support/temp_folder.ts";

// What is told of the functions for Node.js holds in Deno too, which has Node.js's modules: both must say the same.
for (const [name, tried] of [["Deno", platform], ["Node.js", nodePlatform]] as const) {
  Deno.test(`platform of ${name}: files are written, read from a place on, and streamed`, async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/a.txt`;
      const file = await tried.open(path, { write: true, create: true, truncate: true });
      assertEquals(await file.write(new TextEncoder().encode("0123456789")), 10);
      file.close();
      assertEquals(await tried.readTextFile(path), "0123456789");

      const read = tried.openSync(path), bytes = new Uint8Array(4);
      assertEquals(await read.read(bytes), 4);
      assertEquals(read.readSync(bytes), 4);
      assertEquals(new TextDecoder().decode(bytes), "4567");
      assertEquals(read.readSync(bytes), 2);
      assertEquals(read.readSync(bytes), null);
      assertEquals(await read.read(bytes), null);
      read.seekSync(3, tried.SeekMode.Start);
      assertEquals(read.readSync(bytes.subarray(0, 2)), 2);
      assertEquals(await read.read(bytes.subarray(2)), 2);
      assertEquals(new TextDecoder().decode(bytes), "3456");
      assertEquals(read.statSync().size, (await read.stat()).size);
      // Streams what is left, and closes the file.
      assertEquals(await new Response(read.readable).text(), "789");
    });
  });

  Deno.test(`platform of ${name}: folders, renaming, removing, and what the system says`, async () => {
    await withFolder(async (folder) => {
      const { errors } = tried;
      await tried.mkdir(`${folder}/in/side`, { recursive: true });
      await Deno.writeTextFile(`${folder}/in/a`, "a");
      await Deno.writeTextFile(`${folder}/in/b`, "old");
      await tried.rename(`${folder}/in/a`, `${folder}/in/b`);
      assertEquals(await tried.readTextFile(`${folder}/in/b`), "a");
      const found = [];
      for await (const { name, isFile, isDirectory } of tried.readDir(`${folder}/in`)) {
        found.push(`${name} ${isFile} ${isDirectory}`);
      }
      assertEquals(found.sort(), ["b true false", "side false true"]);
      const { isFile, isDirectory, size } = await tried.stat(`${folder}/in/b`);
      assertEquals([isFile, isDirectory, size], [true, false, 1]);
      await Deno.symlink(`${folder}/in/b`, `${folder}/link`);
      assertEquals(await tried.realPath(`${folder}/link`), await Deno.realPath(`${folder}/in/b`));

      await assertRejects(() => tried.stat(`${folder}/none`), errors.NotFound);
      assertThrows(() => tried.statSync(`${folder}/none`), errors.NotFound);
      assertThrows(() => tried.openSync(`${folder}/none`), errors.NotFound);
      await assertRejects(() => tried.open(`${folder}/in/b/c`), errors.NotADirectory);
      await assertRejects(() => tried.rename(`${folder}/none`, `${folder}/x`), errors.NotFound);
      await tried.remove(`${folder}/in/b`);
      await assertRejects(() => tried.remove(`${folder}/in/b`), errors.NotFound);
      await assertRejects(() => tried.readTextFile(`${folder}/in/b`), errors.NotFound);
    });
  });
}

Deno.test("platform: there is at least one core", () => {
  assert(platform.cores() >= 1 && nodePlatform.cores() >= 1);
});
