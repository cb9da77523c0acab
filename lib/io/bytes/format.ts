/**
 * The format of an input, recognised by its first bytes and not by its name.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { isZstd } from "./zstd_frames.ts";

/** Formats that can be read; `csv` is any text. */
export type Format = "csv" | "gzip" | "zstd" | "zip" | "parquet";

/** Bytes needed to recognise a format: the mark of tar stands at byte 257. */
export const HEAD_BYTES = 264;

const UNPACK = "unpack it, or use gzip or Zstandard";

/** The beginning of bzip2: its level and the digits of π, or of √π where it is empty. */
const BZIP2 = /^BZh[1-9](?:1AY&SY|[^ -~]rE8P)/;

/** How files of some names begin: one that ends within this mark is cut off, and no text. */
const MARKS: readonly (readonly [ending: string, format: Format, mark: readonly number[]])[] = [
  [".gz", "gzip", [0x1f, 0x8b]],
  [".zst", "zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  [".parquet", "parquet", bytesOf("PAR1")],
  [".xlsx", "zip", [0x50, 0x4b, 3, 4]],
];

/** What stands at byte 257 of tar archives. */
const TAR = bytesOf("ustar");

/** What stands at byte 8 of DuckDB's databases. */
const DUCKDB = bytesOf("DUCK");

/** Formats that are recognised but can't be read: first bytes, name for the message, advice. */
const REFUSED: readonly (readonly [head: readonly number[], name: string, advice: string])[] = [
  [[0xfd, ...bytesOf("7zXZ"), 0], "xz", UNPACK],
  [[...bytesOf("7z"), 0xbc, 0xaf, 0x27, 0x1c], "7z", UNPACK],
  [[0x04, 0x22, 0x4d, 0x18], "LZ4", UNPACK],
  [bytesOf("PARE"), "encrypted Parquet", "decrypt it, or write it in plain"],
  [[...bytesOf("ARROW1"), 0, 0], "Arrow (Feather)", "write it as Parquet"],
  [[...bytesOf("Obj"), 1], "Avro", "write it as Parquet"],
  [bytesOf("ORC"), "ORC", "write it as Parquet"],
  [[...bytesOf("SQLite format 3"), 0], "an SQLite database", inDatabase("sqlite")],
  [bytesOf("%PDF-"), "PDF", "save the table as .xlsx or CSV"],
  [
    [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    "an Excel workbook of the old format, or an encrypted one,",
    "save it as .xlsx without a password, or as CSV",
  ],
];

/**
 * The format of an input that begins with `head`; text of any kind is "csv".
 *
 * @throws {InputError} where it is a known format that can't be read
 */
export function formatOf(head: Uint8Array, file: string): Format {
  const begins = (bytes: readonly number[]) => bytes.every((byte, i) => head[i] === byte);
  const cut = head.length === 0
    ? undefined
    : MARKS.find(([ending, , mark]) =>
      head.length < mark.length && file.endsWith(ending) &&
      head.every((byte, i) => byte === mark[i])
    );
  if (cut !== undefined) return cut[1];
  if (begins([0x1f, 0x8b])) return "gzip";
  if (isZstd(head)) return "zstd";
  if (begins(bytesOf("PAR1"))) return "parquet";
  if (begins([0x50, 0x4b, 3, 4]) || begins([0x50, 0x4b, 5, 6])) return "zip";
  if (TAR.every((byte, i) => head[257 + i] === byte)) {
    throw refusal(file, "a tar archive", "unpack it");
  }
  if (DUCKDB.every((byte, i) => head[8 + i] === byte) && head.includes(0)) {
    throw refusal(file, "a DuckDB database", inDatabase("duckdb"));
  }
  // A text may begin with the same letters, but it has no control characters soon after.
  const isBinary = head.subarray(0, 16).some((byte) =>
    byte < 9 || (byte > 13 && byte < 32) || byte >= 0x80
  );
  if (BZIP2.test(String.fromCharCode(...head.subarray(0, 16)))) {
    throw refusal(file, "bzip2", UNPACK);
  }
  const refused = REFUSED.find(([bytes]) => begins(bytes));
  if (refused !== undefined && isBinary) {
    const [, name, advice] = refused;
    throw refusal(file, name, advice);
  }
  return "csv";
}

/**
 * Refuses a compressed file or archive that holds something other than text.
 *
 * @param head the first bytes of what it holds
 * @param outer format of the file itself
 * @throws {InputError} that names both
 */
export function checkInner(head: Uint8Array, outer: Format, file: string): void {
  const inner = formatOf(head, file);
  if (inner !== "csv") throw refusal(file, `${inner} inside ${outer}`, "unpack it");
}

function inDatabase(scheme: string): string {
  return `name a table of it, ${scheme}://FILE?table=NAME`;
}

function refusal(file: string, name: string, advice: string): InputError {
  return new InputError(`${file}: ${name} can't be read: ${advice}`, { file });
}

function bytesOf(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}
