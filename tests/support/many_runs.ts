/**
 * Runs many commands in one process, one after another, each in its folder: for tests of a message and an exit code, where a
 * process for each would cost more than the command. Permissions are those of `divvy` in cli.ts.
 */
import { fileURLToPath } from "node:url";
import { runDivvy } from "../../lib/cli/program.ts";
import { type CliRun, DENIED, TempFolder } from "./cli.ts";

/** A command line and the folder that it runs in. */
export interface ManyRun {
  cwd: string;
  args: readonly string[];
}

/**
 * Runs `divvy` once for each; all folders are below `folder`.
 *
 * @param permissions flags; without them `folder` is the only one that may be written
 */
export async function divvyMany(
  runs: readonly ManyRun[],
  folder: string,
  permissions?: readonly string[],
): Promise<CliRun[]> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const granted = permissions ??
    [...DENIED, `--allow-read=${folder},${root}`, `--allow-write=${folder}`];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...granted, import.meta.url, JSON.stringify(runs)],
    cwd: folder,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  });
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** What a run said, and the files that it wrote: their texts by their names. */
export type FolderRun = CliRun & { written: Record<string, string> };

/** Runs `divvy` once for each, beside these files alone, in a folder of its own that is gone afterwards. */
export async function divvyInFolders(
  runs: readonly { files: Readonly<Record<string, string>>; args: readonly string[] }[],
): Promise<FolderRun[]> {
  await using all = new TempFolder();
  const folders = runs.map(({ files }, i) => {
    const folder = new TempFolder(`${all.path}/${i}`);
    for (const [name, text] of Object.entries(files)) folder.write(name, text);
    return folder;
  });
  const found = await divvyMany(
    runs.map(({ args }, i) => ({ cwd: folders[i].path, args })),
    all.path,
  );
  return found.map((run, i) => {
    const written = folders[i].names().filter((name) => !(name in runs[i].files));
    return {
      ...run,
      written: Object.fromEntries(written.map((name) => [name, folders[i].read(name)])),
    };
  });
}

/** Runs the commands, with what they write kept. */
async function runAll(runs: readonly ManyRun[]): Promise<CliRun[]> {
  const found: CliRun[] = [];
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new TextDecoder();
    Deno[name].writeSync = (bytes) => {
      written[name] += decoder.decode(bytes, { stream: true });
      return bytes.length;
    };
  }
  for (const { cwd, args } of runs) {
    Deno.chdir(cwd);
    Object.assign(written, { stdout: "", stderr: "" });
    found.push({ code: await runDivvy(args), ...written });
  }
  return found;
}

if (import.meta.main) {
  const found = await runAll(JSON.parse(Deno.args[0]));
  await new Blob([JSON.stringify(found)]).stream().pipeTo(Deno.stdout.writable);
  Deno.exit();
}
