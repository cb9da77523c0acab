/** What names of inputs stand for: nested folders, globs, and what compressed files may hold. */
import { gzipSync, zstdCompressSync } from "node:zlib";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { FileSet } from "../../../lib/io/bytes/file_set.ts";
import { resolveSource, withPart } from "../../../lib/io/bytes/source.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { partText } from "../../support/part_text.ts";

Deno.test("folders in folders and globs over them name the same files, hidden ones passed over", async () => {
  await withFolder(async (folder) => {
    const files = ["a.csv", "x/b.csv", "x/y/c.csv", "x/y/d.parquet", "z/e.csv"];
    for (const path of [...files, ".h/f.csv", "x/_tmp/g.csv", "x/.i.csv"]) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, "");
    }
    // Round in a circle.
    await Deno.symlink(folder, `${folder}/x/back`);
    const names = async (glob: string) =>
      (await resolveSource(glob)).map(({ name }) => name.replace(`${folder}/`, ""));
    assertEquals(await names(folder), files);
    assertEquals(await names(`${folder}/**`), files);
    assertEquals(await names(`${folder}/**/*.csv`), files.filter((f) => f.endsWith(".csv")));
    assertEquals(await names(`${folder}/x/**/?.csv`), ["x/b.csv", "x/y/c.csv"]);
    assertEquals(await names(`${folder}/*/*.csv`), ["x/b.csv", "z/e.csv"]);
    await assertRejects(() => names(`${folder}/**/*.gz`), InputError, "no file matches");
  });
});

Deno.test("an output that a glob over folders would read is refused", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  for (const glob of ["**/elig.csv", "**", "./**/*.csv"]) {
    const inputs = INPUTS.map((arg) => arg === "elig.csv" ? glob : arg);
    const out = glob === "**/elig.csv" ? "new/elig.csv" : "out.csv";
    Deno.mkdirSync(`${folder.path}/new`, { recursive: true });
    const run = await divvy(["allocate", ...inputs, "--out", out], { cwd: folder.path });
    assertEquals(run.code, 1);
    assert(run.stderr.includes(`--out is "${out}", which --elig`), run.stderr);
  }
});

Deno.test("archives and Parquet inside what is compressed are refused by name", async () => {
  const tar = new Uint8Array(1024);
  tar.set(new TextEncoder().encode("ustar"), 257);
  tar.set(new TextEncoder().encode("caps.csv"));
  const text = (value: string) => new TextEncoder().encode(value);
  const inner: [Uint8Array, string][] = [
    [tar, "a tar archive can't be read: unpack it"],
    [text("PAR1\0\0\0"), "parquet inside "],
    [new Uint8Array(gzipSync(text("a,b\n"))), "gzip inside "],
    [text("BZh91AY&SY....."), "bzip2 can't be read: "],
  ];
  await withFolder(async (folder) => {
    for (const [bytes, expected] of inner) {
      for (const [ending, pack] of [["gz", gzipSync], ["zst", zstdCompressSync]] as const) {
        const path = `${folder}/a.csv.${ending}`;
        await Deno.writeFile(path, new Uint8Array(pack(bytes)));
        const error = await assertRejects(() => partText(path), InputError);
        assert(error.message.startsWith(`${path}: ${expected}`), error.message);
      }
    }
    await Deno.writeFile(`${folder}/a.tar`, tar);
    const [part] = await resolveSource(`${folder}/a.tar`);
    await assertRejects(() => withPart(part, () => {}), InputError, "a tar archive");
  });
});

Deno.test("files that belong together all appear or none does", async () => {
  await withFolder(async (folder) => {
    const set = new FileSet();
    for (const name of ["a", "b", "c"]) await set.writeText(`${folder}/${name}`, name);
    // In the way of the second.
    await Deno.mkdir(`${folder}/b`);
    await Deno.writeTextFile(`${folder}/b/mine`, "");
    await assertRejects(() => set.commit(), InputError, "b: can't write it");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["b"]);
  });
});

Deno.test("extract refuses to write over what it reads", async () => {
  await using folder = new TempFolder();
  folder.write("caps.csv", "SELECT 1");
  folder.write("elig.csv", "{}");
  folder.write("q.sql", "SELECT 1");
  const url = (file: string) => `postgres://u@127.0.0.1:1/d?query=${file}`;
  const refusals: [string[], string][] = [
    [["--caps", url("caps.csv")], '--caps is "caps.csv", the query of --caps'],
    [["--caps", url("./caps.csv"), "--elig", url("q.sql")], "the query of --caps"],
    [["--elig", url("q.sql"), "--config", "elig.csv"], "--config name the same file"],
  ];
  for (const [args, expected] of refusals) {
    const run = await divvy(["extract", ...args, "--dir", "."], { cwd: folder.path });
    assertEquals(run.code, 1);
    assert(run.stderr.includes(expected), run.stderr);
    assertEquals([folder.read("caps.csv"), folder.read("elig.csv")], ["SELECT 1", "{}"]);
  }
  folder.write("file", "");
  const run = await divvy(["extract", "--caps", url("caps.csv"), "--dir", "file"], {
    cwd: folder.path,
  });
  assert(run.stderr.startsWith("divvy: file: can't make the folder"), run.stderr);
});
