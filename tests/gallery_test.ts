/** docs/gallery.md: its data and pictures are what their seeds make, and its commands run. */
import { pathToFileURL } from "node:url";
import { assertEquals } from "../lib/deps/std_assert.ts";
import { generate, OWN } from "../scripts/gallery/generate.ts";
import { JOBS } from "../scripts/gallery/jobs.ts";
import { divvy, TempFolder } from "./support/cli.ts";
import { withFolder } from "./support/temp_folder.ts";

/** The files below a folder, by their paths. */
function filesBelow(folder: URL, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, isDirectory } of Deno.readDirSync(new URL(path, folder))) {
    if (isDirectory) {
      for (const [at, text] of filesBelow(folder, `${path}${name}/`)) found.set(at, text);
    } else found.set(path + name, Deno.readTextFileSync(new URL(path + name, folder)));
  }
  return found;
}

/** A page's words, however its lines are broken. */
const words = (page: string) => page.split(/\s+/).filter((word) => word !== "");

Deno.test("the gallery is what its seeds make: data, pictures, page", async () => {
  await withFolder(async (folder) => {
    const at = (name: string) => pathToFileURL(`${folder}/${name}/`);
    const made = { examples: at("examples"), docs: at("docs") };
    await generate(made);
    assertEquals(filesBelow(made.examples), filesBelow(OWN.examples));
    for (const [name, text] of filesBelow(new URL("gallery/", made.docs))) {
      assertEquals(text, Deno.readTextFileSync(new URL(`gallery/${name}`, OWN.docs)), name);
    }
    const page = (docs: URL) => words(Deno.readTextFileSync(new URL("gallery.md", docs)));
    assertEquals(page(made.docs), page(OWN.docs));
  });
});

for (const { name, command } of JOBS) {
  Deno.test(`gallery: ${name}`, async () => {
    await using folder = new TempFolder();
    for (const [file, text] of filesBelow(new URL(`${name}/`, OWN.examples))) {
      folder.write(file, text);
    }
    const [, ...args] = command.split(" ");
    const { code, stderr } = await divvy(args, { cwd: folder.path });
    assertEquals(code, 0, stderr);
  });
}
