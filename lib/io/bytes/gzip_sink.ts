/**
 * Compresses on the way to a sink.
 *
 * @module
 */
import * as zlib from "node:zlib";
import type { ByteSink } from "./atomic_file.ts";

/** Compression level: under half of the default's time for a tenth more bytes. */
const LEVEL = 3;

/** A sink that has an end. */
export type ClosingSink = ByteSink & { close(): Promise<void> };

/** A sink that compresses; `close` writes what is left. Zstandard gets a checksum, which gzip always has. */
export function compressedSink(
  sink: ByteSink,
  format: "gzip" | "zstd",
): ClosingSink {
  const params = { [zlib.constants.ZSTD_c_checksumFlag]: 1 };
  const gzip = format === "gzip"
    ? zlib.createGzip({ level: LEVEL, chunkSize: 1 << 18 })
    : zlib.createZstdCompress({ params, chunkSize: 1 << 18 });
  const pumped = (async () => {
    for await (const piece of gzip) await sink.write(piece);
  })();
  // Whoever writes sees the error; this keeps it from being reported twice.
  pumped.catch(() => {});
  return {
    write(bytes) {
      const taken = new Promise<void>((resolve, reject) =>
        gzip.write(bytes, (error) => error ? reject(error) : resolve())
      );
      return Promise.race([taken, pumped]);
    },
    async close() {
      gzip.end();
      await pumped;
    },
  };
}
