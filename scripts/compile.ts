/**
 * Makes the `divvy` executable with `deno compile`: `deno task compile` for this machine, `deno task compile:all`
 * for Linux, macOS and Windows, `--target T` for one of them. Files land in dist/.
 *
 * deno compile puts the program behind a runtime stub (denort) that it downloads once from Deno's site. On a machine
 * that can't reach it, name the stub's file in DENORT_BIN; it must be of the same Deno version and target.
 */
import { VERSION } from "../lib/base/version.ts";

/** Targets of `deno compile` that a release has. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];

/**
 * What the executable may do: files, the databases that inputs may name, and their settings from the environment.
 * It never runs programs or native libraries.
 */
const PERMISSIONS = ["--allow-read", "--allow-write", "--allow-net", "--allow-env", "--no-prompt"];

/** Modules that only workers load: `deno compile` does not find them by itself. Named `*_worker.ts` throughout lib/. */
export async function workerModules(): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string) => {
    for await (const entry of Deno.readDir(new URL(`../${folder}`, import.meta.url))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await walk(path);
      else if (entry.name.endsWith("_worker.ts")) found.push(path);
    }
  };
  await walk("lib");
  return found.sort();
}

/** Arguments of `deno` that compile the program to `output`, for `target` or for this machine. */
export async function compileArguments(output: string, target?: string): Promise<string[]> {
  return [
    "compile",
    "--quiet",
    // Tests and benchmarks have packages of their own in the lock file.
    "--exclude-unused-npm",
    ...PERMISSIONS,
    ...(await workerModules()).map((path) => `--include=${path}`),
    "--include=lib/deps/lazy_packages.ts",
    ...(target === undefined ? [] : [`--target=${target}`]),
    `--output=${output}`,
    "cli.ts",
  ];
}

/** Name of the executable for a target. */
function outputName(target?: string): string {
  if (target === undefined) return Deno.build.os === "windows" ? "dist/divvy.exe" : "dist/divvy";
  return `dist/divvy-${VERSION}-${target}${target.includes("windows") ? ".exe" : ""}`;
}

async function compile(target?: string): Promise<boolean> {
  const output = outputName(target);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: await compileArguments(output, target),
    cwd: new URL("..", import.meta.url),
    stdout: "inherit",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stderr);
  if (success) {
    console.error(`compiled ${output}`);
    return true;
  }
  console.error(text.trimEnd());
  if (/denort|download|dl\.deno\.land|error sending request/i.test(text)) {
    console.error(
      `divvy: the runtime stub of Deno ${Deno.version.deno}${target ? ` for ${target}` : ""} ` +
        "can't be had here. Fetch denort for this version and target on a machine that reaches\n" +
        "Deno's site, copy the file here, and run again with DENORT_BIN=path/to/denort.",
    );
  }
  return false;
}

if (import.meta.main) {
  await Deno.mkdir(new URL("../dist", import.meta.url), { recursive: true });
  const at = Deno.args.indexOf("--target");
  const targets = Deno.args.includes("--all") ? TARGETS : [at < 0 ? undefined : Deno.args[at + 1]];
  let done = true;
  for (const target of targets) done = await compile(target) && done;
  if (!done) Deno.exitCode = 1;
}
