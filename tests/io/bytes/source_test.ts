import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { platform } from "../../../lib/base/platform/platform.ts";
import { resolveSource } from "../../../lib/io/bytes/source.ts";
import { TempFolder } from "../../support/cli.ts";
import { divvyMany } from "../../support/many_runs.ts";
import { withFolder } from "../../support/temp_folder.ts";

Deno.test("inputs: an address of a kind that is not read is not called a missing file", async () => {
  for (
    const [address, message] of [
      ["gs://bucket/elig.csv", "gs:// is not read, expected a file, or an address of https://"],
      ["abfss://data@store/*.parquet", "abfss:// is not read, expected a file, or an address"],
      ["FILE:///drop/caps.csv", "FILE:// is not read, expected the file's path"],
    ]
  ) {
    const error = await assertRejects(() => resolveSource(address), InputError, message);
    assertEquals(error.message.includes("no such file"), false);
  }
  await assertRejects(() => resolveSource("none.csv"), InputError, "none.csv: no such file");
  // With a slash too few it is neither a file nor a pattern.
  for (
    const [address, start, scheme] of [
      ["sqlite:/drop/shop.sqlite?table=caps", "sqlite:/…", "sqlite"],
      ["sqlite:shop.sqlite?table=caps", "sqlite:…", "sqlite"],
      ["Postgres:/ann:secret@db/shop?table=caps", "Postgres:/…", "postgres"],
      ["s3:/bucket/*.parquet", "s3:/…", "s3"],
    ]
  ) {
    const { message } = await assertRejects(() => resolveSource(address), InputError);
    assertEquals(message, `${start}: no such file; an address begins with ${scheme}://`);
  }
  // A drive's letter is no scheme.
  await assertRejects(() => resolveSource("C:\\none.csv"), InputError, "no such file");
});

Deno.test("inputs: a link that leads nowhere is named, in a folder and in a pattern", () =>
  withFolder(async (folder) => {
    await Deno.symlink("nowhere", `${folder}/a.csv`);
    for (const source of [folder, `${folder}/*.csv`]) {
      await assertRejects(
        () => resolveSource(source),
        InputError,
        `${folder}/a.csv: no such file: its link leads nowhere`,
      );
    }
  }));

Deno.test("inputs: a folder or pattern may have more files than a call has room for arguments", async () => {
  const files = 150_000, { stat, lstat, realPath, readDir } = platform;
  const isFolder = (path: string) => !path.endsWith(".csv");
  const shard = { isFile: true, isDirectory: false }, folder = { isFile: false, isDirectory: true };
  try {
    const real = await stat("deno.json");
    platform.stat = async (path) => {
      if (path.includes("*") || path.endsWith("_delta_log")) throw new Deno.errors.NotFound();
      return await Promise.resolve(Object.assign({}, real, isFolder(path) ? folder : shard));
    };
    platform.lstat = platform.stat;
    platform.realPath = (path) => Promise.resolve(path);
    platform.readDir = async function* (path) {
      if (path === "drop") return yield await Promise.resolve({ name: "sub", ...folder });
      for (let i = 0; i < files; i++) yield { name: `${i}.csv`, ...shard };
    };
    for (const source of ["drop", "drop/sub/*.csv"]) {
      assertEquals((await resolveSource(source)).length, files, source);
    }
  } finally {
    Object.assign(platform, { stat, lstat, realPath, readDir });
  }
});

Deno.test("inputs: a pattern whose first part is one finds files where the command runs", async () => {
  await using folder = new TempFolder();
  folder.write("a b,é.csv", "name,total\nbread,2\n");
  Deno.mkdirSync(`${folder.path}/goods/x`, { recursive: true });
  folder.write("goods/x/g.csv", "name,total\nbread,2\n");
  folder.write("people.csv", "name,good,lower,upper,target\nann,bread,0,3,1\n");
  const here = folder.path;
  const patterns = [
    "a*.csv",
    "*,é.csv",
    "./a*.csv",
    "*/x/g.csv",
    "**/g.csv",
    "g*/**",
    `${here}/a*`,
  ];
  const args = (pattern: string) => ["split", "-i", "people.csv", "--goods", pattern, "-q"];
  const runs = patterns.map((pattern) => ({ cwd: here, args: args(pattern) }));
  for (const [i, { code, stderr }] of (await divvyMany(runs)).entries()) {
    assertEquals({ code, stderr }, { code: 0, stderr: "" }, patterns[i]);
  }
});
