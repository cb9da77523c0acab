/**
 * Undoes Snappy, for Parquet. Loaded with the first file that is packed so.
 *
 * @module
 */
import { loadPackage } from "./load_package.ts";

const { snappyUncompressor } = await loadPackage<typeof import("npm:hysnappy@1.1.1")>(
  "npm:hysnappy@1.1.1",
);

/** The bytes that Snappy data stands for, as many as it says; where it is damaged it throws. */
export const snappyUncompress: (packed: Uint8Array, size: number) => Uint8Array =
  snappyUncompressor();
