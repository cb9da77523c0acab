import { assert, assertEquals, assertMatch, assertStringIncludes } from "../lib/deps/std_assert.ts";
import { VERSION } from "../lib/base/version.ts";
import { INPUTS } from "./support/cli.ts";
import { compileArguments, whyNotWorking, workerModules } from "../scripts/compile.ts";
import { compilerIn } from "./support/compiler.ts";

const root = new URL("..", import.meta.url);
const decoder = new TextDecoder();

/** Runs `deno` in the repository and returns its output as text. */
async function deno(
  args: string[],
  env: Record<string, string> = {},
  executable = Deno.execPath(),
) {
  const { code, stdout, stderr } = await new Deno.Command(executable, {
    args,
    cwd: root,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
  }).output();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Offset of `needle` in `bytes`, or −1. */
function indexOfBytes(bytes: Uint8Array, needle: Uint8Array): number {
  search: for (let at = bytes.indexOf(needle[0]); at >= 0; at = bytes.indexOf(needle[0], at + 1)) {
    for (let i = 1; i < needle.length; i++) if (bytes[at + i] !== needle[i]) continue search;
    return at;
  }
  return -1;
}

Deno.test("what deno compile embeds holds every worker and the WASM file of HiGHS", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const output = `${folder}/divvy-stand-in`;
    // Deno itself stands in for the runtime stub: the result does not run the program, but all that is embedded is
    // written behind it, and listed.
    const { code, stderr } = await deno(await compileArguments(output), {
      DENORT_BIN: Deno.execPath(),
    });
    assertEquals(code, 0, stderr);
    const embedded = (await Deno.readFile(output)).subarray(
      (await Deno.stat(Deno.execPath())).size,
    );

    const workers = await workerModules();
    assert(workers.length > 1, "no worker modules found under lib/");
    for (const worker of workers) {
      const source = await Deno.readFile(new URL(worker, root));
      assert(indexOfBytes(embedded, source.subarray(0, 120)) >= 0, `${worker} is not embedded`);
    }

    const { npmCache } = JSON.parse((await deno(["info", "--json"])).stdout);
    const wasm = await Deno.readFile(
      `${npmCache}/${await registryFolder(npmCache)}/highs/1.15.3/build/highs.wasm`,
    );
    const middle = wasm.subarray(wasm.length >> 1, (wasm.length >> 1) + 512);
    assert(indexOfBytes(embedded, middle) >= 0, "highs.wasm is not embedded");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** The npm cache's folder of the registry in use: the one that holds HiGHS. */
async function registryFolder(npmCache: string): Promise<string> {
  for await (const entry of Deno.readDir(npmCache)) {
    try {
      await Deno.stat(`${npmCache}/${entry.name}/highs/1.15.3`);
      return entry.name;
    } catch {
      // Another registry's folder.
    }
  }
  throw new Error("HiGHS is not in the npm cache");
}

Deno.test("the executable allocates with workers, splits, reads Parquet and runs the ILP solver", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const divvy = `${folder}/divvy`;
    const compiler = await compilerIn(folder);
    const args = await compileArguments(divvy);
    const compiled = compiler === null
      ? await deno(args)
      : await deno(compiler.adapt(args), compiler.env, compiler.deno);
    if (compiled.code !== 0) {
      console.warn(
        `skipped: deno compile has no runtime stub here: ${firstError(compiled.stderr)}`,
      );
      return;
    }
    // From a folder without source, and with nothing in a cache.
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(divvy, {
        args,
        cwd: folder,
        env: { DENO_DIR: `${folder}/cache`, NO_COLOR: "1" },
      }).output();
      assertEquals(code, 0, decoder.decode(stderr));
      return decoder.decode(stdout);
    };
    const step = (name: string, ...args: string[]) =>
      t.step(name, async () => void await run(...args));
    await t.step("version", async () => {
      assertStringIncludes(await run("--version"), VERSION);
    });
    await step("generate", "generate", "--dir", ".", "--users", "300");
    await step("optimal", "allocate", ...INPUTS, "--out", "optimal.parquet", "--workers", "2");
    await step("ilp", "allocate", ...INPUTS, "--out", "ilp.csv", "--solver", "ilp");
    await step("check", "check", ...INPUTS, "--assign", "optimal.parquet");
    await step("report", "report", ...INPUTS, "--assign", "ilp.csv", "--html", "r.html");
    await Deno.writeTextFile(
      `${folder}/pizza.json`,
      '{"total": 8, "requirements": [{"name": "a", "interval": [2, 4], "target": 3}, {"name": "b", "interval": [3, 6], "target": "upper"}]}',
    );
    await step("split", "split", "-i", "pizza.json");
    await t.step("what is compiled is run before it is called so", async () => {
      assertEquals(await whyNotWorking(divvy), null);
      if (compiler === null) return;
      assertEquals(
        await whyNotWorking(Deno.execPath()),
        "it is only Deno: DENORT_BIN must be denort, not deno",
      );
      assertMatch((await whyNotWorking(compiler.env.DENORT_BIN))!, /another version/);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** The first line of an error that says what went wrong. */
function firstError(text: string): string {
  return text.split("\n").find((line) => /error/i.test(line)) ?? text.slice(0, 200);
}
