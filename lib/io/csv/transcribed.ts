/**
 * A table of any dialect, read as plain CSV in UTF-8.
 *
 * @module
 */
import { type ByteReader, pieceReader } from "../bytes/byte_reader.ts";
import type { ReadLimits } from "../bytes/read_limits.ts";
import { Characters } from "./characters.ts";
import type { Dialect } from "./sniff_dialect.ts";
import { Transcriber } from "./transcriber.ts";

/** Bytes transcribed at once, at most and at least. */
const PIECE = 1 << 16, LEAST = 4;

/**
 * A reader of what `reader` reads in a dialect as plain CSV.
 *
 * @param file name for messages
 */
export function transcribed(
  reader: ByteReader,
  file: string,
  dialect: Dialect,
  limits: ReadLimits,
): ByteReader {
  const characters = new Characters(file, dialect);
  const transcriber = new Transcriber(file, dialect, limits);
  const buffer = new Uint8Array(PIECE);
  let done = false;
  return pieceReader(
    async () => {
      while (!done) {
        // A byte order mark is whole in the first piece.
        let length = 0;
        do {
          const read = await reader.read(buffer.subarray(length));
          done = read === 0;
          length += read;
        } while (!done && length < LEAST);
        transcriber.add(characters.utf8(buffer.subarray(0, length), done));
        if (done) transcriber.end();
        const written = transcriber.take();
        if (written.length > 0) return written;
      }
      return null;
    },
    () => reader.close(),
  );
}
