/**
 * Decompressors for Parquet: gzip, brotli, zstd, LZ4. Loaded with the first Parquet file.
 *
 * @module
 */
import { loadPackage } from "./load_package.ts";

/** The decompressors, by codec. */
export const { compressors } = await loadPackage<
  typeof import("npm:hyparquet-compressors@1.1.2")
>("npm:hyparquet-compressors@1.1.2");
