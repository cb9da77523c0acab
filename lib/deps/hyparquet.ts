/**
 * Reading Parquet. Loaded with the first Parquet file.
 *
 * @module
 */
import { loadPackage } from "./load_package.ts";

export type { AsyncBuffer, ParquetParsers, ParquetScan, SchemaElement } from "npm:hyparquet@1.31.5";

const hyparquet = await loadPackage<typeof import("npm:hyparquet@1.31.5")>("npm:hyparquet@1.31.5");

/** A file's metadata. */
export const parquetMetadataAsync = hyparquet.parquetMetadataAsync;
/** A file opened for reading columns, row group by row group. */
export const parquetScan = hyparquet.parquetScan;
/** The tree of a file's columns. */
export const parquetSchema = hyparquet.parquetSchema;
