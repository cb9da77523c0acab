/**
 * Creates folders for outputs.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { platform } from "../../base/platform/platform.ts";
import { isSystemError, systemReason } from "../../base/platform/system_reason.ts";
import { removedOnSignal } from "./atomic_file.ts";

/**
 * Creates a folder, and those above it, if it does not exist; then those `inside` it. Of the folders named, those that were made
 * and are empty in the end are removed when the result is disposed of, or a signal ends the program: where nothing came of the
 * files, no folder is left either.
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
      if (await make(path)) made.push({ path, release: removedOnSignal(path) });
    }
  } catch (error) {
    await removeEmpty();
    throw error;
  }
  return { [Symbol.asyncDispose]: removeEmpty };
}

/** Makes a folder if it is missing; returns whether it was. */
async function make(folder: string): Promise<boolean> {
  try {
    return await madeAnew(folder);
  } catch (error) {
    if (!isSystemError(error) || error instanceof platform.errors.NotCapable) throw error;
    const isFile = await platform.stat(folder).then((info) => info.isFile, () => false);
    const reason = isFile ? "a file has its name" : systemReason(error);
    throw new InputError(`${folder}: can't make the folder: ${reason}`, { file: folder });
  }
}

async function madeAnew(folder: string): Promise<boolean> {
  try {
    await platform.mkdir(folder);
    return true;
  } catch (error) {
    const isNew = error instanceof platform.errors.NotFound;
    if (!isSystemError(error) || error instanceof platform.errors.NotCapable) throw error;
    // It is there, or what is to hold it is not.
    await platform.mkdir(folder, { recursive: true });
    return isNew;
  }
}
