/**
 * A file held open by one handle for the whole read, and the check that nobody changed it meanwhile.
 *
 * Programs, this one too, replace files by renaming new ones over them, so a path may name another file later on. One handle
 * always reads the same file; whether somebody wrote into it is seen from its size and time of change.
 *
 * @module
 */
import { type FileInfo, platform, type PlatformFile } from "../../base/platform/platform.ts";
import { InputError } from "../../base/errors.ts";
import type { ByteReader } from "./byte_reader.ts";

/** What identifies a state of a file. */
export interface FileIdentity {
  /** Device. */
  readonly dev: number;
  /** Number of the file on its device; null where the system has none. */
  readonly ino: number | null;
  /** Size in bytes. */
  readonly size: number;
  /** Time of the last change, in milliseconds; null where the system has none. */
  readonly mtime: number | null;
}

/** An open file that can be read from any place. */
export class OpenFile {
  /** Its path. */
  readonly path: string;
  /** Its name for messages. */
  readonly name: string;
  /** Its state when it was opened. */
  readonly identity: FileIdentity;
  readonly #file: PlatformFile;
  /** Where the handle reads next. */
  #cursor = 0;
  #isOpen = true;

  /** An open file; `name` is for messages. The handle is closed by {@link close}. */
  constructor(file: PlatformFile, path: string, name: string) {
    this.path = path;
    this.name = name;
    this.#file = file;
    this.identity = identityOf(file.statSync());
  }

  /** Opens the file at `path`; null where its state is not `identity`. */
  static openSame(path: string, name: string, identity: FileIdentity): OpenFile | null {
    const opened = new OpenFile(platform.openSync(path), path, name);
    if (isSame(opened.identity, identity)) return opened;
    opened.close();
    return null;
  }

  /** Size in bytes. */
  get size(): number {
    return this.identity.size;
  }

  /** Fills `into` with the bytes from `at` on; returns how many there are, fewer only at the file's end. */
  readAt(into: Uint8Array, at: number): number {
    this.#seek(at);
    let length = 0;
    while (length < into.length) {
      const read = this.#file.readSync(into.subarray(length));
      if (read === null) break;
      length += read;
    }
    this.#cursor = at + length;
    return length;
  }

  /** The bytes `[from, to)`; shorter at the file's end. */
  slice(from: number, to: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, Math.min(to, this.size) - from));
    return bytes.subarray(0, this.readAt(bytes, from));
  }

  /** A reader of `[from, to)`; the file stays open when it is closed. */
  reader(from = 0, to = Infinity): ByteReader {
    let at = from;
    return {
      read: async (into) => {
        const room = to - at < into.length ? into.subarray(0, to - at) : into;
        if (room.length === 0) return 0;
        this.#seek(at);
        const read = (await this.#file.read(room)) ?? 0;
        this.#cursor = at += read;
        return read;
      },
      close: () => {},
    };
  }

  /**
   * Checks that the path still names this file and that nobody wrote to it since it was opened.
   *
   * @throws {InputError} where the file was replaced or written to
   */
  checkUnchanged(): void {
    if (isSame(identityOf(this.#file.statSync()), this.identity) && this.#isAtPath()) return;
    throw new InputError(`${this.name}: changed while it was read`, { file: this.name });
  }

  /** Closes the handle; may be called twice. */
  close(): void {
    if (this.#isOpen) this.#file.close();
    this.#isOpen = false;
  }

  #isAtPath(): boolean {
    try {
      return isSame(identityOf(platform.statSync(this.path)), this.identity);
    } catch (error) {
      if (error instanceof platform.errors.NotFound) return false;
      throw error;
    }
  }

  #seek(at: number): void {
    if (this.#cursor !== at) this.#file.seekSync(at, platform.SeekMode.Start);
    this.#cursor = at;
  }
}

function identityOf({ dev, ino, size, mtime }: FileInfo): FileIdentity {
  return { dev, ino, size, mtime: mtime?.getTime() ?? null };
}

function isSame(a: FileIdentity, b: FileIdentity): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtime === b.mtime;
}
