import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { writeAtomic, writeTextAtomic } from "../../../lib/io/bytes/atomic_file.ts";
import { withFolder } from "../../support/temp_folder.ts";

const ATOMIC_FILE = new URL("../../../lib/io/bytes/atomic_file.ts", import.meta.url).href;

const names = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();

Deno.test("an error while writing leaves the old file and nothing else", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/out.csv`;
    await writeTextAtomic(path, "old");
    const broken = writeAtomic(path, async (sink) => {
      await sink.write(new TextEncoder().encode("half of the n"));
      throw new Error("power cut");
    });
    await assertRejects(() => broken, Error, "power cut");
    assertEquals(await Deno.readTextFile(path), "old");
    assertEquals(names(folder), ["out.csv"]);
  });
});

Deno.test("an existing output survives a run that is killed while writing", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/out.csv`;
    await writeTextAtomic(path, "old");
    const module = new URL("../../../lib/io/bytes/atomic_file.ts", import.meta.url);
    const script = `
      import { writeAtomic } from ${JSON.stringify(module.href)};
      await writeAtomic(${JSON.stringify(path)}, async (sink) => {
        await sink.write(new TextEncoder().encode("half of the new"));
        console.log("half");
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-read", "--allow-write", "--quiet", "--no-lock", "-"],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const input = child.stdin.getWriter();
    await input.write(new TextEncoder().encode(script));
    await input.close();
    const output = child.stdout.getReader();
    const { value } = await output.read();
    assertEquals(new TextDecoder().decode(value), "half\n");
    child.kill("SIGKILL");
    await child.status;
    await output.cancel();
    assertEquals(await Deno.readTextFile(path), "old");
  });
});

Deno.test("a symbolic link is followed, a device is written to, a folder is refused", async () => {
  await withFolder(async (folder) => {
    await writeTextAtomic(`${folder}/real.csv`, "old");
    await Deno.symlink(`${folder}/real.csv`, `${folder}/link.csv`);
    await writeTextAtomic(`${folder}/link.csv`, "new");
    assertEquals(await Deno.readTextFile(`${folder}/real.csv`), "new");
    assertEquals((await Deno.lstat(`${folder}/link.csv`)).isSymlink, true);
    await writeTextAtomic("/dev/null", "gone");
    assertEquals((await Deno.stat("/dev/null")).isFile, false);
    await assertRejects(() => writeTextAtomic(folder, "x"), InputError, "it is a folder");
    await assertRejects(
      () => writeTextAtomic(`${folder}/no/x`, "x"),
      InputError,
      "its folder does not exist",
    );
    assertEquals(names(folder), ["link.csv", "real.csv"]);
  });
});

Deno.test("a pipe that a shell gives is written to", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const program =
    `import { writeTextAtomic } from "${ATOMIC_FILE}"; await writeTextAtomic("/dev/fd/3", "piped");`;
  const shell = new Deno.Command("sh", {
    args: ["-c", '"$1" eval "$2" 3>&1 >&2', "sh", Deno.execPath(), program],
  });
  const { code, stdout, stderr } = await shell.output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(new TextDecoder().decode(stdout), "piped");
});
