/**
 * Files that appear whole or not at all.
 *
 * @module
 */
import { platform, type PlatformFile } from "../../base/platform.ts";
import { cannotWrite, isStandardOutput, type OutputTarget, outputTarget } from "./output_target.ts";
import { systemReason } from "../../base/system_reason.ts";
import { createTemporary, type TemporaryFile } from "./temporary_file.ts";

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

/** A file that is written, but does not have its name yet. */
export interface StagedFile {
  /** Gives it its name, whatever had that before. Cannot fail halfway. */
  commit(): Promise<void>;
  /** Takes it away again after {@link commit}, where nothing had its name before. */
  undo(): Promise<void>;
  /** Takes it away. */
  discard(): Promise<void>;
}

/**
 * Writes a file through a temporary one beside it, which takes the file's name when `fill` is done. Whatever happens
 * before (an error, a kill), the file at `path` stays as it was; on an error the temporary file is removed, and one that a
 * killed process left is removed by the next that writes to the folder. A file that is there keeps its permission bits. A
 * symbolic link is followed, to a file yet to be made too; `-` and `/dev/stdout` are standard output; something that is no file (a device, a pipe) is written
 * directly. Needs read and write permission for the folder.
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
 * The first half of {@link writeAtomic}: several files are staged, and then all get their names, or none does.
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
    const file = await refusing(path, () => platform.open(target.path, { write: true }));
    try {
      await fill({ write: (bytes) => writeAll(file, bytes, path) });
    } finally {
      file.close();
    }
    return { commit: nothing, undo: nothing, discard: nothing };
  }
  const temporary = await refusing(path, () => createTemporary(target.folder, target.mode));
  const staged = stagedFile(temporary, target, path);
  try {
    await fill({ write: (bytes) => writeAll(temporary.file, bytes, path) });
    if (target.mode !== null && !platform.isWindows) {
      await refusing(path, () => platform.chmod(temporary.path, target.mode!));
    }
    return staged;
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/**
 * Whether a file can be made at `path`, found out by making a temporary one beside it.
 *
 * @throws {InputError} that says why it can't
 */
export async function checkWritable(path: string): Promise<void> {
  if (isStandardOutput(path)) return;
  const target = await outputTarget(path);
  if (!target.isFile) return;
  const temporary = await refusing(path, () => createTemporary(target.folder, target.mode));
  await stagedFile(temporary, target, path).discard();
}

function stagedFile(
  { path: temporary, file }: TemporaryFile,
  target: OutputTarget,
  wanted: string,
): StagedFile {
  const release = guard(temporary);
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
      // The lock is kept until the file has its name; Windows renames no file that is open.
      if (platform.isWindows) close();
      try {
        await refusing(wanted, () => platform.rename(temporary, target.path));
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

/** Does something to the file system; says what can't be written and why where it refuses. */
async function refusing<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof platform.errors.NotCapable) throw error;
    if (error instanceof platform.errors.NotFound) {
      throw cannotWrite(path, "its folder does not exist");
    }
    if (error instanceof platform.errors.PermissionDenied) throw cannotWrite(path, "not allowed");
    throw cannotWrite(path, systemReason(error));
  }
}

/** Writes to standard output. A reader that has gone away (`divvy … | head`) is no error. */
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
