/**
 * Writing Parquet. Loaded when a Parquet file is first written.
 *
 * @module
 */
import type * as hyparquetWriter from "npm:hyparquet-writer@0.17.0";
import { loadPackage } from "./load_package.ts";

export type { BasicType } from "npm:hyparquet-writer@0.17.0";

const writer = await loadPackage<typeof hyparquetWriter>("npm:hyparquet-writer@0.17.0");

const { snappyCompress } = await loadPackage<{ snappyCompress(bytes: Uint8Array): Uint8Array }>(
  "npm:hyparquet-writer@0.17.0/src/snappy.js",
);
const { writePageHeader } = await loadPackage<
  { writePageHeader(writer: ByteWriter, header: Record<string, unknown>): void }
>("npm:hyparquet-writer@0.17.0/src/datapage.js");

/** Compresses bytes by Snappy; writes the header of a page. */
export { snappyCompress, writePageHeader };

/** Metadata of a column of a row group, as in the file's footer. */
export type ColumnChunk = hyparquetWriter.ParquetWriter["row_groups"][number]["columns"][number];
/** Bytes being written. */
export type ByteWriter = hyparquetWriter.ByteWriter;
/** Bytes being written. */
export const ByteWriter = writer.ByteWriter;
/** Writes a file row group by row group. */
export type ParquetWriter = hyparquetWriter.ParquetWriter;
/** Writes a file row group by row group. */
export const ParquetWriter = writer.ParquetWriter;
/** Writes a whole file. */
export const parquetWriteBuffer = writer.parquetWriteBuffer;
/** The schema of some columns. */
export const schemaFromColumnData = writer.schemaFromColumnData;
