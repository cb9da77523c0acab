/**
 * Zstandard decompression in plain JavaScript, loaded when first used (DecompressionStream does not know zstd).
 *
 * @module
 */
export { Decompress } from "npm:fzstd@0.1.1";
