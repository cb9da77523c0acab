/**
 * Folders that outputs go to.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";

/**
 * Makes a folder where there is none.
 *
 * @throws {InputError} where a file has its name
 */
export async function makeFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true }).catch((error) => {
    throw folderFault(folder, error);
  });
}

/** What is said where a folder can't be made as a file has its name; any other error as it is. */
export function folderFault(folder: string, error: unknown): unknown {
  if (!(error instanceof Deno.errors.AlreadyExists)) return error;
  return new InputError(`${folder}: can't make the folder: a file has its name`, { file: folder });
}
