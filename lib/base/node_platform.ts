/**
 * What `platform` asks of Deno, done with Node.js's modules: for Node.js and Bun.
 *
 * @module
 */
import * as fs from "node:fs";
import * as os from "node:os";
import process from "node:process";
import { Readable } from "node:stream";
import type { FileInfo, OpenOptions, Platform, PlatformFile } from "./platform_types.ts";

// The system's errors by the names that Deno has for them.
class NotFound extends Error {}
class NotADirectory extends Error {}
class PermissionDenied extends Error {}
/** Missing permission of the runtime's own, which Node.js and Bun do not have. */
class NotCapable extends Error {}
/** Any other error of the system. */
class Other extends Error {}

const KINDS: Record<string, new (message: string, options: ErrorOptions) => Error> = {
  ENOENT: NotFound,
  ENOTDIR: NotADirectory,
  EACCES: PermissionDenied,
  EPERM: PermissionDenied,
};

/** An error of the system as one of the classes above: "ENOSPC: no space left on device, write" is "No space left on device". */
function asSystemError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !error.message.startsWith(`${code}: `)) return error;
  const what = error.message.slice(code.length + 2).replace(/, \w+(?: '.*'(?: -> '.*')?)?$/s, "");
  const Kind = KINDS[code] ?? Other;
  return new Kind(what.charAt(0).toUpperCase() + what.slice(1), { cause: error });
}

function calling<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asSystemError(error);
  }
}

/** A call of `fs` that takes a callback last, as a promise. */
function asking<T>(call: (done: (error: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) =>
    call((error, value) => error ? reject(asSystemError(error)) : resolve(value as T))
  );
}

/** A file descriptor with a place of its own in the file, where the file can be positioned. */
class NodeFile implements PlatformFile {
  readonly #fd: number;
  /** Where the next bytes are read; null: where the system is, as pipes want it. */
  #at: number | null = null;

  constructor(fd: number) {
    this.#fd = fd;
  }

  async read(into: Uint8Array): Promise<number | null> {
    const read = await asking<number>((done) =>
      fs.read(this.#fd, into, 0, into.length, this.#at, done)
    );
    return this.#moved(read, into);
  }

  readSync(into: Uint8Array): number | null {
    return this.#moved(
      calling(() => fs.readSync(this.#fd, into, 0, into.length, this.#at)),
      into,
    );
  }

  write(bytes: Uint8Array): Promise<number> {
    return asking((done) => fs.write(this.#fd, bytes, 0, bytes.length, null, done));
  }

  seekSync(offset: number, _whence: number): number {
    return this.#at = offset;
  }

  statSync(): FileInfo {
    return infoOf(calling(() => fs.fstatSync(this.#fd)));
  }

  stat(): Promise<FileInfo> {
    return asking<fs.Stats>((done) => fs.fstat(this.#fd, done)).then(infoOf);
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

  #moved(read: number, into: Uint8Array): number | null {
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
      await asking((done) => fs.open(path, flagsOf(options), options?.mode ?? 0o666, done)),
    ),
  openSync: (path) => new NodeFile(calling(() => fs.openSync(path, flagsOf()))),
  stat: (path) => asking<fs.Stats>((done) => fs.stat(path, done)).then(infoOf),
  statSync: (path) => infoOf(calling(() => fs.statSync(path))),
  lstat: (path) => asking<fs.Stats>((done) => fs.lstat(path, done)).then(infoOf),
  readLink: (path) => asking<string>((done) => fs.readlink(path, done)),
  chmod: (path, mode) => asking<void>((done) => fs.chmod(path, mode, done)),
  isWindows: process.platform === "win32",
  realPath: (path) => asking((done) => fs.realpath(path, done)),
  readTextFile: (path) => asking((done) => fs.readFile(path, "utf8", done)),
  rename: (from, to) => asking<void>((done) => fs.rename(from, to, done)),
  remove: (path) => asking<void>((done) => fs.rm(path, done)),
  mkdir: (path, options) => asking<void>((done) => fs.mkdir(path, options ?? {}, (e) => done(e))),
  async *readDir(path) {
    const entries = await asking<fs.Dirent[]>((done) =>
      fs.readdir(path, { withFileTypes: true }, done)
    );
    for (const entry of entries) {
      yield { name: entry.name, isFile: entry.isFile(), isDirectory: entry.isDirectory() };
    }
  },
  cores: () => os.availableParallelism(),
  hasWorkers: false,
};
