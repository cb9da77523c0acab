/**
 * Decompressors for the second reader of Parquet, which tests compare with.
 *
 * @module
 */
export { compressors } from "npm:hyparquet-compressors@1.1.2";
