/**
 * The format in which a table is written: by its file's name, or as `--format` says.
 *
 * @module
 */
import { quote, UsageError } from "../../base/errors.ts";
import { knowsZstd, ZSTD_PLATFORMS } from "../bytes/inflate_reader.ts";
import { isStandardOutput } from "../bytes/output_target.ts";

/** Formats of tables. */
export type TableFormat = "csv" | "jsonl" | "json" | "parquet" | "xlsx";

/** How a table's file is written. */
export interface FileFormat {
  /** Format of the table. */
  readonly format: TableFormat;
  /** Compression of the file; null: none. */
  readonly packed: "gzip" | "zstd" | null;
}

/** All formats, by the names that `--format` takes. */
export const TABLE_FORMATS: readonly TableFormat[] = ["csv", "jsonl", "json", "parquet", "xlsx"];

/** Formats by the ending of a file's name. */
const ENDINGS: Readonly<Record<string, TableFormat>> = {
  csv: "csv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "json",
  parquet: "parquet",
  xlsx: "xlsx",
};

/**
 * How a table's file is written: as its name says, or as `--format` says. A name without an ending is CSV. A name whose
 * ending means another format than the one to be written is refused.
 *
 * @param chosen the value of `--format`
 * @param table what is written, in the plural, for messages
 * @param formats the formats that this table can have
 * @throws {UsageError} for an ending that is unknown or means another format, and for Zstandard where the platform lacks it
 *
 * @example
 * ```ts
 * import { assertEquals } from "../../deps/std_assert.ts";
 * import { fileFormat } from "./table_format.ts";
 * assertEquals(fileFormat("out/monday.csv.gz"), { format: "csv", packed: "gzip" });
 * assertEquals(fileFormat("-", "jsonl"), { format: "jsonl", packed: null });
 * ```
 */
export function fileFormat(
  path: string,
  chosen?: TableFormat,
  table = "tables",
  formats: readonly TableFormat[] = TABLE_FORMATS,
): FileFormat {
  const known = endingsOf(formats);
  const refuse = (why: string) => new UsageError(`${path}: ${table} are written as ${why}`);
  if (chosen !== undefined && !formats.includes(chosen)) throw refuse(`${known}, not as ${chosen}`);
  if (isStandardOutput(path)) return { format: chosen ?? "csv", packed: null };
  // A name may be of any length and have any letters, even line breaks: no expression here tries it from every place again.
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  const [packing] = /\.(gz|zst)$/i.exec(name) ?? [];
  const packed = packing === undefined ? null : /gz/i.test(packing) ? "gzip" : "zstd";
  const stem = name.slice(0, name.length - (packing?.length ?? 0)), dot = stem.lastIndexOf(".");
  // A name that ends with a dot has no ending, nor has a hidden file.
  const ending = dot > 0 && dot < stem.length - 1 ? stem.slice(dot + 1).toLowerCase() : undefined;
  const format = ending === undefined ? chosen ?? "csv" : ENDINGS[ending];
  const isText = format === "csv" || format === "jsonl" || format === "json";
  if (format === undefined || !formats.includes(format) || (packed !== null && !isText)) {
    throw refuse(`${known}, not as ${quote(endingOf(name))}`);
  }
  if (chosen !== undefined && chosen !== format) {
    throw refuse(`its name says, not as ${chosen}: call it .${chosen}, or leave --format out`);
  }
  if (packed === "zstd" && !knowsZstd()) {
    throw new UsageError(`${path}: zstd can be written in ${ZSTD_PLATFORMS} only; .gz everywhere`);
  }
  return { format, packed };
}

/** The possible endings in words. */
function endingsOf(formats: readonly TableFormat[]): string {
  const all = formats.map((format) => `.${format}`);
  const text = `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
  return `${text} (text also .gz or .zst)`;
}

/** The name's ending, from its first dot on (a hidden file's second). */
function endingOf(name: string): string {
  const dot = name.indexOf(".", 1);
  return dot > 0 ? name.slice(dot) : name;
}
