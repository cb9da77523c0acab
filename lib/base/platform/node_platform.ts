/**
 * The platform of Node.js and Bun: what `platform` takes from Deno elsewhere, done with Node.js's modules.
 *
 * @module
 */
import * as fs from "node:fs";
import * as os from "node:os";
import process from "node:process";
import { Readable } from "node:stream";
import type { FileInfo, OpenOptions, Platform, PlatformFile } from "./platform_types.ts";

// Classes of system errors, named as Deno's.
class NotFound extends Error {}
class NotADirectory extends Error {}
class PermissionDenied extends Error {}
/** Never thrown here: Deno's error for a missing `--allow-…`. */
class NotCapable extends Error {}
/** Any other system error. */
class Other extends Error {}

const KINDS: Record<string, new (message: string, options: ErrorOptions) => Error> = {
  ENOENT: NotFound,
  ENOTDIR: NotADirectory,
  EACCES: PermissionDenied,
  EPERM: PermissionDenied,
};

/** A system error as one of the classes above; "ENOSPC: no space left on device, write" becomes "No space left on device". */
function asSystemError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !error.message.startsWith(`${code}: `)) return error;
  const what = error.message.slice(code.length + 2).replace(/, \w+(?: '.*'(?: -> '.*')?)?$/s, "");
  const Kind = KINDS[code] ?? Other;
  return new Kind(what.charAt(0).toUpperCase() + what.slice(1), { cause: error });
}

/** Calls a synchronous function of `fs`, its errors as {@link asSystemError} has them. */
function callSync<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asSystemError(error);
  }
}

/** A promise for a function of `fs` that takes a callback last. */
function promised<T>(call: (done: (error: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) =>
    call((error, value) => error ? reject(asSystemError(error)) : resolve(value as T))
  );
}

/** An open file that knows where it reads next, once {@link seekSync} has set that. */
class NodeFile implements PlatformFile {
  readonly #fd: number;
  /** Where the next bytes are read; null: wherever the system stands, since pipes have no positions. */
  #at: number | null = null;

  constructor(fd: number) {
    this.#fd = fd;
  }

  async read(into: Uint8Array): Promise<number | null> {
    const read = await promised<number>((done) =>
      fs.read(this.#fd, into, 0, into.length, this.#at, done)
    );
    return this.#advance(read, into);
  }

  readSync(into: Uint8Array): number | null {
    return this.#advance(
      callSync(() => fs.readSync(this.#fd, into, 0, into.length, this.#at)),
      into,
    );
  }

  write(bytes: Uint8Array): Promise<number> {
    return promised((done) => fs.write(this.#fd, bytes, 0, bytes.length, null, done));
  }

  seekSync(offset: number, _whence: number): number {
    return this.#at = offset;
  }

  statSync(): FileInfo {
    return infoOf(callSync(() => fs.fstatSync(this.#fd)));
  }

  stat(): Promise<FileInfo> {
    return promised<fs.Stats>((done) => fs.fstat(this.#fd, done)).then(infoOf);
  }

  get readable(): ReadableStream<Uint8Array> {
    const start = this.#at ?? undefined;
    return webStream(fs.createReadStream("", { fd: this.#fd, start }));
  }

  // Node.js and Bun have no locks on files.
  lock(_exclusive: boolean): Promise<void> {
    return Promise.resolve();
  }

  tryLock(_exclusive: boolean): Promise<boolean> {
    return Promise.resolve(false);
  }

  close(): void {
    fs.closeSync(this.#fd);
  }

  #advance(read: number, into: Uint8Array): number | null {
    if (this.#at !== null) this.#at += read;
    return read === 0 && into.length > 0 ? null : read;
  }
}

function webStream(stream: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>;
}

function infoOf(stats: fs.Stats): FileInfo {
  return {
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    isSymlink: stats.isSymbolicLink(),
    mode: stats.mode,
    size: stats.size,
    mtime: stats.mtime,
    dev: stats.dev,
    ino: stats.ino,
  };
}

/** The flags of `fs.open` for Deno's options. */
function flagsOf({ read, write, create, createNew, truncate }: OpenOptions = {}): number {
  const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC } = fs.constants;
  if (!write) return O_RDONLY;
  return (read ? O_RDWR : O_WRONLY) | (create || createNew ? O_CREAT : 0) |
    (createNew ? O_EXCL : 0) | (truncate ? O_TRUNC : 0);
}

/** Node.js and Bun. */
export const nodePlatform: Platform = {
  errors: { NotFound, NotADirectory, PermissionDenied, NotCapable, Other },
  SeekMode: { Start: 0 },
  stdin: {
    get readable() {
      return webStream(process.stdin);
    },
  },
  stdout: {
    write: (bytes) =>
      new Promise((resolve, reject) =>
        process.stdout.write(bytes, (error) => error ? reject(error) : resolve(bytes.length))
      ),
  },
  env: { get: (name) => process.env[name] },
  permissions: { querySync: () => ({ state: "granted" }) },
  open: async (path, options) =>
    new NodeFile(
      await promised((done) => fs.open(path, flagsOf(options), options?.mode ?? 0o666, done)),
    ),
  openSync: (path) => new NodeFile(callSync(() => fs.openSync(path, flagsOf()))),
  stat: (path) => promised<fs.Stats>((done) => fs.stat(path, done)).then(infoOf),
  statSync: (path) => infoOf(callSync(() => fs.statSync(path))),
  lstat: (path) => promised<fs.Stats>((done) => fs.lstat(path, done)).then(infoOf),
  readLink: (path) => promised<string>((done) => fs.readlink(path, done)),
  chmod: (path, mode) => promised<void>((done) => fs.chmod(path, mode, done)),
  isWindows: process.platform === "win32",
  realPath: (path) => promised((done) => fs.realpath(path, done)),
  readTextFile: (path) => promised((done) => fs.readFile(path, "utf8", done)),
  rename: (from, to) => promised<void>((done) => fs.rename(from, to, done)),
  remove: (path) => promised<void>((done) => fs.rm(path, done)),
  mkdir: (path, options) => promised<void>((done) => fs.mkdir(path, options ?? {}, (e) => done(e))),
  async *readDir(path) {
    const entries = await promised<fs.Dirent[]>((done) =>
      fs.readdir(path, { withFileTypes: true }, done)
    );
    for (const entry of entries) {
      yield { name: entry.name, isFile: entry.isFile(), isDirectory: entry.isDirectory() };
    }
  },
  cores: () => os.availableParallelism(),
};
