/**
 * Decompresses gzip and Zstandard as they are read.
 *
 * @module
 */
// The platform's own zlib and zstd: twice as fast as DecompressionStream, which knows no zstd and takes no
// files of several gzip members, as parallel compressors write them.
import * as zlib from "node:zlib";
import { type ByteReader, pieceReader } from "./byte_reader.ts";

/** Bytes given to and taken from the decompressor at once. */
const PIECE = 1 << 18;

/** Whether the platform knows Zstandard: Node.js does from 22.15 on. */
export function knowsZstd(): boolean {
  return zlib.createZstdDecompress !== undefined;
}

/** A reader of what `raw` holds compressed. */
export function inflateReader(raw: ByteReader, format: "gzip" | "zstd"): ByteReader {
  const options = { chunkSize: PIECE };
  const inflate = format === "gzip"
    ? zlib.createGunzip(options)
    : zlib.createZstdDecompress(options);
  const pieces = inflate[Symbol.asyncIterator]();
  const feed = async () => {
    for (;;) {
      const piece = new Uint8Array(PIECE);
      const length = await raw.read(piece);
      if (length === 0 || inflate.destroyed) break;
      await new Promise<void>((resolve) =>
        inflate.write(piece.subarray(0, length), () => resolve())
      );
    }
    inflate.end();
  };
  feed().catch((error) => inflate.destroy(error));
  return pieceReader(
    async () => (await pieces.next()).value ?? null,
    () => {
      inflate.destroy();
      raw.close();
    },
  );
}
