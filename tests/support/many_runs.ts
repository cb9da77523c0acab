/** Runs many commands, one after another, each in its folder. */
import { type CliRun, divvy, TempFolder } from "./cli.ts";
import type { FolderCommand } from "./runner.ts";

/**
 * Runs `divvy` once for each.
 *
 * @param permissions flags; without them those of `divvy`
 */
export async function divvyMany(
  commands: readonly FolderCommand[],
  permissions?: string[],
): Promise<CliRun[]> {
  const found: CliRun[] = [];
  for (const { cwd, args } of commands) found.push(await divvy(args, { cwd, permissions }));
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
    folder.writeAll(files);
    return folder;
  });
  const found = await divvyMany(
    runs.map(({ args }, i) => ({ cwd: folders[i].path, args })),
  );
  return found.map((run, i) => {
    const written = folders[i].names().filter((name) => !(name in runs[i].files));
    return {
      ...run,
      written: Object.fromEntries(written.map((name) => [name, folders[i].read(name)])),
    };
  });
}
