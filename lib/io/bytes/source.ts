/**
 * What an input's name means: a file, standard input, a folder of shards, a glob, or rows of a database.
 *
 * @module
 */
import { type FileInfo, platform, type PlatformFile } from "../../base/platform/platform.ts";
import { InputError, UsageError } from "../../base/errors.ts";
import { compareIds } from "../../base/ids/ids.ts";
import { isSourceUrl, parseSourceUrl, shownName } from "../../sources/source_url.ts";
import { openWebFile, type RangeReader } from "../../sources/web_source.ts";
import { isWebUrl, webName } from "../../sources/web_url.ts";
import {
  type ByteReader,
  randomBytes,
  readAll,
  readHead,
  streamReader,
  withHead,
} from "./byte_reader.ts";
import { filesBelow, globMatches, statOrNull, unreadable } from "./file_paths.ts";
import { checkInner, type Format, formatOf, HEAD_BYTES } from "./format.ts";
import { OpenFile } from "./open_file.ts";
import { type Partition, partitionsOf } from "./partitions.ts";
import { DEFAULT_LIMITS, type ReadLimits, tableTooLarge } from "./read_limits.ts";

/** One file of an input. */
export interface Part {
  /** Name for messages. */
  readonly name: string;
  /** Path, or null for standard input and databases. */
  readonly path: string | null;
  /** Address of a database; absent for anything else. */
  readonly database?: string;
  /** Address on the web; absent for anything else. */
  readonly web?: string;
  /** Size in bytes, or null where it is not known. */
  readonly size: number | null;
  /** Sheet of the workbook that the user named; absent: the sheet is chosen by its columns. */
  readonly sheet?: string;
  /** Columns that its path gives; absent where there are none. */
  readonly partitions?: readonly Partition[];
}

/** An opened part. */
export interface OpenPart {
  /** Its format. */
  readonly format: Format;
  /** Its bytes as stored, from the first on. */
  readonly raw: ByteReader;
  /** The file, which can be read at any place; null for a pipe, standard input, the web or a database. */
  readonly file: OpenFile | null;
  /** A Parquet file on a web server that answers requests for ranges of bytes; null or absent for anything else. */
  readonly remote?: RangeReader | null;
}

/** What messages call a source: its name, of an address without the password. */
export function nameOfSource(source: string): string {
  return source === "-" ? "stdin" : shownName(source);
}

/**
 * The files that `source` names, sorted by path. It may be a file, a sheet of a workbook (`book.xlsx#caps`), a file on the
 * web, `-` for standard input, a folder (every file in it and in its folders, except hidden ones), a glob with `*`, `?` or
 * `**`, or a database's address (its rows are one part).
 *
 * @throws {InputError} where there is no such file or nothing matches
 */
export async function resolveSource(source: string): Promise<Part[]> {
  if (source === "-") return [{ name: nameOfSource(source), path: null, size: null }];
  if (isSourceUrl(source)) {
    const { name } = parseSourceUrl(source);
    return [{ name, path: null, size: null, database: source }];
  }
  if (isWebUrl(source)) {
    return [{ name: webName(source), path: null, size: null, web: source }];
  }
  const stat = await statOrNull(source);
  if (stat?.isDirectory) {
    const parts = await partsOf(await filesBelow(source));
    if (parts.length === 0) {
      throw new InputError(`${source}: the folder has no files`, { file: source });
    }
    return parts;
  }
  if (stat !== null) return [partOf(source, stat)];
  const [, book, sheet] = /^(.+\.xls[xm])#(.+)$/i.exec(source) ?? [];
  const bookStat = book === undefined ? null : await statOrNull(book);
  if (bookStat !== null) return [{ ...partOf(book, bookStat), sheet }];
  refuseUnknownAddress(source);
  if (!/[*?]/.test(source)) throw new InputError(`${source}: no such file`, { file: source });
  const parts = await partsOf(await globMatches(source));
  if (parts.length === 0) throw new InputError(`${source}: no file matches`, { file: source });
  return parts;
}

