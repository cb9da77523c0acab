/**
 * Which file is made or replaced when something is written to a path.
 *
 * @module
 */
import { platform } from "../../base/platform/platform.ts";
import { InputError } from "../../base/errors.ts";
import { isSourceUrl } from "../../sources/source_url.ts";
import { systemReason } from "../../base/platform/system_reason.ts";

/** What writing to a path makes or replaces. */
export interface OutputTarget {
  /** The file itself, all symbolic links followed; it need not exist yet. */
  readonly path: string;
  /** Its folder, with the separator at its end; "" for the current one. */
  readonly folder: string;
  /** False for devices and pipes, which are written directly. */
  readonly isFile: boolean;
  /** Permission bits of the file that is there; null where there is none. */
  readonly mode: number | null;
}

/** Whether a file's name means standard output. */
export function isStandardOutput(path: string): boolean {
  return path === "-" || path === "/dev/stdout";
}

/** Most links followed, as many as Linux follows. */
const MOST_LINKS = 40;

/**
 * Follows `path` to the file that would be written. Needs read permission for it.
 *
 * @throws {InputError} where nothing can be written there
 */
export async function outputTarget(path: string): Promise<OutputTarget> {
  let file = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    try {
      const stat = await platform.lstat(file);
      if (stat.isSymlink) {
        // A pipe of the shell (/dev/fd/63) is a link to no path.
        if (await isPipeOrDevice(file)) {
          return { path: file, folder: folderOf(file), isFile: false, mode: null };
        }
        const next = await platform.readLink(file);
        file = isAbsolute(next) ? next : `${folderOf(file)}${next}`;
        continue;
      }
      if (stat.isDirectory) throw cannotWrite(path, "it is a folder");
      const mode = stat.isFile && stat.mode !== null ? stat.mode & 0o777 : null;
      return { path: file, folder: folderOf(file), isFile: stat.isFile, mode };
    } catch (error) {
      if (error instanceof InputError || error instanceof platform.errors.NotCapable) throw error;
      if (error instanceof platform.errors.NotFound) {
        return { path: file, folder: folderOf(file), isFile: true, mode: null };
      }
      if (error instanceof platform.errors.NotADirectory) {
        throw cannotWrite(path, "a part of it is no folder");
      }
      throw cannotWrite(path, systemReason(error));
    }
  }
  throw cannotWrite(path, "its symbolic links lead in a circle");
}

/** Whether there is something at the end of a path's links that is neither a file nor a folder. */
async function isPipeOrDevice(path: string): Promise<boolean> {
  try {
    const { isFile, isDirectory } = await platform.stat(path);
    return !isFile && !isDirectory;
  } catch {
    // There is nothing yet, or an error that is reported when its links are followed.
    return false;
  }
}

/** The error for a path that can't be written. */
export function cannotWrite(path: string, why: string): InputError {
  return new InputError(`${path}: can't write it: ${why}`, { file: path });
}

/** The error for a path whose folder does not exist; it may be an address, which some tools write to. */
export function folderMissing(path: string): InputError {
  if (!path.includes("://")) return cannotWrite(path, "its folder does not exist");
  const publish = isSourceUrl(path) ? " (divvy publish puts assignments into a table)" : "";
  return cannotWrite(path, `it is an address, expected a file${publish}`);
}

/** The part of a path before the last name, with its separator; "" for a bare name. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

function isAbsolute(path: string): boolean {
  return /^([/\\]|[a-z]:)/i.test(path);
}
