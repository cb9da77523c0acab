/**
 * What an input's name stands for: a file, standard input, a folder of shards, a glob, or rows of a database.
 *
 * @module
 */
import { type FileInfo, platform, type PlatformFile } from "../../base/platform.ts";
import { InputError } from "../../base/errors.ts";
import { compareIds } from "../../base/ids.ts";
import { isSourceUrl, parseSourceUrl } from "../../sources/source_url.ts";
import { decodeText } from "./decode_text.ts";
import { type ByteReader, fileReader, readAll, streamReader, withHead } from "./byte_reader.ts";

/** How an input is written; told by its first bytes, not by its name. */
export type Format = "csv" | "gzip" | "zstd" | "parquet";

/** One file of an input. */
export interface Part {
  /** Name for messages. */
  readonly name: string;
  /** Path, or null for standard input and databases. */
  readonly path: string | null;
  /** Address of a database; absent for anything else. */
  readonly database?: string;
  /** Size in bytes, or null where it is not known. */
  readonly size: number | null;
}

/** An opened part. */
export interface OpenPart {
  /** How it is written. */
  readonly format: Format;
  /** Its bytes as they lie in the file, from the first on. */
  readonly raw: ByteReader;
}

/**
 * The files that `source` names, sorted by path: itself, `-` for standard input, every file of a folder (hidden ones
 * passed over), what a glob with `*`, `?` matches, or a database's address (its rows are one part).
 *
 * @throws {InputError} where there is no such file or nothing matches
 */
export async function resolveSource(source: string): Promise<Part[]> {
  if (source === "-") return [{ name: "stdin", path: null, size: null }];
  if (isSourceUrl(source)) {
    const { name } = parseSourceUrl(source);
    return [{ name, path: null, size: null, database: source }];
  }
  const info = await statOrNull(source);
  if (info?.isDirectory) {
    const parts = await partsOf(await filesUnder(source, /^[^._].*$/));
    if (parts.length === 0) {
      throw new InputError(`${source}: the folder has no files`, { file: source });
    }
    return parts;
  }
  if (info !== null) return [{ name: source, path: source, size: info.isFile ? info.size : null }];
  if (!/[*?]/.test(source)) throw new InputError(`${source}: no such file`, { file: source });
  const parts = await partsOf(await matching(source));
  if (parts.length === 0) throw new InputError(`${source}: no file matches`, { file: source });
  return parts;
}

/** Opens a part and looks at its first bytes. */
export async function openPart(part: Part): Promise<OpenPart> {
  const bytes = part.database !== undefined
    ? streamReader((await databaseRows(part.database)).bytes)
    : part.path === null
    ? streamReader(platform.stdin.readable)
    : fileReader(await openFile(part.path));
  try {
    const head = new Uint8Array(4);
    let length = 0;
    while (length < head.length) {
      const read = await bytes.read(head.subarray(length));
      if (read === 0) break;
      length += read;
    }
    return { format: formatOf(head), raw: withHead(head.subarray(0, length), bytes) };
  } catch (error) {
    bytes.close();
    throw error;
  }
}

/** Rows of a database as CSV; what speaks to servers is loaded when first used. */
async function databaseRows(url: string) {
  const { openSource } = await import("../../sources/open_source.ts");
  return await openSource(url);
}

/**
 * The text bytes of an opened part that is not Parquet, decompressed as need be.
 *
 * @throws {InputError} later on, from its `read`, where the compressed data is damaged
 */
export async function decompressed(open: OpenPart, name: string): Promise<ByteReader> {
  if (open.format === "gzip" || open.format === "zstd") {
    const { inflateReader, knowsZstd } = await import("./inflate_reader.ts");
    if (open.format === "zstd" && !knowsZstd()) {
      const where = "Deno, Bun, or Node.js 22.15 or later";
      throw new InputError(`${name}: zstd can be read in ${where} only`, { file: name });
    }
    return named(inflateReader(open.raw, open.format), name, open.format);
  }
  return open.raw;
}

/** All text of an opened part, for small tables. */
export async function readText(open: OpenPart, name: string): Promise<string> {
  const reader = await decompressed(open, name);
  try {
    return decodeText(await readAll(reader), name);
  } finally {
    reader.close();
  }
}

/** Turns a decompressor's own errors into an {@link InputError} that names the file. */
function named(reader: ByteReader, name: string, what: string): ByteReader {
  return {
    async read(into) {
      try {
        return await reader.read(into);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new InputError(`${name}: damaged ${what} data: ${why}`, { file: name });
      }
    },
    close: () => reader.close(),
  };
}

function formatOf(head: Uint8Array): Format {
  const begins = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (begins(0x1f, 0x8b)) return "gzip";
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) return "zstd";
  if (begins(0x50, 0x41, 0x52, 0x31)) return "parquet"; // PAR1
  return "csv";
}

async function statOrNull(path: string): Promise<FileInfo | null> {
  try {
    return await platform.stat(path);
  } catch (error) {
    if (
      error instanceof platform.errors.NotFound || error instanceof platform.errors.NotADirectory
    ) {
      return null;
    }
    throw unreadable(path, error);
  }
}

async function openFile(path: string): Promise<PlatformFile> {
  try {
    return await platform.open(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Error {
  // Deno's own message about a missing --allow-read says what to do; it stays.
  if (error instanceof platform.errors.NotCapable) return error;
  if (error instanceof platform.errors.PermissionDenied) {
    return new InputError(`${path}: not allowed to read it`, { file: path });
  }
  return new InputError(`${path}: ${error instanceof Error ? error.message : error}`, {
    file: path,
  });
}

async function partsOf(paths: string[]): Promise<Part[]> {
  const parts: Part[] = [];
  for (const path of paths.sort(compareIds)) {
    const info = await platform.stat(path);
    if (info.isFile) parts.push({ name: path, path, size: info.size });
  }
  return parts;
}

async function filesUnder(folder: string, name: RegExp): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of platform.readDir(folder)) {
    if (name.test(entry.name)) found.push(`${folder.replace(/[/\\]$/, "")}/${entry.name}`);
  }
  return found;
}

/** Paths that match a glob, segment by segment. */
async function matching(glob: string): Promise<string[]> {
  const segments = glob.split(/[/\\]/);
  let paths = [""];
  for (const [depth, segment] of segments.entries()) {
    const next: string[] = [];
    const isGlob = /[*?]/.test(segment);
    const pattern = isGlob ? globPattern(segment) : null;
    for (const path of paths) {
      if (pattern === null) next.push(depth === 0 ? segment : `${path}/${segment}`);
      else if ((await statOrNull(path === "" && depth > 0 ? "/" : path || "."))?.isDirectory) {
        const found = await filesUnder(path === "" && depth > 0 ? "/" : path || ".", pattern);
        next.push(...(depth === 0 ? found.map((f) => f.slice(2)) : found));
      }
    }
    paths = next;
  }
  const there: string[] = [];
  for (const path of paths) if (await statOrNull(path) !== null) there.push(path);
  return there;
}

function globPattern(segment: string): RegExp {
  const escaped = segment.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const hidden = segment.startsWith(".") ? "" : "(?!\\.)";
  return new RegExp(`^${hidden}${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
