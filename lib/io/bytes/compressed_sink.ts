/**
 * A sink that compresses with gzip or Zstandard and passes the result on.
 *
 * @module
 */
import * as zlib from "node:zlib";
import type { ByteSink } from "./atomic_file.ts";

/** Level of gzip: under half the time of the default level for a tenth more bytes. */
const GZIP_LEVEL = 3;

/** A sink that has an end. */
export type ClosingSink = ByteSink & { close(): Promise<void> };

/** A sink that compresses; `close` writes what is left. Zstandard files get a checksum, as gzip files always have. */
export function compressedSink(
  sink: ByteSink,
  format: "gzip" | "zstd",
): ClosingSink {
  const params = { [zlib.constants.ZSTD_c_checksumFlag]: 1 };
  const compressor = format === "gzip"
    ? zlib.createGzip({ level: GZIP_LEVEL, chunkSize: 1 << 18 })
    : zlib.createZstdCompress({ params, chunkSize: 1 << 18 });
  const pumped = (async () => {
    for await (const piece of compressor) await sink.write(piece);
  })();
  // `write` and `close` pass the error on; this keeps it from being reported as unhandled as well.
  pumped.catch(() => {});
  return {
    write(bytes) {
      const taken = new Promise<void>((resolve, reject) =>
        compressor.write(bytes, (error) => error ? reject(error) : resolve())
      );
      return Promise.race([taken, pumped]);
    },
    async close() {
      compressor.end();
      await pumped;
    },
  };
}
