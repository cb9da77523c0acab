/** Wherever the pieces end that a table comes in, it is transcribed to the same bytes or refused by the same line. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";
import { type ByteReader, readAll } from "../../../lib/io/bytes/byte_reader.ts";
import { DEFAULT_LIMITS } from "../../../lib/io/bytes/read_limits.ts";
import { sniffDialect } from "../../../lib/io/csv/sniff_dialect.ts";
import { transcribed } from "../../../lib/io/csv/transcribed.ts";
import { oddTable } from "../../fuzz/odd_table.ts";

/** A reader that gives at most `most` bytes at a time. */
function inPieces(bytes: Uint8Array, most: number, random: Random): ByteReader {
  let at = 0;
  return {
    read(into) {
      const length = Math.min(1 + random.below(most), into.length, bytes.length - at);
      into.set(bytes.subarray(at, at + length));
      at += length;
      return Promise.resolve(length);
    },
    close() {},
  };
}

Deno.test("tables are transcribed to the same bytes whatever pieces they come in", async () => {
  let written = 0, refused = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const random = seededRandom(seed), { bytes, options } = oddTable(seed);
    // Some are damaged: a quote or a separator where none may be.
    const table = Uint8Array.from(bytes);
    if (seed % 3 === 0) table[random.below(table.length)] = [34, 59, 13, 10, 44][random.below(5)];
    const decimal = seed % 2 === 0 ? "," : ".";
    const dialect = sniffDialect(table, "t.csv", ["user_id"], { ...options, decimal });
    const read = async (most: number) => {
      const reader = transcribed(inPieces(table, most, random), "t.csv", dialect, DEFAULT_LIMITS);
      try {
        return new TextDecoder("latin1").decode(await readAll(reader));
      } catch (error) {
        return (error as Error).message;
      }
    };
    const whole = await read(1 << 20);
    for (const most of [1, 2, 7]) assertEquals(await read(most), whole, `seed ${seed}`);
    if (whole.startsWith("t.csv:")) refused++;
    else written++;
  }
  assert(written > 200 && refused > 10, `${written} written, ${refused} refused`);
});
