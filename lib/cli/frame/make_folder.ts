/**
 * Creates folders for outputs.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { isSystemError, systemReason } from "../../base/platform/system_reason.ts";

/**
 * Creates a folder, and those above it, if it does not exist.
 *
 * @throws {InputError} where a file has its name, or the system refuses
 */
export async function makeFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true }).catch((error) => {
    throw folderFault(folder, error);
  });
}

/**
 * The error to throw where a folder can't be created: an {@link InputError} with the system's reason; `error` itself where it
 * is no system error, or where Deno's permissions are missing.
 */
export function folderFault(folder: string, error: unknown): unknown {
  if (!isSystemError(error) || error instanceof Deno.errors.NotCapable) return error;
  const reason = error instanceof Deno.errors.AlreadyExists
    ? "a file has its name"
    : systemReason(error);
  return new InputError(`${folder}: can't make the folder: ${reason}`, { file: folder });
}
