/**
 * The files that a command is about to write, looked at before the work begins: nobody should wait for an hour to
 * hear of a folder that does not exist, or lose an input to a slip of the keyboard.
 *
 * @module
 */
import { InputError, UsageError } from "../../base/errors.ts";

/** Files by the option that names them; options that were not given are undefined. */
export type NamedFiles = Record<string, string | undefined>;

/**
 * Looks at the outputs before anything is read.
 *
 * @throws {InputError} where an output's folder does not exist, or the output is a folder
 * @throws {UsageError} where two options name the same output, an output is an input, or is standard output
 */
export async function checkOutputs(outputs: NamedFiles, inputs: NamedFiles): Promise<void> {
  const taken = new Map<string, string>();
  for (const [option, path] of Object.entries(inputs)) {
    if (path !== undefined) taken.set(await identity(path), option);
  }
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    if (path === "-") {
      throw new UsageError(`${option} is "-", expected a file (only inputs may be -)`);
    }
    const file = await identity(path);
    const other = taken.get(file);
    if (other !== undefined) {
      throw new UsageError(`${option} and ${other} name the same file, ${path}`);
    }
    taken.set(file, option);
    await checkFolder(path);
  }
}

/** The same for all names of a file: `caps.csv`, `./caps.csv`, a link to it. */
async function identity(path: string): Promise<string> {
  try {
    const { dev, ino, isFile } = await Deno.stat(path);
    if (isFile && ino) return `${dev}:${ino}`;
  } catch {
    // Not there, a database, or a pattern; what can't be read is said by whoever reads it.
  }
  return path.replaceAll("\\", "/").replace(/^(\.\/+)+/, "").replace(/\/(\.?\/+)+/g, "/");
}

async function checkFolder(path: string): Promise<void> {
  const because = (why: string) =>
    new InputError(`${path}: can't write it: ${why}`, { file: path });
  if (await isFolder(path) === true) throw because("it is a folder");
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const folder = cut < 0 ? "." : path.slice(0, cut + 1);
  const there = await isFolder(folder);
  if (there === false) throw because(`${path.slice(0, cut)} is no folder`);
  if (there === undefined) throw because("its folder does not exist");
}

/** Whether a path is a folder; undefined where there is nothing. Needs the read permission that writing needs too. */
async function isFolder(path: string): Promise<boolean | undefined> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    const nothing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (nothing) return undefined;
    throw error;
  }
}
