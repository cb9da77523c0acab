/**
 * A second reader of Parquet, which tests compare with.
 *
 * @module
 */
export { parquetScan, type SchemaElement } from "npm:hyparquet@1.31.5";
