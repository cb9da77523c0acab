/**
 * Decompressors for Parquet pages (Snappy, gzip, Zstandard, Brotli, LZ4). Import this module when first needed.
 *
 * @module
 */
export { compressors } from "npm:hyparquet-compressors@1.1.2";
