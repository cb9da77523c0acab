/**
 * Makes the `divvy` executable with `deno compile`: `deno task compile` for this machine, `deno task compile:all`
 * for Linux, macOS and Windows, `--target T` for one of them. Files land in dist/.
 *
 * deno compile puts the program behind a runtime stub (denort) that it downloads once from Deno's site. On a machine
 * that can't reach it, name the stub's file in DENORT_BIN; it must be of the same Deno version and target.
 */
import { fileURLToPath } from "node:url";
import { VERSION } from "../lib/base/version.ts";
import { bundleProgram, PROGRAM } from "./bundle_program.ts";

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

/** Arguments of `deno`, run in a folder that has the program's bundle, that compile it to `output`; `more`: files to include. */
export function compileArguments(output: string, more: string[], target?: string): string[] {
  return [
    "compile",
    "--quiet",
    // All that the program needs is in the bundle.
    "--no-check",
    "--no-config",
    "--no-lock",
    "--no-npm",
    ...PERMISSIONS,
    ...more.map((path) => `--include=${path}`),
    ...(target === undefined ? [] : [`--target=${target}`]),
    `--output=${output}`,
    PROGRAM,
  ];
}

/** Name of the executable for a target. */
function outputName(target?: string): string {
  if (target === undefined) return Deno.build.os === "windows" ? "dist/divvy.exe" : "dist/divvy";
  return `dist/divvy-${VERSION}-${target}${target.includes("windows") ? ".exe" : ""}`;
}

/**
 * Why an executable is not what it should be, after running it: its version, a small drop with threads, and HiGHS. Null: it
 * works. A bundle behind a stub of another version, or behind plain Deno, looks like an executable and does not work.
 *
 * @param scratch where its files may lie meanwhile; the system's place for such by default
 */
export async function whyNotWorking(
  executable: string,
  scratch?: string,
): Promise<string | null> {
  const folder = await Deno.makeTempDir({ dir: scratch });
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

/** Compiles the bundle for one target. */
async function compile(bundle: Bundle, target?: string): Promise<boolean> {
  const output = fileURLToPath(new URL(`../${outputName(target)}`, import.meta.url));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: compileArguments(output, bundle.more, target),
    cwd: bundle.folder,
    stdout: "inherit",
    stderr: "piped",
  }).output();
  if (!success) {
    explainFailure(new TextDecoder().decode(stderr), target);
    return false;
  }
  if (target !== undefined && target !== Deno.build.target) {
    console.error(`compiled ${outputName(target)} (not run: it is for another machine)`);
    return true;
  }
  const why = await whyNotWorking(output, bundle.folder);
  if (why === null) {
    console.error(`compiled ${outputName(target)}, and ran it`);
    return true;
  }
  await Deno.remove(output);
  console.error(`divvy: what was compiled does not work: ${why}`);
  return false;
}

/** The program's bundle, in a folder. */
interface Bundle {
  readonly folder: string;
  /** Files that no import leads to. */
  readonly more: string[];
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

/** Compiles for all targets, one after another. @returns whether each of them went well */
async function compileAll(targets: readonly (string | undefined)[]): Promise<boolean> {
  const dist = fileURLToPath(new URL("../dist", import.meta.url));
  await Deno.mkdir(dist, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: dist });
  try {
    const bundle = { folder, more: await bundleProgram(folder) };
    let done = true;
    for (const target of targets) done = await compile(bundle, target) && done;
    return done;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const at = Deno.args.indexOf("--target");
  const targets = Deno.args.includes("--all") ? TARGETS : [at < 0 ? undefined : Deno.args[at + 1]];
  if (!await compileAll(targets)) Deno.exitCode = 1;
}
