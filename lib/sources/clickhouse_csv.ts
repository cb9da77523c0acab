/**
 * ClickHouse's CSV as it streams in, made safe to read: NULLs named or blanked, late exceptions found.
 *
 * @module
 */
import { exceptionIn } from "../deps/clickhouse.ts";
import { InputError } from "../base/errors.ts";
import { parse } from "../deps/std_csv.ts";
import { nullFault, requiredColumns } from "./required_columns.ts";

const QUOTE = 0x22, COMMA = 0x2c, NEWLINE = 0x0a, BACKSLASH = 0x5c, LETTER_N = 0x4e;

/** Bytes held back until the end, so that an exception that follows the rows is not taken for rows. */
const HELD_BACK = 16 * 1024;

/**
 * Passes `CSVWithNames` on. An unquoted `\N` is a NULL: a fault in a required column, else it becomes a blank cell.
 *
 * @param source name for messages
 * @param onRows called with the number of rows passed so far
 * @throws InputError from the stream for a row that has more or fewer cells than the header
 */
export function checkedClickHouseCsv(
  source: string,
  onRows: (rows: number, atEnd: boolean) => void,
): TransformStream<Uint8Array, Uint8Array> {
  let held = new Uint8Array(0);
  let names: string[] | null = null;
  let required: boolean[] = [];
  let header = "";
  let inQuotes = false, row = -1, column = 0, cellStart = true;
  const decoder = new TextDecoder();

  /** Blanks NULLs in `bytes` (a whole number of cells need not lie in it) and returns what is left. */
  function scan(bytes: Uint8Array): Uint8Array {
    let kept = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (names === null) header += String.fromCharCode(byte);
      if (byte === QUOTE) inQuotes = !inQuotes;
      if (!inQuotes) {
        if (byte === BACKSLASH && cellStart && bytes[i + 1] === LETTER_N) {
          if (required[column]) throw nullFault(source, row + 1, names![column]);
          i++;
          cellStart = false;
          continue;
        }
        cellStart = byte === COMMA || byte === NEWLINE;
        if (byte === COMMA) column++;
        else if (byte === NEWLINE) {
          if (names !== null && column !== names.length - 1) {
            throw cellsFault(source, row + 1, column + 1, names);
          }
          if (names === null) {
            // The header may hold any UTF-8; it was gathered byte by byte.
            names = parse(decoder.decode(Uint8Array.from(header, (c) => c.charCodeAt(0))))[0] ?? [];
            required = requiredColumns(names);
          }
          row++;
          column = 0;
        }
      }
      bytes[kept++] = byte;
    }
    onRows(Math.max(row, 0), false);
    return bytes.subarray(0, kept);
  }

  return new TransformStream({
    transform(chunk, controller) {
      const all = new Uint8Array(held.length + chunk.length);
      all.set(held);
      all.set(chunk, held.length);
      let end = all.length - HELD_BACK;
      // A backslash and its letter stay together.
      if (end > 0 && all[end - 1] === BACKSLASH) end--;
      if (end <= 0) held = all;
      else {
        held = all.slice(end);
        controller.enqueue(scan(all.subarray(0, end)));
      }
    },
    flush(controller) {
      const exception = exceptionIn(decoder.decode(held));
      if (exception !== null) throw exception;
      controller.enqueue(scan(held));
      onRows(Math.max(row, 0), true);
    },
  });
}

/** The fault of a row whose cells are not as many as the columns: a Tuple is written as a cell for each of its elements. */
function cellsFault(source: string, row: number, cells: number, names: string[]): InputError {
  return new InputError(
    `${source}: row ${row} has ${cells} cells for ${names.length} columns (${names.join(", ")}): ` +
      "is one of them a Tuple? Select its elements by name",
    { file: source, line: row, expected: `${names.length} cells` },
  );
}
