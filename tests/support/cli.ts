/** Runs the command line as a user would: without any permission that it does not need. */
import { fileURLToPath } from "node:url";
import { assertEquals } from "../../lib/deps/std_assert.ts";
import { type CliRun, Runner } from "./runner.ts";
import { namesIn, TESTS_FOLDER } from "./temp_folder.ts";

export type { CliRun } from "./runner.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** How the command line is run. */
export interface CliOptions {
  /** Folder to run in; also the one that it may read and write. */
  cwd: string;
  /** Permission flags. @default read and write in `cwd` and read in the repository, everything else denied */
  permissions?: string[];
  /** Whether it may read any file: HiGHS reads its own. @default false */
  readsAll?: boolean;
  /** Environment beside NO_COLOR. */
  env?: Record<string, string>;
  /** Text on standard input. */
  stdin?: string;
}

/** No network, environment, subprocess, foreign function or system information. */
export const DENIED = [
  "--no-prompt",
  "--deny-net",
  "--deny-env",
  "--deny-run",
  "--deny-ffi",
  "--deny-sys",
];

/** The permissions to read and write a folder, and to read the repository, or all files. */
export function permissionsIn(folder: string, readsAll = false): string[] {
  const read = readsAll ? "--allow-read" : `--allow-read=${folder},${ROOT}`;
  return [...DENIED, read, `--allow-write=${folder}`];
}

/** Arguments for `deno` that run the command line. */
export function denoArgs(
  args: readonly string[],
  { cwd, readsAll, permissions = permissionsIn(cwd, readsAll) }: CliOptions,
): string[] {
  return ["run", "--quiet", ...permissions, `${ROOT}cli.ts`, ...args];
}

const inTestsFolder = new Runner(permissionsIn(TESTS_FOLDER)),
  readingAll = new Runner(permissionsIn(TESTS_FOLDER, true)),
  withAll = new Runner(["--allow-all"]);

/** Who runs a command line in place of a process of its own; null: it has permissions, an environment or input of its own. */
function runnerOf(
  args: readonly string[],
  { cwd, permissions, readsAll, env, stdin }: CliOptions,
) {
  if (env !== undefined || stdin !== undefined || args.includes("-")) return null;
  if (permissions?.join() === "--allow-all") return withAll;
  if (permissions !== undefined || !cwd.startsWith(`${TESTS_FOLDER}/`)) return null;
  return readsAll ? readingAll : inTestsFolder;
}

/**
 * Runs `divvy` with the arguments given and waits for it: in a process of its own where it needs one, else in one that runs one
 * command line after another. There it may write the folders of this file's other tests, too.
 */
export async function divvy(args: readonly string[], options: CliOptions): Promise<CliRun> {
  const run = await runnerOf(args, options)?.run({ cwd: options.cwd, args });
  return run ?? await divvyAlone(args, options);
}

/** Runs `divvy` with the arguments given in a process of its own. */
export async function divvyAlone(args: readonly string[], options: CliOptions): Promise<CliRun> {
  const child = new Deno.Command(Deno.execPath(), {
    args: denoArgs(args, options),
    cwd: options.cwd,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...options.env },
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (options.stdin !== undefined) {
    // A command that is done before it has read all may have gone away.
    await new Blob([options.stdin]).stream().pipeTo(child.stdin).catch(() => {});
  }
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** What `divvy` says on standard error to arguments that it refuses with exit code 1. */
export async function refusal(args: readonly string[], options: CliOptions): Promise<string> {
  const { code, stderr } = await divvy(args, options);
  assertEquals(code, 1);
  return stderr;
}

/** A folder that is gone when the test is over. */
export class TempFolder implements AsyncDisposable {
  /** @param path where, if it is to be made at a place of its own */
  constructor(readonly path: string = Deno.makeTempDirSync({ dir: TESTS_FOLDER })) {
    Deno.mkdirSync(path, { recursive: true });
  }

  /** Writes a file and returns its name in the folder. */
  write(name: string, text: string | Uint8Array): string {
    const data = typeof text === "string" ? new TextEncoder().encode(text) : text;
    Deno.writeFileSync(`${this.path}/${name}`, data);
    return name;
  }

  /** Writes files by their names. */
  writeAll(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** Text of a file in the folder. */
  read(name: string): string {
    return Deno.readTextFileSync(`${this.path}/${name}`);
  }

  /** Names in the folder, sorted. */
  names(): string[] {
    return namesIn(this.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** The four inputs of a drop, as text. */
export interface DropTexts {
  "caps.csv": string;
  "elig.csv": string;
  "user_groups.csv": string;
  "group_ratios.csv": string;
}

/** Four users, two groups, a sponsored and two unsponsored contracts. */
export const SMALL_DROP: DropTexts = {
  "caps.csv": "contract_address,cap_face,is_sponsored\ns1,2,true\nt1,3,false\nt2,2,false\n",
  "elig.csv": "user_id,contract_address,score\n" +
    "ann,s1,0.9\nann,t1,0.4\nbob,s1,0.8\nbob,t1,0.3\nbob,t2,0.2\n" +
    "cy,t1,0.7\ncy,t2,0.6\ndee,s1,0.5\ndee,t2,0.1\n",
  "user_groups.csv": "user_id,group_id\nann,g1\nbob,g1\ncy,g2\ndee,g2\n",
  "group_ratios.csv": "group_id,sponsorship_ratio\ng1,0.5\ng2,0.5\n",
};

/** The options that name the four inputs in the folder they are in. */
export const INPUTS = [
  "--caps",
  "caps.csv",
  "--elig",
  "elig.csv",
  "--user-groups",
  "user_groups.csv",
  "--group-ratios",
  "group_ratios.csv",
];

/** Writes a drop into a folder; what is `null` is left out. */
export function writeDrop(
  folder: TempFolder,
  changes: Partial<Record<keyof DropTexts, string | Uint8Array | null>> = {},
): void {
  for (const [name, text] of Object.entries({ ...SMALL_DROP, ...changes })) {
    if (text !== null) folder.write(name, text);
  }
}
