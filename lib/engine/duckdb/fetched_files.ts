/**
 * Inputs that are no files here: those on the web or in S3, and standard input, are copied into the run's folder, as DuckDB reads
 * files. So memory does not grow with them.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { platform } from "../../base/platform.ts";
import type { RunControl } from "../../base/progress.ts";
import { systemReason } from "../../base/system_reason.ts";
import type { Part } from "../../io/bytes/source.ts";
import { openWebFile } from "../../sources/web_source.ts";

/** Bytes between two reports of progress. */
const REPORT_EVERY = 1 << 24;

/** A file here, and what tells it from its other states. */
export interface LocalFile {
  readonly path: string;
  readonly fingerprint: string;
}

/** Copies inputs into a folder, each once. */
export class FetchedFiles {
  /** What the user called each file, by its path in the folder. */
  readonly names = new Map<string, string>();

  /** @param folder made when the first file is fetched */
  constructor(readonly folder: string) {}

  /**
   * The file of a part, fetched if it is not here.
   *
   * @throws InputError where the web has no such file, the folder has no room for it, or it is a database
   */
  async localFile(part: Part, control: RunControl): Promise<LocalFile> {
    const { path, name } = part;
    if (path !== null) return { path, fingerprint: await stateOnDisk(path, path) };
    if (part.database !== undefined) {
      throw new InputError(
        `--engine duckdb reads files, expected one, not the database ${name}: divvy extract writes its rows as files`,
        { file: name, expected: "a file" },
      );
    }
    const own = `${this.folder}/${this.names.size}`;
    this.names.set(own, name);
    const state = await this.#fetch(part, own, control);
    // Where nothing tells its states apart, a file fetched again is another one.
    return { path: own, fingerprint: state === "" ? await stateOnDisk(own, name) : state };
  }

  /** Copies the bytes of a part to `path`. Returns what tells the file from its other states; "": nothing does. */
  async #fetch({ name, web }: Part, path: string, control: RunControl): Promise<string> {
    const opened = web === undefined ? null : await openWebFile(web);
    const bytes = opened?.bytes ?? platform.stdin.readable;
    let size = 0;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, out) {
        if (Math.floor((size + chunk.length) / REPORT_EVERY) > Math.floor(size / REPORT_EVERY)) {
          control.onProgress?.({ phase: `fetch ${name}`, detail: `${Math.round(size / 1e6)} MB` });
        }
        size += chunk.length;
        out.enqueue(chunk);
      },
    });
    control.onProgress?.({ phase: `fetch ${name}` });
    try {
      await Deno.mkdir(this.folder, { recursive: true });
      const file = await Deno.open(path, { write: true, create: true, truncate: true });
      await bytes.pipeThrough(counted).pipeTo(file.writable, { signal: control.signal });
    } catch (error) {
      control.signal?.throwIfAborted();
      if (error instanceof InputError) throw error;
      throw new InputError(`${name}: can't be kept in ${this.folder}: ${systemReason(error)}`, {
        file: name,
      });
    }
    return opened === null || opened.state === "" ? "" : `${name} ${size} ${opened.state}`;
  }

  /** A text with the names of fetched files in place of their paths. */
  named(text: string): string {
    return [...this.names].reduceRight((said, [path, name]) => said.replaceAll(path, name), text);
  }
}

/** What a file's system knows of its state. */
async function stateOnDisk(path: string, name: string): Promise<string> {
  const { size, mtime } = await Deno.stat(path);
  return `${name} ${size} ${mtime?.getTime()}`;
}
