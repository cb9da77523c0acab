/**
 * Refuses to overwrite files.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";

/**
 * Checks that none of the files exists: their names are common, so they may be the user's own.
 *
 * @throws {InputError} where one exists
 */
export async function refuseExisting(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const exists = await Deno.lstat(file).then(() => true, () => false);
    if (exists) throw new InputError(`${file}: exists already; --force overwrites it`, { file });
  }
}
