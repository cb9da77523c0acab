/**
 * Temporary files beside the file to be written. They are hidden, so that no folder or glob takes one for a shard, and locked
 * while the process that writes them lives, so that a later run can tell those that a dead process left.
 *
 * @module
 */
import { platform, type PlatformFile } from "../../base/platform/platform.ts";
import { pathIn } from "../../base/text/path_in.ts";

/** Names of temporary files. */
const NAME = /^\.divvy-[0-9a-f]{12}\.tmp$/;

/** Folders that this process has already cleared of dead processes' files. */
const swept = new Set<string>();

/** A new temporary file, open for writing and locked. */
export interface TemporaryFile {
  /** Where it lies. */
  readonly path: string;
  /** Its handle; closing it gives up the lock. */
  readonly file: PlatformFile;
}

/**
 * Makes a temporary file in a folder, after removing those that dead processes left there.
 *
 * @param mode permission bits; null for those that a new file gets
 * @throws the system's error where no file can be made
 */
export async function createTemporary(folder: string, mode: number | null): Promise<TemporaryFile> {
  await removeLeftOver(folder);
  for (;;) {
    const hex = crypto.randomUUID().replaceAll("-", "").slice(0, 12);
    const path = pathIn(folder, `.divvy-${hex}.tmp`);
    const file = await platform.open(path, {
      write: true,
      createNew: true,
      // Nobody who may not read the old file may read the new one while it is written.
      ...(mode !== null && { mode: mode & 0o600 }),
    });
    await lock(file);
    // Before it was locked, another run may have removed it as a dead process's file.
    if (await exists(path)) return { path, file };
    file.close();
  }
}

/** Removes the temporary files in a folder whose processes have ended; once per folder and process. */
async function removeLeftOver(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  try {
    for await (const { name, isFile } of platform.readDir(folder === "" ? "." : folder)) {
      if (isFile && NAME.test(name)) await removeIfDead(pathIn(folder, name));
    }
  } catch {
    // A folder that may not be read, or a file that another run is removing: leaving it does no harm.
  }
}

async function removeIfDead(path: string): Promise<void> {
  const file = await platform.open(path, { read: true, write: true });
  try {
    if (await file.tryLock(true)) await platform.remove(path);
  } finally {
    file.close();
  }
}

/** Locks a file. Some network file systems have no locks; there no run can lock a file, so none removes any. */
async function lock(file: PlatformFile): Promise<void> {
  await file.lock(true).catch(() => {});
}

async function exists(path: string): Promise<boolean> {
  try {
    await platform.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof platform.errors.NotFound) return false;
    throw error;
  }
}
