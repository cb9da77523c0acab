/**
 * A reader that turns a table of any dialect into plain CSV in UTF-8.
 *
 * @module
 */
import { type ByteReader, pieceReader } from "../bytes/byte_reader.ts";
import type { ReadLimits } from "../bytes/read_limits.ts";
import { Characters } from "./characters.ts";
import type { Dialect } from "./sniff_dialect.ts";
import { Transcriber } from "./transcriber.ts";

/** Most and fewest bytes transcribed at once: with four, the first piece holds a whole byte order mark. */
const MOST_BYTES = 1 << 16, LEAST_BYTES = 4;

/**
 * A reader of plain CSV, made from a reader of a table in another dialect.
 *
 * @param file name for messages
 * @throws {InputError} from its `read`, for what can't be transcribed
 */
export function transcribed(
  reader: ByteReader,
  file: string,
  dialect: Dialect,
  limits: ReadLimits,
): ByteReader {
  const characters = new Characters(file, dialect);
  const transcriber = new Transcriber(file, dialect, limits);
  const buffer = new Uint8Array(MOST_BYTES);
  let done = false;
  return pieceReader(
    async () => {
      while (!done) {
        let length = 0;
        do {
          const read = await reader.read(buffer.subarray(length));
          done = read === 0;
          length += read;
        } while (!done && length < LEAST_BYTES);
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
