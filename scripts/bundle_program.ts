/**
 * The program as `deno compile` is given it: a few hundred small scripts, packages and all, of which a command reads the few
 * that it needs. Compiled from its sources, an executable would carry every package whole, and Deno takes all that an
 * executable carries into memory, twice, when it starts.
 */
import { fileURLToPath } from "node:url";
import { highsWasm } from "../lib/deps/highs.ts";

const ROOT = new URL("../", import.meta.url);

/** The program's script, in the folder of the bundle. */
export const PROGRAM = "divvy.js";

/** HiGHS's WebAssembly, beside it. By another ending `deno compile` would take it for a module, and read its imports. */
const HIGHS_WASM = "highs_wasm.bin";

/** Modules that only workers load: no import leads to them. Named `*_worker.ts` throughout lib/. */
export async function workerModules(): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string) => {
    for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await walk(path);
      else if (entry.name.endsWith("_worker.ts")) found.push(path);
    }
  };
  await walk("lib");
  return found.sort();
}

/**
 * Writes the bundle into a folder.
 *
 * @returns the files that no import leads to, which `deno compile` must be given
 */
export async function bundleProgram(folder: string): Promise<string[]> {
  const sources = `${folder}/sources`;
  await Deno.mkdir(sources, { recursive: true });
  const workers = await workerModules();
  const entries = ["divvy.ts", ...workers.map(nameOf)];
  const write = (name: string, text: string) => Deno.writeTextFile(`${sources}/${name}`, text);
  await write("packages.ts", await packagesModule());
  await write("divvy.ts", `import "./packages.ts";\nimport "./program.ts";\n`);
  await write(
    "program.ts",
    `import { runDivvy } from ${source("lib/cli/program.ts")};\n` +
      "Deno.exitCode = await runDivvy(Deno.args);\n",
  );
  for (const path of workers) {
    await write(nameOf(path), `import "./packages.ts";\nimport ${source(path)};\n`);
  }
  await bundle(entries.map((name) => `${sources}/${name}`), folder);
  // Workers are started by the names of their sources.
  for (const path of workers) {
    const name = nameOf(path);
    await Deno.writeTextFile(
      `${folder}/${name}`,
      `import "./${name.replace(/ts$/, "js")}";\n`,
    );
  }
  await Deno.writeFile(`${folder}/${HIGHS_WASM}`, await highsWasm((path) => Deno.readFile(path)));
  await Deno.remove(sources, { recursive: true });
  return [...workers.map(nameOf), HIGHS_WASM];
}

/** The name of a file. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The literal that imports a source of the repository, from anywhere. */
function source(path: string): string {
  return JSON.stringify(new URL(path, ROOT).href);
}

/** The module that says how packages which load when first used are loaded: each from the bundle's own files. */
async function packagesModule(): Promise<string> {
  const named = await Deno.readTextFile(new URL("lib/deps/lazy_packages.ts", ROOT));
  const loaders = [...named.matchAll(/^import ("npm:[^"]+");$/gm)]
    .map(([, name]) => `loadBy(${name}, () => import(${name}));`);
  return `import { carryBy, loadBy } from ${source("lib/deps/load_package.ts")};
import { WASM } from ${source("lib/deps/highs.ts")};
${loaders.join("\n")}
carryBy(WASM, () => Deno.readFileSync(new URL("./${HIGHS_WASM}", import.meta.url)));
`;
}

/** Has `deno bundle` write entries and what they share, with the packages of this repository's lock file. */
async function bundle(entries: string[], folder: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      `--config=${fileURLToPath(new URL("deno.json", ROOT))}`,
      `--lock=${fileURLToPath(new URL("deno.lock", ROOT))}`,
      "--platform=deno",
      "--code-splitting",
      "--minify",
      "--keep-names",
      `--outdir=${folder}`,
      ...entries,
    ],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
}
