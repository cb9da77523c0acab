/**
 * The files that a folder or a glob means.
 *
 * @module
 */
import { type FileInfo, platform } from "../../base/platform/platform.ts";
import { InputError } from "../../base/errors.ts";
import { pathIn } from "../../base/text/path_in.ts";

/** Names of files and folders that are read: not hidden, and not a writer's own, which begin with an underscore. */
const SHOWN = /^[^._].*$/;

/** Paths of all files below a folder. A link back to a folder on the way there is not followed. */
export async function filesBelow(
  folder: string,
  seen: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const found: string[] = [];
  if (await statOrNull(pathIn(folder, "_delta_log")) !== null) {
    throw new InputError(
      `${folder}: a Delta table can't be read (its log says which files count); give its current files`,
      { file: folder },
    );
  }
  const within = new Set([...seen, await platform.realPath(folder)]);
  for (const path of await entriesOf(folder, SHOWN)) {
    if (!(await statOrNull(path))?.isDirectory) found.push(path);
    else if (!within.has(await platform.realPath(path))) {
      for (const file of await filesBelow(path, within)) found.push(file);
    }
  }
  return found;
}

/** Paths of the entries of a folder (not of those below) whose names match. */
async function entriesOf(folder: string, name: RegExp): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of platform.readDir(folder)) {
    if (name.test(entry.name)) found.push(pathIn(folder, entry.name));
  }
  return found;
}

/** The segments of a glob; a last `**` means every file below, as `**` followed by `*`. */
export function globSegments(glob: string): string[] {
  const segments = glob.split(/[/\\]/);
  return segments.at(-1) === "**" ? [...segments, "*"] : segments;
}

/** Paths that match a glob, segment by segment: `*` and `?` within a name, `**` for any number of folders. */
export async function globMatches(glob: string): Promise<string[]> {
  let paths = ["."];
  for (const [depth, segment] of globSegments(glob).entries()) {
    const pattern = /[*?]/.test(segment) ? globPattern(segment) : null;
    const next: string[] = [];
    for (const path of paths) {
      if (segment === "**") next.push(...await foldersBelow(path));
      else if (pattern === null) next.push(depth === 0 ? segment || "/" : pathIn(path, segment));
      else if ((await statOrNull(path))?.isDirectory) {
        for (const found of await entriesOf(path, pattern)) next.push(found);
      }
    }
    paths = next;
  }
  const existing: string[] = [];
  // A link that leads nowhere matches too, so that it is missed by name.
  for (const path of paths) if (await statOrNull(path, "lstat") !== null) existing.push(path);
  return existing;
}

/** A folder and all folders below it, as `**` matches them; links to folders are not followed. */
async function foldersBelow(folder: string): Promise<string[]> {
  if (!(await statOrNull(folder))?.isDirectory) return [];
  const found = [folder];
  for (const below of await entriesOf(folder, SHOWN)) {
    if (!(await platform.lstat(below)).isSymlink) found.push(...await foldersBelow(below));
  }
  return found;
}

function globPattern(segment: string): RegExp {
  const escaped = segment.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const hidden = segment.startsWith(".") ? "" : "(?!\\.)";
  return new RegExp(`^${hidden}${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

/**
 * What stands at a path; null where nothing does.
 *
 * @param how whether what a link leads to counts, or the link itself
 * @throws {InputError} where it can't be looked at
 */
export async function statOrNull(
  path: string,
  how: "stat" | "lstat" = "stat",
): Promise<FileInfo | null> {
  try {
    return await platform[how](path);
  } catch (error) {
    if (
      error instanceof platform.errors.NotFound || error instanceof platform.errors.NotADirectory
    ) {
      return null;
    }
    throw unreadable(path, error);
  }
}

/** The error for a path that can't be read, of the reason that the system gives. */
export function unreadable(path: string, error: unknown): Error {
  // Deno's own message about a missing --allow-read says what to do; it stays.
  if (error instanceof platform.errors.NotCapable) return error;
  if (error instanceof platform.errors.PermissionDenied) {
    return new InputError(`${path}: not allowed to read it`, { file: path });
  }
  return new InputError(`${path}: ${error instanceof Error ? error.message : error}`, {
    file: path,
  });
}
