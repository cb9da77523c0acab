/**
 * Reads the names of an input's columns, without its rows.
 *
 * @module
 */
import { scanHeader } from "../../csv/scan_csv.ts";
import { Block } from "../../csv/block.ts";
import { ourNames } from "../../csv/header.ts";
import { plainPart } from "../../csv/plain_part.ts";
import type { TableControl } from "../../csv/table_control.ts";
import type { ByteReader } from "../../bytes/byte_reader.ts";
import { type Part, resolveSource, withPart } from "../../bytes/source.ts";

/** Whether an input can be read a second time: files, databases and the web can; pipes and standard input can't. */
export async function isReadableAgain(source: string): Promise<boolean> {
  const parts = await resolveSource(source);
  return parts.every(({ size, database, web }) => size !== null || (database ?? web) !== undefined);
}

/**
 * The names of the columns of an input's first file, trimmed and translated to Divvy's own. Reads the file's beginning.
 *
 * @param wanted columns that it must have
 * @throws {InputError} where it can't be read or a wanted column is missing
 */
export async function columnNames(
  source: string,
  wanted: readonly string[],
  control: TableControl = {},
): Promise<readonly string[]> {
  const [part] = await resolveSource(source), quiet = { ...control, onNote: undefined };
  const own = await withPart(part, async (open) => {
    if (open.format === "parquet") {
      const { ParquetFile } = await import("../../parquet/parquet_file.ts");
      return (await ParquetFile.open(part, open, wanted, quiet)).layout.names;
    }
    const { reader } = await plainPart(part, open, wanted, quiet);
    return await headerOf(reader, part, wanted, quiet);
  });
  const given = (part.partitions ?? []).map(({ column }) => column);
  return [...new Set([...own, ...ourNames(given, control.dialect?.columns)])];
}

async function headerOf(
  reader: ByteReader,
  { name }: Part,
  wanted: readonly string[],
  { limits, dialect }: TableControl,
): Promise<readonly string[]> {
  const block = new Block(undefined, limits);
  for (;;) {
    block.compact(name, 1);
    const read = await reader.read(block.room);
    block.end += read;
    const header = scanHeader(block, read === 0, name, wanted, dialect?.columns);
    if (header !== null) return header.layout.names;
  }
}
