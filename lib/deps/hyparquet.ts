/**
 * Reading Parquet. Import this module when first needed, not before: it is not small.
 *
 * @module
 */
export {
  type AsyncBuffer,
  parquetMetadataAsync,
  type ParquetParsers,
  type ParquetScan,
  parquetScan,
  parquetSchema,
  type SchemaElement,
} from "npm:hyparquet@1.31.5";
