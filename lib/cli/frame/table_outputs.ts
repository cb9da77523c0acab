/**
 * Outputs that are tables: their formats, and standard output in place of a file.
 *
 * @module
 */
import { isStandardOutput } from "../../io/bytes/output_target.ts";
import { fileFormat, TABLE_FORMATS, type TableFormat } from "../../io/records/table_format.ts";
import { WITHOUT_PARQUET } from "../../io/tables/table_writer.ts";
import { choice, type DivvyOption } from "./options.ts";
import type { NamedFiles } from "./output_files.ts";
import type { Stream } from "./write.ts";

/** The option that says how the table of `--out` (or of another option) is written. */
export function formatOption(of = "--out", hasParquet = false): DivvyOption {
  return choice(
    "--format <format>",
    `of ${of}, where its name does not say it: for -, standard output`,
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
 * Looks at the names of tables before the work begins.
 *
 * @throws {UsageError} for an ending that can't be written, or another one than `--format` says
 */
export function checkTables(
  tables: NamedFiles,
  { asked, hasParquet = false }: { asked?: TableFormat; hasParquet?: boolean } = {},
): void {
  for (const path of Object.values(tables)) {
    if (path === undefined) continue;
    fileFormat(path, asked, undefined, hasParquet ? TABLE_FORMATS : WITHOUT_PARQUET);
  }
}

/**
 * Where words for people go: not among the data, where those go to standard output; null: nowhere, as `--quiet` asks for
 * nothing beside the outputs that there are.
 */
export function streamForPeople(
  quiet: boolean | undefined,
  ...outputs: readonly (string | undefined)[]
): Stream | null {
  const given = outputs.filter((path) => path !== undefined);
  if (quiet && given.length > 0) return null;
  return given.some(isStandardOutput) ? Deno.stderr : Deno.stdout;
}

/** An output's name as people read it. */
export function shownOutput(path: string): string {
  return isStandardOutput(path) ? "standard output" : path;
}