/**
 * Checks that the files that a source names are there and may be read, so that nobody waits for other inputs only to hear that
 * one is missing. Nothing is read of them; databases and the web are asked only when they are read.
 *
 * @throws {InputError} as reading it would
 */
export async function checkReadable(source: string): Promise<void> {
  for (const { path, size } of await resolveSource(source)) {
    // What has no size is a pipe, which gives what is in it once.
    if (path !== null && size !== null) (await openFile(path)).close();
  }
}

/** An address of a kind that is not read, or with a slash too few, is no file that is missing. */
function refuseUnknownAddress(source: string): void {
  const short = /^(postgres|postgresql|clickhouse|sqlite|duckdb|https?|s3):\/?(?!\/)/i.exec(source);
  if (short !== null) {
    // What follows may hold a password, and is not known to be an address by its ://.
    throw new InputError(
      `${short[0]}…: no such file; an address begins with ${short[1].toLowerCase()}://`,
      { expected: "a file or an address" },
    );
  }
  const [address, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(source) ?? [];
  if (scheme === undefined) return;
  const expected = scheme.toLowerCase() === "file"
    ? "the file's path"
    : "a file, or an address of https://, s3://, postgres://, clickhouse://, sqlite:// or duckdb://";
  throw new InputError(`${source}: ${address} is not read, expected ${expected}`, {
    file: source,
  });
}

function partOf(path: string, stat: FileInfo): Part {
  const partitions = partitionsOf(path);
  return {
    name: path,
    path,
    size: stat.isFile ? stat.size : null,
    ...(partitions.length > 0 ? { partitions } : {}),
  };
}

/** The stream of standard input, which is there once. @throws {UsageError} where another input has it */
function standardInput(): ReadableStream<Uint8Array> {
  const { readable } = platform.stdin;
  if (readable.locked) throw standardInputTwice();
  return readable;
}

/** The error where two inputs are standard input. */
export function standardInputTwice(): UsageError {
  return new UsageError("only one input can be - (standard input)");
}

/**
 * Opens a part and looks at its first bytes.
 *
 * @throws {InputError} where it can't be opened, or is written in a way that can't be read
 */
async function openPart(part: Part): Promise<OpenPart> {
  const file = part.path === null ? null : await openFile(part.path);
  const isFile = file?.statSync().isFile === true;
  const opened = isFile ? new OpenFile(file!, part.path!, part.name) : null;
  const web = part.web === undefined ? null : await openWebFile(part.web);
  const bytes = opened !== null
    ? opened.reader()
    : file !== null
    ? streamReader(file.readable)
    : part.web !== undefined
    ? streamReader(web!.bytes)
    : part.database !== undefined
    ? streamReader((await databaseRows(part.database)).bytes)
    : streamReader(standardInput());
  try {
    const head = await readHead(bytes, HEAD_BYTES);
    const format = formatOf(head, part.name);
    const remote = format === "parquet" ? web?.ranges ?? null : null;
    // What is needed of the file comes by requests for ranges, so the download of the whole can end.
    if (remote !== null) bytes.close();
    return { format, raw: withHead(head, bytes), file: opened, remote };
  } catch (error) {
    bytes.close();
    opened?.close();
    throw error;
  }
}

/**
 * Opens a part, calls `read` and closes the part.
 *
 * @throws {InputError} where the file was replaced or written to meanwhile; this error goes before any that `read` throws
 */
export async function withPart<T>(
  part: Part,
  read: (open: OpenPart) => T | Promise<T>,
): Promise<T> {
  const open = await openPart(part);
  try {
    try {
      return await read(open);
    } finally {
      open.file?.checkUnchanged();
    }
  } finally {
    open.raw.close();
    open.file?.close();
  }
}

/** Rows of a database as CSV; the client's code is loaded when first used. */
async function databaseRows(url: string) {
  const { openSource } = await import("../../sources/open_source.ts");
  return await openSource(url);
}

/**
 * A reader of the text of an opened part that is not Parquet, decompressed where it is compressed.
 *
 * @throws {InputError} at once or from the reader's `read`, where the compressed data is damaged or too large
 */
export async function decompressed(
  open: OpenPart,
  { name }: Part,
  limits: ReadLimits,
): Promise<ByteReader> {
  if (open.format === "zip") {
    const { zipMember } = await import("./zip_member.ts");
    const bytes = open.file ?? randomBytes(await readAll(open.raw));
    return await checkedText(named(zipMember(bytes, name, limits), name, "zip"), open, name);
  }
  if (open.format === "gzip" || open.format === "zstd") {
    const { inflateReader, knowsZstd, ZSTD_PLATFORMS } = await import("./inflate_reader.ts");
    if (open.format === "zstd" && !knowsZstd()) {
      throw new InputError(`${name}: zstd can be read in ${ZSTD_PLATFORMS} only`, { file: name });
    }
    const reader = inflateReader(open.raw, open.format, limits);
    return await checkedText(named(reader, name, open.format), open, name);
  }
  return open.raw;
}

/**
 * The bytes of a part that is a workbook, null where the zip is something else; and the part, from which all can still be
 * read.
 *
 * @throws {InputError} where it is damaged
 */
export async function workbookOf(
  open: OpenPart,
  { name }: Part,
): Promise<{ bytes: Uint8Array | null; open: OpenPart }> {
  const { isWorkbook } = await import("./zip_member.ts");
  if (open.file !== null) {
    const { file } = open;
    return { bytes: isWorkbook(file, name) ? file.slice(0, file.size) : null, open };
  }
  const bytes = await readAll(open.raw);
  if (isWorkbook(randomBytes(bytes), name)) return { bytes, open };
  return { bytes: null, open: { ...open, raw: withHead(bytes, open.raw) } };
}

/** The reader given, after a look at its first bytes: another archive or Parquet inside is refused. */
async function checkedText(
  reader: ByteReader,
  { format }: OpenPart,
  name: string,
): Promise<ByteReader> {
  const head = await readHead(reader, HEAD_BYTES);
  checkInner(head, format, name);
  return withHead(head, reader);
}

/**
 * All bytes of an opened part, decompressed, for small tables.
 *
 * @throws {InputError} where it is damaged or too large
 */
export async function readBytes(
  open: OpenPart,
  part: Part,
  limits: ReadLimits = DEFAULT_LIMITS,
): Promise<Uint8Array<ArrayBuffer>> {
  return await readWhole(await decompressed(open, part, limits), part, limits);
}

/**
 * All bytes of a part's reader, which is closed then.
 *
 * @throws {InputError} where they are more than the limit for tables
 */
export async function readWhole(
  reader: ByteReader,
  part: Part,
  limits: ReadLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = await readAll(reader, limits.table);
    if (bytes === null) throw tableTooLarge(part.name, limits);
    return bytes;
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
        if (error instanceof InputError) throw error;
        const why = error instanceof Error ? error.message : String(error);
        const isSize = error instanceof Error && error.name === "InflatedSizeError";
        throw new InputError(`${name}: ${isSize ? "" : `damaged ${what} data: `}${why}`, {
          file: name,
        });
      }
    },
    close: () => reader.close(),
  };
}

async function openFile(path: string): Promise<PlatformFile> {
  try {
    return await platform.open(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function partsOf(paths: string[]): Promise<Part[]> {
  const parts: Part[] = [];
  for (const path of paths.sort(compareIds)) {
    const stat = await statOrNull(path);
    if (stat === null) {
      throw new InputError(`${path}: no such file: its link leads nowhere`, { file: path });
    }
    if (stat.isFile) parts.push(partOf(path, stat));
  }
  return parts;
}
