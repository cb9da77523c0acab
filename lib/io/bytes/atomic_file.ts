/**
 * Files that appear whole or not at all.
 *
 * @module
 */
import { platform, type PlatformFile } from "../../base/platform.ts";
import { InputError } from "../../base/errors.ts";
import { systemReason } from "../../base/system_reason.ts";

/** Takes bytes; the array may be used again once the promise is fulfilled. */
export interface ByteSink {
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
}

/** Told of a temporary file while it is there; what it returns is called when the file is gone. */
export type TemporaryGuard = (path: string) => () => void;

let guard: TemporaryGuard = () => () => {};

/** Has every temporary file from now on guarded, for a program that removes them when it is ended by a signal. */
export function guardTemporaries(by: TemporaryGuard): void {
  guard = by;
}

/**
 * Writes a file through a temporary one beside it, which takes the file's name when `fill` is done. Whatever happens
 * before (an error, a kill), the file at `path` stays as it was; on an error the temporary file is removed. A symbolic link is
 * followed; something that is no file (a device, a pipe) is written directly. Needs read and write permission for the folder.
 *
 * @throws {InputError} where the file can't be made
 */
export async function writeAtomic(
  path: string,
  fill: (sink: ByteSink) => Promise<void>,
): Promise<void> {
  const target = await targetOf(path);
  const temporary = target.isFile ? `${target.path}.${crypto.randomUUID().slice(0, 8)}.tmp` : null;
  const release = temporary === null ? () => {} : guard(temporary);
  try {
    const file = await create(temporary ?? target.path, path);
    try {
      await fill({ write: (bytes) => writeAll(file, bytes, path) });
    } finally {
      file.close();
    }
    if (temporary !== null) await platform.rename(temporary, target.path);
  } catch (error) {
    if (temporary !== null) await platform.remove(temporary).catch(() => {});
    throw error;
  } finally {
    release();
  }
}

/** {@link writeAtomic} for text that is there already. */
export function writeTextAtomic(path: string, text: string): Promise<void> {
  return writeAtomic(path, (sink) => sink.write(new TextEncoder().encode(text)));
}

async function targetOf(path: string): Promise<{ path: string; isFile: boolean }> {
  try {
    const info = await platform.stat(path);
    if (info.isDirectory) throw cannotWrite(path, "it is a folder");
    return { path: info.isFile ? await platform.realPath(path) : path, isFile: info.isFile };
  } catch (error) {
    if (error instanceof platform.errors.NotFound) return { path, isFile: true };
    if (error instanceof platform.errors.NotADirectory) {
      throw cannotWrite(path, "a part of it is no folder");
    }
    throw error;
  }
}

async function create(path: string, wanted: string): Promise<PlatformFile> {
  try {
    return await platform.open(path, { write: true, create: true, truncate: true });
  } catch (error) {
    if (error instanceof platform.errors.NotFound) {
      throw cannotWrite(wanted, "its folder does not exist");
    }
    if (error instanceof platform.errors.PermissionDenied) throw cannotWrite(wanted, "not allowed");
    throw error;
  }
}

function cannotWrite(path: string, why: string): InputError {
  return new InputError(`${path}: can't write it: ${why}`, { file: path });
}

async function writeAll(file: PlatformFile, bytes: Uint8Array, wanted: string): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  } catch (error) {
    throw cannotWrite(wanted, systemReason(error));
  }
}
