/**
 * Temporary files beside the file to be: hidden, so that no folder or glob reads one as a shard, and locked as long as
 * the process that writes them lives, so that a later run can tell what a dead one has left.
 *
 * @module
 */
import { platform, type PlatformFile } from "../../base/platform.ts";

/** Names of temporary files. */
const NAME = /^\.divvy-[0-9a-f]{12}\.tmp$/;

/** Folders that this process has looked at. */
const swept = new Set<string>();

/** A new temporary file, open for writing and locked. */
export interface TemporaryFile {
  /** Where it lies. */
  readonly path: string;
  /** Its handle; closing it gives up the lock. */
  readonly file: PlatformFile;
}

/**
 * Makes a temporary file in a folder, after taking away what dead processes have left there.
 *
 * @param mode permission bits; null for those that a new file gets
 * @throws the system's error where no file can be made
 */
export async function createTemporary(folder: string, mode: number | null): Promise<TemporaryFile> {
  await removeLeftOver(folder);
  for (;;) {
    const hex = crypto.randomUUID().replaceAll("-", "").slice(0, 12);
    const path = join(folder, `.divvy-${hex}.tmp`);
    const file = await platform.open(path, {
      write: true,
      createNew: true,
      // Nobody who may not read the old file may read the new one while it is written.
      ...(mode !== null && { mode: mode & 0o600 }),
    });
    await lock(file);
    // Between its making and its lock another run may have taken it for one that is left over.
    if (await isThere(path)) return { path, file };
    file.close();
  }
}

/** Removes the temporary files in a folder whose processes have ended; once per folder and process. */
async function removeLeftOver(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  try {
    for await (const { name, isFile } of platform.readDir(folder === "" ? "." : folder)) {
      if (isFile && NAME.test(name)) await removeIfDead(join(folder, name));
    }
  } catch {
    // What may not be looked at, or is being removed by another run, stays: it does no harm.
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

/** Some network file systems have no locks: files are not swept there, since nobody gets one. */
async function lock(file: PlatformFile): Promise<void> {
  await file.lock(true).catch(() => {});
}

async function isThere(path: string): Promise<boolean> {
  try {
    await platform.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof platform.errors.NotFound) return false;
    throw error;
  }
}

function join(folder: string, name: string): string {
  return folder === "" || /[/\\]$/.test(folder) ? `${folder}${name}` : `${folder}/${name}`;
}
