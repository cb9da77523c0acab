/**
 * Formats of outputs that are tables, and standard output in place of a file.
 *
 * @module
 */
import { isStandardOutput } from "../../io/bytes/output_target.ts";
import { fileFormat, TABLE_FORMATS, type TableFormat } from "../../io/records/table_format.ts";
import { WITHOUT_PARQUET } from "../../io/tables/results/table_writer.ts";
import { choice } from "./option_kinds.ts";
import type { NamedFiles } from "./output_files.ts";
import type { Stream } from "./terminal/write.ts";

/** The option for the format of the table of `--out`, or of another option. */
export function formatOption(of = "--out", hasParquet = false) {
  return choice(
    "--format <format>",
    `format of ${of} where its name has no ending, as for -, standard output`,
    hasParquet ? TABLE_FORMATS : WITHOUT_PARQUET,
  ).explained({
    csv: "commas, a header, UTF-8",
    jsonl: "an object a line",
    json: "one array of objects",
    parquet: "columns, for data tools",
    xlsx: "an Excel workbook, ids as text",
  });
}

/**
 * Checks the names of tables before the work begins.
 *
 * @throws {UsageError} for an ending that means no possible format, or another one than `--format`
 */
export function checkTables(
  tables: NamedFiles,
  { format, hasParquet = false }: { format?: TableFormat; hasParquet?: boolean } = {},
): void {
  for (const path of Object.values(tables)) {
    if (path === undefined) continue;
    fileFormat(path, format, undefined, hasParquet ? TABLE_FORMATS : WITHOUT_PARQUET);
  }
}

/**
 * The stream for text that people read: standard error if data goes to standard output; null: none, since `--quiet` was given
 * and there are outputs.
 */
export function streamForPeople(
  quiet: boolean | undefined,
  ...outputs: readonly (string | undefined)[]
): Stream | null {
  const given = outputs.filter((path) => path !== undefined);
  if (quiet && given.length > 0) return null;
  return given.some(isStandardOutput) ? Deno.stderr : Deno.stdout;
}

/** An output's name for messages. */
export function shownOutput(path: string): string {
  return isStandardOutput(path) ? "standard output" : path;
}
