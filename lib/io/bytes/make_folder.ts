/**
 * Creates folders for outputs.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { platform } from "../../base/platform/platform.ts";
import { isSystemError, systemReason } from "../../base/platform/system_reason.ts";

/**
 * Creates a folder, and those above it, if it does not exist.
 *
 * @throws {InputError} where a file has its name, or the system refuses
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await platform.mkdir(folder, { recursive: true });
  } catch (error) {
    if (!isSystemError(error) || error instanceof platform.errors.NotCapable) throw error;
    const isFile = await platform.stat(folder).then((info) => info.isFile, () => false);
    const reason = isFile ? "a file has its name" : systemReason(error);
    throw new InputError(`${folder}: can't make the folder: ${reason}`, { file: folder });
  }
}
