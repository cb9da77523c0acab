/**
 * Columns that stand in a file's path and not in the file, as Hive, Spark and DuckDB write them: `brand=31/part-0.parquet`.
 *
 * @module
 */
import type { ByteReader } from "./byte_reader.ts";
import { csvField } from "../../base/csv_field.ts";

/** A column of a path: its name and the value it has in all of the file's rows. */
export interface Partition {
  /** Name of the column. */
  readonly column: string;
  /** Its value; "" for a missing one. */
  readonly value: string;
}

/** What writers put in place of a missing value. */
const MISSING = "__HIVE_DEFAULT_PARTITION__";

/** The columns in a path, of its folders only. Special characters are percent-encoded there. */
export function partitionsOf(path: string): Partition[] {
  const found: Partition[] = [];
  for (const segment of path.split(/[/\\]/).slice(0, -1)) {
    const at = segment.indexOf("=");
    if (at < 1) continue;
    const value = decoded(segment.slice(at + 1));
    found.push({
      column: decoded(segment.slice(0, at)),
      value: value === MISSING ? "" : value,
    });
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const LF = 10, CR = 13, QUOTE = 34, COMMA = 44;

/** CSV bytes with more columns at the end of each record; lines with nothing but blanks and commas stay as they are. */
export function withColumns(reader: ByteReader, columns: readonly Partition[]): ByteReader {
  const encode = (fields: string[]) =>
    new TextEncoder().encode(fields.map((field) => `,${csvField(field)}`).join(""));
  const names = encode(columns.map(({ column }) => column));
  const values = encode(columns.map(({ value }) => value));
  let tail = names, ended = false, heldCr = false;
  /** Whether the record is still blank, and whether a quote is open. */
  let blank = true, quoted = false;
  const raw = new Uint8Array(1 << 16);
  let out = new Uint8Array(0), from = 0, length = 0;

  const put = (bytes: Uint8Array) => {
    if (length + bytes.length > out.length) {
      const grown = new Uint8Array(2 * (length + bytes.length));
      grown.set(out.subarray(0, length));
      out = grown;
    }
    out.set(bytes, length);
    length += bytes.length;
  };
  const endRecord = () => {
    if (!blank) {
      put(tail);
      tail = values;
    }
    blank = true;
  };
  const fill = async () => {
    from = length = 0;
    const read = await reader.read(raw);
    if (read === 0) {
      ended = true;
      // A last line need not end with a line break.
      endRecord();
      if (heldCr) put(Uint8Array.of(CR));
      return;
    }
    let done = 0;
    const copyTo = (end: number) => {
      if (heldCr && end > done) {
        // The CR before was no part of a line break.
        put(Uint8Array.of(CR));
        heldCr = false;
      }
      put(raw.subarray(done, end));
      done = end;
    };
    for (let i = 0; i < read; i++) {
      const byte = raw[i];
      if (byte === QUOTE) quoted = !quoted;
      if (byte === LF && !quoted) {
        const cr = i > done ? raw[i - 1] === CR : heldCr;
        if (i > done && cr) copyTo(i - 1);
        else if (i > done) copyTo(i);
        endRecord();
        if (cr) put(Uint8Array.of(CR));
        heldCr = false;
        put(Uint8Array.of(LF));
        done = i + 1;
      } else if (byte !== 32 && byte !== 9 && byte !== CR && byte !== LF && byte !== COMMA) {
        blank = false;
      }
    }
    const last = done < read && raw[read - 1] === CR && !quoted;
    copyTo(last ? read - 1 : read);
    if (last) heldCr = true;
  };
  return {
    async read(into) {
      while (from === length && !ended) await fill();
      const some = Math.min(into.length, length - from);
      into.set(out.subarray(from, from + some));
      from += some;
      return some;
    },
    close: () => reader.close(),
  };
}
