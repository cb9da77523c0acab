import { assert, assertEquals } from "../lib/deps/std_assert.ts";
import { INPUTS } from "./support/cli.ts";
import { compileArguments, workerModules } from "../scripts/compile.ts";

const root = new URL("..", import.meta.url);
const decoder = new TextDecoder();

/** Runs `deno` in the repository and returns its output as text. */
async function deno(args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
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

Deno.test("the executable allocates with workers, splits, and runs the ILP solver", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const divvy = `${folder}/divvy`;
    const compiled = await deno(await compileArguments(divvy));
    if (compiled.code !== 0) {
      console.warn(
        `skipped: deno compile has no runtime stub here: ${firstError(compiled.stderr)}`,
      );
      return;
    }
    const run = async (...args: string[]) => {
      const { code, stderr } = await new Deno.Command(divvy, { args, cwd: folder }).output();
      assertEquals(code, 0, decoder.decode(stderr));
    };
    await t.step("generate", () => run("generate", "--dir", ".", "--users", "300"));
    await t.step(
      "optimal",
      () => run("allocate", ...INPUTS, "--out", "optimal.csv", "--workers", "2"),
    );
    await t.step("ilp", () => run("allocate", ...INPUTS, "--out", "ilp.csv", "--solver", "ilp"));
    await Deno.writeTextFile(
      `${folder}/pizza.json`,
      '{"total": 8, "requirements": [{"name": "a", "interval": [2, 4], "target": 3}, {"name": "b", "interval": [3, 6], "target": "upper"}]}',
    );
    await t.step("split", () => run("split", "-i", "pizza.json"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** The first line of an error that says what went wrong. */
function firstError(text: string): string {
  return text.split("\n").find((line) => /error/i.test(line)) ?? text.slice(0, 200);
}
