/**
 * Makes the `divvy` executable with `deno compile`: `deno task compile` for this machine, `deno task compile:all`
 * for Linux, macOS and Windows, `--target T` for one of them. Files land in dist/.
 *
 * deno compile puts the program behind a runtime stub (denort) that it downloads once from Deno's site. On a machine
 * that can't reach it, name the stub's file in DENORT_BIN; it must be of the same Deno version and target.
 */
import { fileURLToPath } from "node:url";
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
export const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--no-prompt",
];

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

/**
 * Why an executable is not what it should be, after running it: its version, a small drop with threads, and HiGHS. Null: it
 * works. What is behind a stub of another version, or behind plain Deno, looks like an executable and is none.
 */
export async function whyNotWorking(executable: string): Promise<string | null> {
  const folder = await Deno.makeTempDir();
  const file = (name: string) => `${folder}/${name}`;
  const inputs = ["caps", "elig", "user-groups", "group-ratios"]
    .flatMap((name) => [`--${name}`, file(`${name.replace("-", "_")}.csv`)]);
  const trials: [string[], RegExp][] = [
    [["--version"], new RegExp(`^(divvy )?${VERSION.replaceAll(".", "\\.")}\\b`)],
    [["generate", "--dir", folder, "--users", "300"], /./],
    [["allocate", ...inputs, "--out", file("optimal.csv"), "--workers", "2"], /./],
    [["allocate", ...inputs, "--out", file("ilp.csv"), "--solver", "ilp"], /./],
  ];
  try {
    for (const [args, expected] of trials) {
      const { code, stdout, stderr } = await new Deno.Command(executable, { args }).output();
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      if (code === 0 && expected.test(said)) continue;
      if (/^deno \d/.test(said)) return "it is only Deno: DENORT_BIN must be denort, not deno";
      if (/standalone binary section/.test(said)) {
        return `its stub is of another version than Deno ${Deno.version.deno}`;
      }
      return `divvy ${args[0]} failed: ${said.trim().split("\n")[0]}`;
    }
    return null;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function compile(target?: string): Promise<boolean> {
  const output = outputName(target);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: await compileArguments(output, target),
    cwd: new URL("..", import.meta.url),
    stdout: "inherit",
    stderr: "piped",
  }).output();
  if (!success) {
    explainFailure(new TextDecoder().decode(stderr), target);
    return false;
  }
  if (target !== undefined && target !== Deno.build.target) {
    console.error(`compiled ${output} (not run: it is for another machine)`);
    return true;
  }
  const path = new URL(`../${output}`, import.meta.url);
  const why = await whyNotWorking(fileURLToPath(path));
  if (why === null) {
    console.error(`compiled ${output}, and ran it`);
    return true;
  }
  await Deno.remove(path);
  console.error(`divvy: what was compiled does not work: ${why}`);
  return false;
}

/** Says why deno compile failed, and what to do where it lacks its stub. */
function explainFailure(text: string, target?: string): void {
  console.error(text.trimEnd());
  if (/denort|download|dl\.deno\.land|error sending request/i.test(text)) {
    console.error(
      `divvy: the runtime stub of Deno ${Deno.version.deno}${target ? ` for ${target}` : ""} ` +
        "can't be had here. Fetch denort for this version and target on a machine that reaches\n" +
        "Deno's site, copy the file here, and run again with DENORT_BIN=path/to/denort.",
    );
  }
}

if (import.meta.main) {
  await Deno.mkdir(new URL("../dist", import.meta.url), { recursive: true });
  const at = Deno.args.indexOf("--target");
  const targets = Deno.args.includes("--all") ? TARGETS : [at < 0 ? undefined : Deno.args[at + 1]];
  let done = true;
  for (const target of targets) done = await compile(target) && done;
  if (!done) Deno.exitCode = 1;
}
