/** Outputs are looked at before the work begins; what is there is never lost, and what a dead run left is removed. */
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { checkWritable, stageFile, writeTextAtomic } from "../../../lib/io/bytes/atomic_file.ts";
import { checkOutputs } from "../../../lib/cli/frame/output_files.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";
import { InputError, UsageError } from "../../../lib/base/errors.ts";

const ATOMIC_FILE = new URL("../../../lib/io/bytes/atomic_file.ts", import.meta.url).href;

Deno.test("an output over an input, the configuration or another output is refused by real path", async () => {
  await using folder = new TempFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  for (const name of ["shards", "shards/month=1", "other"]) Deno.mkdirSync(at(name));
  for (const name of ["shards/a.csv", "shards/month=1/b.csv", "divvy.json", "caps.csv"]) {
    folder.write(name, "x");
  }
  Deno.symlinkSync(at("shards"), at("link"));
  Deno.symlinkSync("new.csv", at("dangling"));
  Deno.linkSync(at("caps.csv"), at("hard.csv"));
  const glob = at("sha*/*.csv");
  const inputs = {
    "--elig": at("shards"),
    "--user-groups": glob,
    "--caps": at("caps.csv"),
    "--config": at("divvy.json"),
    "--group-ratios": at("nowhere/*.csv"),
  };
  const refused: [Record<string, string>, Record<string, string>, string][] = [
    [{ "--out": at("shards/a.csv") }, inputs, '--out is "'],
    [{ "--out": at("link/a.csv") }, inputs, "reads"],
    [{ "--out": at("other/../link/new.csv") }, inputs, "would read the next time"],
    [{ "--out": at("shards/month=1/new.csv") }, inputs, "would read the next time"],
    [{ "--out": at("link/new.csv") }, { "--elig": glob }, "would read the next time"],
    [{ "--out": at("other/../divvy.json") }, inputs, "--out and --config name the same file"],
    [{ "--out": at("hard.csv") }, inputs, "--out and --caps name the same file"],
    [{ "--out": at("new.csv"), "--html": at("other/../new.csv") }, {}, "name the same file"],
    [{ "--out": at("new.csv"), "--html": at("dangling") }, {}, "--html and --out name the same"],
  ];
  for (const [outputs, read, message] of refused) {
    await assertRejects(() => checkOutputs(outputs, read), UsageError, message);
  }
  await checkOutputs({ "--out": at("other/a.csv"), "--html": at("shards.html") }, inputs);
  await checkOutputs({ "--out": at("shards/a.parquet") }, { "--elig": glob });
  assertEquals(folder.read("shards/a.csv"), "x");
  const before = folder.names();
  folder.write("config.json", '{"caps": "caps.csv"}');
  const args = ["allocate", ...INPUTS, "--config", "config.json", "--out", "./config.json"];
  const { code, stderr } = await divvy(args, { cwd: folder.path });
  assertEquals(
    [code, stderr],
    [1, "divvy: --out and --config name the same file, ./config.json\n"],
  );
  assertEquals(folder.names(), [...before, "config.json"].sort());
});

Deno.test({
  name: "a file that is there keeps its permission bits, while it is written too",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = new TempFolder();
    const path = `${folder.path}/out.csv`;
    for (const mode of [0o600, 0o640, 0o664, 0o400]) {
      await writeTextAtomic(path, "old");
      Deno.chmodSync(path, mode);
      const staged = await stageFile(path, async (sink) => {
        await sink.write(new TextEncoder().encode("new"));
        const [temporary] = folder.names().filter((name) => name.endsWith(".tmp"));
        assertEquals(Deno.statSync(`${folder.path}/${temporary}`).mode! & 0o077, 0);
      });
      assertEquals(folder.read("out.csv"), "old");
      await staged.commit();
      assertEquals([folder.read("out.csv"), Deno.statSync(path).mode! & 0o777], ["new", mode]);
      Deno.removeSync(path);
    }
  },
});

Deno.test("a link to a file yet to be made is followed; links in a circle are refused", async () => {
  await using folder = new TempFolder();
  Deno.mkdirSync(`${folder.path}/data`);
  Deno.symlinkSync("data/out.csv", `${folder.path}/middle`);
  Deno.symlinkSync("middle", `${folder.path}/link`);
  await writeTextAtomic(`${folder.path}/link`, "text");
  assertEquals(folder.read("data/out.csv"), "text");
  assert(Deno.lstatSync(`${folder.path}/link`).isSymlink);
  Deno.symlinkSync("b", `${folder.path}/a`);
  Deno.symlinkSync("a", `${folder.path}/b`);
  await assertRejects(() => checkWritable(`${folder.path}/a`), InputError, "can't write it");
});

Deno.test({
  name: "a folder that can't be written is found before anything is read",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = new TempFolder();
    writeDrop(folder);
    // Nobody may write there, root included.
    const args = ["allocate", ...INPUTS, "--out", "/proc/self/out.csv", "--summary", "s.json"];
    const options = { cwd: folder.path, permissions: ["--allow-all"] };
    const { code, stderr } = await divvy(args, options);
    assertEquals(code, 1);
    assertEquals(
      /^divvy: \/proc\/self\/out\.csv: can't write it: .* \(--out\)\n$/.test(stderr),
      true,
      stderr,
    );
  },
});

Deno.test("what killed runs have left is hidden, removed by the next, and that of living ones is not", async () => {
  await using folder = new TempFolder();
  const script = (name: string) => `
    import { writeAtomic } from ${JSON.stringify(ATOMIC_FILE)};
    await writeAtomic(${JSON.stringify(name)}, async (sink) => {
      await sink.write(new TextEncoder().encode("half of the new"));
      console.log("half");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const started = async (name: string) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-read",
        "--allow-write",
        "--quiet",
        "--no-lock",
        folder.path + "/" + name,
      ],
      cwd: folder.path,
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const output = child.stdout.getReader();
    await output.read();
    return { child, output };
  };
  folder.write("1.ts", script("a.csv"));
  folder.write("2.ts", script("b.csv"));
  const dead = await started("1.ts"), living = await started("2.ts");
  const temporaries = () => folder.names().filter((name) => name.endsWith(".tmp"));
  assertEquals(temporaries().length, 2);
  assert(temporaries().every((name) => name.startsWith(".")));
  dead.child.kill("SIGKILL");
  await dead.child.status;
  await dead.output.cancel();
  assertEquals(temporaries().length, 2);
  await writeTextAtomic(`${folder.path}/c.csv`, "c");
  assertEquals(temporaries().length, 1);
  living.child.kill("SIGKILL");
  await living.child.status;
  await living.output.cancel();
  assertEquals(folder.names().filter((name) => !name.startsWith(".")), ["1.ts", "2.ts", "c.csv"]);
});
