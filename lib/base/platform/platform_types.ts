/**
 * The interface that readers and writers use, whatever runs the program.
 *
 * @module
 */

/** What is known about a file. */
export interface FileInfo {
  /** Whether it is a plain file. */
  readonly isFile: boolean;
  /** Whether it is a folder. */
  readonly isDirectory: boolean;
  /** Whether it is a symbolic link, where that itself was looked at. */
  readonly isSymlink: boolean;
  /** Permission bits; null where there are none. */
  readonly mode: number | null;
  /** Bytes. */
  readonly size: number;
  /** When it was last changed; null where that is not known. */
  readonly mtime: Date | null;
  /** The device that it is on. */
  readonly dev: number;
  /** Its number on the device; null where there is none. */
  readonly ino: number | null;
}

/** An open file. */
export interface PlatformFile {
  /** Fills a part of `into`; the bytes read, or null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** As `read`, at once. */
  readSync(into: Uint8Array): number | null;
  /** Writes a part of `bytes`; returns how many bytes it was. */
  write(bytes: Uint8Array): Promise<number>;
  /** Sets where the next bytes are read. */
  seekSync(offset: number, whence: number): number;
  /** What is known about it. */
  stat(): Promise<FileInfo>;
  /** As `stat`, at once. */
  statSync(): FileInfo;
  /** What is left to read, as a stream that closes the file at its end. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Locks it for this process as long as it is open, or waits to; nothing where the runtime has no locks. */
  lock(exclusive: boolean): Promise<void>;
  /** Locks it unless another process has; true if it did. False where the runtime has no locks. */
  tryLock(exclusive: boolean): Promise<boolean>;
  /** Closes it. */
  close(): void;
}

/** How a file is opened. */
export interface OpenOptions {
  /** For reading; the default where nothing else is asked for. */
  readonly read?: boolean;
  /** For writing. */
  readonly write?: boolean;
  /** Made where it is not there. */
  readonly create?: boolean;
  /** Made; an error where it is there. */
  readonly createNew?: boolean;
  /** Emptied. */
  readonly truncate?: boolean;
  /** Permission bits of a file that is made. */
  readonly mode?: number;
}

/** A class of errors. */
// deno-lint-ignore no-explicit-any
type ErrorClass = abstract new (...args: any[]) => Error;

/** The part of `Deno` that readers and writers use, and what else differs from runtime to runtime. */
export interface Platform {
  /** Classes of the system's errors. */
  readonly errors: Readonly<
    & Record<"NotFound" | "NotADirectory" | "PermissionDenied" | "NotCapable", ErrorClass>
    & Record<string, ErrorClass>
  >;
  /** Where `seekSync` counts from. */
  readonly SeekMode: { readonly Start: number };
  /** Standard input. */
  readonly stdin: { readonly readable: ReadableStream<Uint8Array> };
  /** Standard output. */
  readonly stdout: { write(bytes: Uint8Array): Promise<number> };
  /** Environment variables. */
  readonly env: { get(name: string): string | undefined };
  /** What may be read or written without a question to the user. */
  readonly permissions: {
    querySync(
      descriptor: { name: "env"; variable: string } | {
        name: "read" | "write";
        path: string | URL;
      },
    ): { readonly state: string };
  };
  /** Opens a file, to be read unless the options say otherwise. */
  open(path: string, options?: OpenOptions): Promise<PlatformFile>;
  /** Opens a file to be read. */
  openSync(path: string): PlatformFile;
  /** What is known about what a path leads to. */
  stat(path: string): Promise<FileInfo>;
  /** As `stat`, at once. */
  statSync(path: string): FileInfo;
  /** What is known about the path itself, which may be a link. */
  lstat(path: string): Promise<FileInfo>;
  /** Where a symbolic link leads. */
  readLink(path: string): Promise<string>;
  /** Sets permission bits. */
  chmod(path: string, mode: number): Promise<void>;
  /** The path without symbolic links. */
  realPath(path: string): Promise<string>;
  /** A file's text. */
  readTextFile(path: string): Promise<string>;
  /** Puts a file at another path, in place of what is there. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
  /** Makes a folder. */
  mkdir(path: string, options?: { recursive?: boolean }): Promise<void>;
  /** What is in a folder. */
  readDir(
    path: string,
  ): AsyncIterable<
    { readonly name: string; readonly isFile: boolean; readonly isDirectory: boolean }
  >;
  /** Whether it runs on Windows. */
  readonly isWindows: boolean;
  /** Cores of the machine. */
  cores(): number;
}
