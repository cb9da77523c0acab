/**
 * Decompresses Zstandard as it is read.
 *
 * @module
 */
import { Decompress } from "../deps/fzstd.ts";
import type { ByteReader } from "./byte_reader.ts";

/** A reader of what `raw` holds compressed. */
export function zstdReader(raw: ByteReader): ByteReader {
  const ready: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => {
    if (chunk.length > 0) ready.push(chunk);
  });
  let at = 0, ended = false;
  return {
    async read(into) {
      while (ready.length === 0) {
        if (ended) return 0;
        // fzstd keeps what it is given: a fresh array each time.
        const input = new Uint8Array(1 << 17);
        const length = await raw.read(input);
        ended = length === 0;
        decompress.push(input.subarray(0, length), ended);
      }
      const length = Math.min(ready[0].length - at, into.length);
      into.set(ready[0].subarray(at, at + length));
      at += length;
      if (at === ready[0].length) {
        ready.shift();
        at = 0;
      }
      return length;
    },
    close: () => raw.close(),
  };
}
