import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
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

/** A folder of a run in another process, which ends by SIGKILL when `kill` is called. */
async function inAnotherProcess(folder: string): Promise<{ path: string; kill(): Promise<void> }> {
  const module = new URL("../../../lib/engine/duckdb/work_folder.ts", import.meta.url).href;
  const script = `import { WorkFolder } from ${JSON.stringify(module)};
const made = await WorkFolder.open(${JSON.stringify(folder)}, "other.csv", false);
console.log(made.path);
setInterval(() => made, 1000);`;
  await Deno.writeTextFile(`${folder}/run.ts`, script);
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", `${folder}/run.ts`],
    stdout: "piped",
    stdin: "null",
  }).spawn();
  const reader = process.stdout.getReader();
  const path = new TextDecoder().decode((await reader.read()).value).trim();
  return {
    path,
    async kill() {
      process.kill("SIGKILL");
      await process.status;
      await reader.cancel();
    },
  };
}

const isThere = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("a run removes and names the folders that killed runs left; not those of runs that live, of others or to be resumed", async () => {
  await withFolder(async (folder) => {
    const theirs = [".mine.divvy-work-notes", ".out.csv.divvy-work"];
    for (const name of theirs) Deno.mkdirSync(`${folder}/${name}`);
    const living = await inAnotherProcess(folder), killed = await inAnotherProcess(folder);
    await killed.kill();
    try {
      const notes: string[] = [];
      const mine = await WorkFolder.open(folder, "out.csv", false, (text) => notes.push(text));
      const name = killed.path.replace(/^.*[/\\]/, "");
      assertEquals(notes, [`removed ${name}, which a killed run left`]);
      assert(!await isThere(killed.path));
      assert(await isThere(living.path));
      for (const name of theirs) assert(await isThere(`${folder}/${name}`), name);
      const next = await WorkFolder.open(folder, "out.csv", false);
      assert(await isThere(mine.path), "of this process");
      for (const made of [mine, next]) {
        await made.remove();
        assert(!await isThere(made.path));
      }
    } finally {
      await living.kill();
    }
  });
});
