/**
 * The rows of a database as a stream of bytes.
 *
 * @module
 */
import type { RunControl } from "../base/progress.ts";

/**
 * Chunks as a stream that reads one ahead. An error after an abort is the abort's reason.
 *
 * @param close ends the connection or closes the file; told whether all rows were read
 */
export function rowStream(
  chunks: AsyncGenerator<Uint8Array, undefined>,
  close: (isRead: boolean) => unknown,
  { signal }: RunControl,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (!done) return controller.enqueue(value);
        await close(true);
        controller.close();
      } catch (error) {
        await close(false);
        controller.error(signal?.aborted ? signal.reason : error);
      }
    },
    async cancel() {
      await chunks.return(undefined);
      await close(false);
    },
  }, { highWaterMark: 1 });
}
