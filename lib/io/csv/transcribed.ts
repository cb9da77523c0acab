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

/** Bytes transcribed at once. */
const PIECE = 1 << 16;

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
  const characters = new Characters(file, dialect.charset);
  const transcriber = new Transcriber(file, dialect, limits);
  const buffer = new Uint8Array(PIECE);
  let done = false;
  return pieceReader(
    async () => {
      while (!done) {
        const read = await reader.read(buffer);
        done = read === 0;
        transcriber.add(characters.utf8(buffer.subarray(0, read), done));
        if (done) transcriber.end();
        const written = transcriber.take();
        if (written.length > 0) return written;
      }
      return null;
    },
    () => reader.close(),
  );
}
