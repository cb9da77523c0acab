/**
 * Reading Parquet. Loaded with the first Parquet file.
 *
 * @module
 */
import { loadPackage } from "./load_package.ts";

export type { AsyncBuffer, ColumnMetaData, ParquetScan, SchemaElement } from "npm:hyparquet@1.31.5";

const hyparquet = await loadPackage<typeof import("npm:hyparquet@1.31.5")>("npm:hyparquet@1.31.5");

/** A file's metadata. */
export const parquetMetadataAsync = hyparquet.parquetMetadataAsync;
/** A file opened for reading columns, row group by row group. */
export const parquetScan = hyparquet.parquetScan;
/** The tree of a file's columns. */
export const parquetSchema = hyparquet.parquetSchema;

// What lies below its columns: headers of pages, and their bytes.
const column = await loadPackage<typeof import("npm:hyparquet@1.31.5/src/column.js")>(
  "npm:hyparquet@1.31.5/src/column.js",
);
/** Reads a page's header. */
export const parquetHeader = column.parquetHeader;
