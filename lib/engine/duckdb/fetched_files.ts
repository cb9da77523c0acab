/**
 * Inputs that DuckDB can't read where they are: those on the web or in S3, standard input and pipes are copied into the run's
 * folder, as it reads files, more than once, and so are files that it would read in another way than Divvy. So memory does not
 * grow with them.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { platform } from "../../base/platform/platform.ts";
import type { RunControl } from "../../base/progress.ts";
import { Sha256 } from "../../base/text/sha256.ts";
import { systemReason } from "../../base/platform/system_reason.ts";
import type { Part } from "../../io/bytes/source.ts";
import { openWebFile } from "../../sources/web_source.ts";

/** Bytes between two reports of progress. */
const REPORT_EVERY = 1 << 24;

/** A file here, and what tells it from others of its name. */
export interface LocalFile {
  readonly path: string;
  readonly fingerprint: string;
}

/** Copies inputs into a folder. */
export class FetchedFiles {
  /** What the user called each file, by its path in the folder. */
  readonly #names = new Map<string, string>();

  /** @param folder made when the first file is fetched */
  constructor(readonly folder: string) {}

  /**
   * The file of a part, fetched if it is not here.
   *
   * @throws InputError where the web has no such file, the folder has no room for it, or it is a database
   */
  async localFile(part: Part, control: RunControl): Promise<LocalFile> {
    const { path, name, database } = part;
    // Pipes have paths too, but no size.
    if (path !== null && part.size !== null) {
      const { size, mtime } = await Deno.stat(path);
      return { path, fingerprint: `${path} ${size} ${mtime?.getTime()}` };
    }
    if (database !== undefined) {
      throw new InputError(
        `--engine duckdb reads files, expected one, not the database ${name}: divvy extract writes its rows as files`,
        { file: name, expected: "a file" },
      );
    }
    const own = this.place(name);
    return { path: own, fingerprint: `${name} ${await this.#fetch(part, own, control)}` };
  }

  /** Path for a copy of what the user calls `name`. */
  place(name: string): string {
    const own = `${this.folder}/${this.#names.size}`;
    this.#names.set(own, name);
    return own;
  }

  /** The error for a copy that can't be written. */
  noRoom(name: string, why: string): InputError {
    return new InputError(`${name}: can't be kept in ${this.folder}: ${why}`, { file: name });
  }

  /** A text with the names of fetched files in place of their paths. */
  named(text: string): string {
    return [...this.#names].reduceRight(
      (said, [path, name]) => said.replaceAll(path, () => name),
      text,
    );
  }

  /** Copies the bytes of a part to `path`. Returns their hash. */
  async #fetch(part: Part, path: string, control: RunControl): Promise<string> {
    const { name } = part, phase = `fetch ${name}`, digest = new Sha256();
    control.onProgress?.({ phase });
    const bytes = await bytesOf(part);
    let size = 0, reported = 0;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, out) {
        digest.bytes(chunk);
        size += chunk.length;
        if (size - reported >= REPORT_EVERY) {
          control.onProgress?.({ phase, detail: `${Math.round(size / 1e6)} MB` });
          reported = size;
        }
        out.enqueue(chunk);
      },
    });
    try {
      await Deno.mkdir(this.folder, { recursive: true });
      const file = await Deno.open(path, { write: true, create: true, truncate: true });
      await bytes.pipeThrough(counted).pipeTo(file.writable, { signal: control.signal });
    } catch (error) {
      // Where the file can't be made nobody has begun to read, and the download would go on.
      await bytes.cancel().catch(() => {});
      control.signal?.throwIfAborted();
      if (error instanceof InputError) throw error;
      throw this.noRoom(name, systemReason(error));
    }
    return digest.hex();
  }
}

async function bytesOf({ path, web }: Part): Promise<ReadableStream<Uint8Array>> {
  if (web !== undefined) return (await openWebFile(web)).bytes;
  return path === null ? platform.stdin.readable : (await platform.open(path)).readable;
}
