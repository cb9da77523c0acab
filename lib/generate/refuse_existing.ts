/**
 * Files that are there are not written over.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";

/**
 * Looks for files: somebody's own may have these names, which are common ones.
 *
 * @throws {InputError} where one is there
 */
export async function refuseExisting(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const there = await Deno.lstat(file).then(() => true, () => false);
    if (there) {
      throw new InputError(`${file}: there already; --force writes over it`, { file });
    }
  }
}
