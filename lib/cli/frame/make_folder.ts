/**
 * Creates folders for outputs.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";

/**
 * Creates a folder, and those above it, if it does not exist.
 *
 * @throws {InputError} where a file has its name
 */
export async function makeFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true }).catch((error) => {
    throw folderFault(folder, error);
  });
}

/** The error to throw where a folder can't be created: an {@link InputError} if a file has its name, else `error` itself. */
export function folderFault(folder: string, error: unknown): unknown {
  if (!(error instanceof Deno.errors.AlreadyExists)) return error;
  return new InputError(`${folder}: can't make the folder: a file has its name`, { file: folder });
}
