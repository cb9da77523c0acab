/**
 * Reads the small text files that options name.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { systemReason } from "../../base/platform/system_reason.ts";
import { decodeText } from "../../io/bytes/decode_text.ts";

/**
 * The text of a file, UTF-8.
 *
 * @throws {InputError} where there is no such file, for `-`, or where it can't be read
 */
export async function readText(path: string): Promise<string> {
  if (path === "-") {
    throw new InputError(
      "-: not read from standard input, expected a file (./- for one of this name)",
      {
        file: path,
        expected: "a file",
      },
    );
  }
  try {
    return decodeText(await Deno.readFile(path), path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (error instanceof Deno.errors.NotFound) {
      throw new InputError(`${path}: no such file`, { file: path });
    }
    if (error instanceof Deno.errors.NotCapable) {
      throw new InputError(`${path}: not allowed to read it (--allow-read)`, { file: path });
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new InputError(`${path}: not allowed to read it`, { file: path });
    }
    const why = error instanceof Deno.errors.IsADirectory
      ? "it is a folder, expected a file"
      : systemReason(error);
    throw new InputError(`${path}: can't read it: ${why}`, { file: path });
  }
}
