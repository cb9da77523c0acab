import { assert, assertEquals, assertMatch, assertStringIncludes } from "../lib/deps/std_assert.ts";
import { VERSION } from "../lib/base/version.ts";
import { INPUTS } from "./support/cli.ts";
import { bundleProgram, workerModules } from "../scripts/bundle_program.ts";
import { compileArguments, whyNotWorking } from "../scripts/compile.ts";
import { compilerIn } from "./support/compiler.ts";

const decoder = new TextDecoder();

/** Runs `deno` in a folder and returns its output as text. */
async function deno(
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
  executable = Deno.execPath(),
) {
  const { code, stdout, stderr } = await new Deno.Command(executable, {
    args,
    cwd,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
  }).output();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("the bundle has every worker by its source's name, and of packages only what is used", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const more = await bundleProgram(folder);
    const workers = await workerModules();
    assert(workers.length > 1, "no worker modules found under lib/");
    const missing = workers.map((path) => path.replace(/.*\//, "")).filter((name) =>
      !more.includes(name)
    );
    assertEquals(missing, []);
    let size = 0;
    for await (const { name } of Deno.readDir(folder)) {
      size += (await Deno.stat(`${folder}/${name}`)).size;
    }
    // HiGHS is 3.5 MB of it.
    assert(size < 12e6, `${size} bytes`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the executable allocates with workers, splits, reads Parquet and runs the ILP solver", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const divvy = `${folder}/divvy`;
    const compiler = await compilerIn(folder);
    const bundle = `${folder}/bundle`;
    await Deno.mkdir(bundle);
    const args = compileArguments(divvy, await bundleProgram(bundle));
    const compiled = await deno(args, bundle, compiler?.env, compiler?.deno);
    await Deno.remove(bundle, { recursive: true });
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
