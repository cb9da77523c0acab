/**
 * Runs many commands in one process, one after another, each in its folder: for tests of a message and an exit code, where a
 * process for each would cost more than the command. Permissions are those of `divvy` in cli.ts.
 */
import { assert } from "../../lib/deps/std_assert.ts";
import { type CliRun, permissionsIn, TempFolder } from "./cli.ts";
import { type FolderCommand, Runner } from "./runner.ts";

/**
 * Runs `divvy` once for each; all folders are below `folder`.
 *
 * @param permissions flags; without them `folder` is the only one that may be written
 */
export async function divvyMany(
  commands: readonly FolderCommand[],
  folder: string,
  permissions = permissionsIn(folder),
): Promise<CliRun[]> {
  const found: CliRun[] = [];
  const runner = new Runner(permissions);
  for (const command of commands) {
    const run = await runner.run(command);
    assert(run !== null, `the process ended: ${command.args.join(" ")}`);
    found.push(run);
  }
  await runner.close();
  return found;
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
