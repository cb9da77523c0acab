/**
 * Files that appear whole or not at all.
 *
 * @module
 */
import { platform, type PlatformFile } from "../../base/platform/platform.ts";
import {
  cannotWrite,
  folderMissing,
  isStandardOutput,
  type OutputTarget,
  outputTarget,
} from "./output_target.ts";
import { systemReason } from "../../base/platform/system_reason.ts";
import { createTemporary, type TemporaryFile } from "./temporary_file.ts";

/** Takes bytes; the array may be used again once the promise is fulfilled. */
export interface ByteSink {
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
}

/** Called with the path of a new temporary file, or of a new folder; returns a function to call when that file is gone. */
export type TemporaryGuard = (path: string) => () => void;

let guard: TemporaryGuard = () => () => {};

/** Sets the guard of temporary files: a program that a signal ends removes those that are left. */
export function guardTemporaries(by: TemporaryGuard): void {
  guard = by;
}

/** From now on a signal that ends the program removes the file, or the folder if it is empty, until the result is called. */
export function removedOnSignal(path: string): () => void {
  return guard(path);
}

/** A file that is written, but still has its temporary name. */
export interface StagedFile {
  /** Renames it to its own name, replacing what was there. Cannot fail halfway. */
  commit(): Promise<void>;
  /** After {@link commit}: removes the file, unless it replaced another. */
  undo(): Promise<void>;
  /** Removes the temporary file. */
  discard(): Promise<void>;
}

/**
 * Writes a file through a temporary one beside it, which takes the file's name when `fill` is done. Whatever happens
 * before (an error, a kill), the file at `path` stays as it was. On an error the temporary file is removed; one that a
 * killed process left is removed by the next process that writes to the folder. A file that is replaced passes on its
 * permission bits. Symbolic links are followed, even to a file that does not exist yet. `-` and `/dev/stdout` are standard
 * output; devices and pipes are written directly. Needs read and write permission for the folder.
 *
 * @throws {InputError} where the file can't be made
 */
export async function writeAtomic(
  path: string,
  fill: (sink: ByteSink) => Promise<void>,
): Promise<void> {
  const staged = await stageFile(path, fill);
  await staged.commit();
}

/**
 * The first half of {@link writeAtomic}, for several files that appear together: all are staged before any is renamed.
 *
 * @throws {InputError} where the file can't be made
 */
export async function stageFile(
  path: string,
  fill: (sink: ByteSink) => Promise<void>,
): Promise<StagedFile> {
  const nothing = () => Promise.resolve();
  if (isStandardOutput(path)) {
    await fill({ write: (bytes) => writeOut(bytes) });
    return { commit: nothing, undo: nothing, discard: nothing };
  }
  const target = await outputTarget(path);
  if (!target.isFile) {
    const file = await explainRefusal(path, () => platform.open(target.path, { write: true }));
    try {
      await fill({ write: (bytes) => writeAll(file, bytes, path) });
    } finally {
      file.close();
    }
    return { commit: nothing, undo: nothing, discard: nothing };
  }
  const temporary = await explainRefusal(path, () => createTemporary(target.folder, target.mode));
  const staged = stagedFile(temporary, target, path);
  try {
    await fill({ write: (bytes) => writeAll(temporary.file, bytes, path) });
    if (target.mode !== null && !platform.isWindows) {
      await explainRefusal(path, () => platform.chmod(temporary.path, target.mode!));
    }
    return staged;
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/**
 * Checks that a file can be made at `path`, by making a temporary one beside it.
 *
 * @throws {InputError} that says why it can't
 */
export async function checkWritable(path: string): Promise<void> {
  if (isStandardOutput(path)) return;
  const target = await outputTarget(path);
  if (!target.isFile) return;
  const temporary = await explainRefusal(path, () => createTemporary(target.folder, target.mode));
  await stagedFile(temporary, target, path).discard();
}

function stagedFile(
  { path: temporary, file }: TemporaryFile,
  target: OutputTarget,
  wanted: string,
): StagedFile {
  const release = removedOnSignal(temporary);
  let open = true;
  const close = () => {
    if (open) file.close();
    open = false;
  };
  const discard = async () => {
    close();
    await platform.remove(temporary).catch(() => {});
    release();
  };
  return {
    discard,
    async commit() {
      // Closing gives up the lock, so it waits until the file has its name; but Windows renames no open file.
      if (platform.isWindows) close();
      try {
        await explainRefusal(wanted, () => platform.rename(temporary, target.path));
      } catch (error) {
        await discard();
        throw error;
      }
      close();
      release();
    },
    async undo() {
      if (target.mode === null) await platform.remove(target.path).catch(() => {});
    },
  };
}

/** {@link writeAtomic} for text that is there already. */
export function writeTextAtomic(path: string, text: string): Promise<void> {
  return writeAtomic(path, (sink) => sink.write(new TextEncoder().encode(text)));
}

/** Calls the file system; where it refuses, the error says what can't be written and why. */
async function explainRefusal<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof platform.errors.NotCapable) throw error;
    if (error instanceof platform.errors.NotFound) {
      throw folderMissing(path);
    }
    if (error instanceof platform.errors.PermissionDenied) throw cannotWrite(path, "not allowed");
    throw cannotWrite(path, systemReason(error));
  }
}

/** Writes to standard output. A reader that ended early (`divvy … | head`) is no error. */
async function writeOut(bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await platform.stdout.write(bytes.subarray(at));
  } catch (error) {
    const isGone = (error as { code?: string }).code === "EPIPE" ||
      error instanceof platform.errors.BrokenPipe;
    if (!isGone) throw cannotWrite("standard output", systemReason(error));
  }
}

async function writeAll(file: PlatformFile, bytes: Uint8Array, wanted: string): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  } catch (error) {
    throw cannotWrite(wanted, systemReason(error));
  }
}
