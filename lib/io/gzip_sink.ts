/**
 * Compresses on the way to a sink.
 *
 * @module
 */
import type { ByteSink } from "./atomic_file.ts";

/** A sink that compresses with gzip; `close` writes what is left. */
export function gzipSink(sink: ByteSink): ByteSink & { close(): Promise<void> } {
  const stream = new CompressionStream("gzip");
  const writer = stream.writable.getWriter();
  const pumped = (async () => {
    for await (const chunk of stream.readable) await sink.write(chunk);
  })();
  // Whoever writes sees the error; this keeps it from being reported twice.
  pumped.catch(() => {});
  return {
    // A copy: the stream may hold on to what it is given.
    write: (bytes) => Promise.race([writer.write(bytes.slice()), pumped]),
    async close() {
      await writer.close();
      await pumped;
    },
  };
}
