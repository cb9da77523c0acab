/**
 * Creates folders for outputs.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { platform } from "../../base/platform/platform.ts";
import { isSystemError, systemReason } from "../../base/platform/system_reason.ts";
import { removedOnSignal } from "./atomic_file.ts";
import { folderOf } from "./output_target.ts";

/**
 * Creates a folder, and those above it, if it does not exist; then those `inside` it. Those that were made and are empty in the
 * end are removed when the result is disposed of, or a signal ends the program: where nothing came of the files, no folder is left
 * either. Folders above that the program may not write to by its permissions are made, but stay.
 *
 * @throws {InputError} where a file has its name, or the system refuses
 */
export async function makeFolder(folder: string, ...inside: string[]): Promise<AsyncDisposable> {
  const made: { path: string; release: () => void }[] = [];
  const removeEmpty = async () => {
    for (const { path, release } of made.reverse()) {
      // Only a folder that is empty can be removed like this.
      await platform.remove(path).catch(() => {});
      release();
    }
  };
  try {
    for (const path of [folder, ...inside]) {
      await make(path, (path) => made.push({ path, release: removedOnSignal(path) }));
    }
  } catch (error) {
    await removeEmpty();
    throw error;
  }
  return { [Symbol.asyncDispose]: removeEmpty };
}

/** Makes a folder if it is missing, and tells of each that was, the outermost first. */
async function make(folder: string, onMade: (path: string) => void): Promise<void> {
  try {
    await makeMissing(folder, onMade);
  } catch (error) {
    if (!isSystemError(error) || error instanceof platform.errors.NotCapable) throw error;
    const isFile = await platform.stat(folder).then((info) => info.isFile, () => false);
    const reason = isFile ? "a file has its name" : systemReason(error);
    throw new InputError(`${folder}: can't make the folder: ${reason}`, { file: folder });
  }
}

async function makeMissing(folder: string, onMade: (path: string) => void): Promise<void> {
  try {
    await platform.mkdir(folder);
  } catch (error) {
    const isMissing = error instanceof platform.errors.NotFound;
    if (!isSystemError(error) || error instanceof platform.errors.NotCapable) throw error;
    const above = folderOf(folder.replace(/[/\\]+$/, "")).replace(/[/\\]+$/, "");
    if (isMissing && above !== "" && mayWrite(above)) await makeMissing(above, onMade);
    await platform.mkdir(folder, { recursive: true });
    // Else it was there.
    if (!isMissing) return;
  }
  onMade(folder);
}

/** Whether the program may write to a path without asking. */
function mayWrite(path: string): boolean {
  return platform.permissions.querySync({ name: "write", path }).state === "granted";
}
