/**
 * Columns that stand in a file's path and not in the file, as Hive, Spark and DuckDB write them: `brand=31/part-0.parquet`.
 *
 * @module
 */
import { grown } from "../../base/arrays/number_list.ts";
import type { ByteReader } from "./byte_reader.ts";
import { csvField } from "../../base/text/csv_field.ts";

/** A column of a path: its name and the value it has in all of the file's rows. */
export interface Partition {
  /** Name of the column. */
  readonly column: string;
  /** Its value; "" for a missing one. */
  readonly value: string;
}

/** What writers put in the path for a missing value. */
const MISSING = "__HIVE_DEFAULT_PARTITION__";

/** The columns in a path's folders. Special characters are percent-encoded there. */
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
  const added = new AddedColumns(reader, columns);
  return { read: (into) => added.read(into), close: () => reader.close() };
}

/** The state of {@link withColumns}. */
class AddedColumns {
  readonly #reader: ByteReader;
  /** What is appended to the next record: the names to the header, the values to all others. */
  #tail: Uint8Array;
  readonly #values: Uint8Array;
  readonly #raw = new Uint8Array(1 << 16);
  /** Output that is not read yet: bytes `[from, length)`. */
  #out = new Uint8Array(0);
  #from = 0;
  #length = 0;
  #ended = false;
  /** Whether the bytes before ended with a CR that may be half of a line break. */
  #heldCr = false;
  /** Whether the record has been blank so far. */
  #blank = true;
  /** Whether a quoted field is open. */
  #quoted = false;

  constructor(reader: ByteReader, columns: readonly Partition[]) {
    const encode = (fields: string[]) =>
      new TextEncoder().encode(fields.map((field) => `,${csvField(field)}`).join(""));
    this.#reader = reader;
    this.#tail = encode(columns.map(({ column }) => column));
    this.#values = encode(columns.map(({ value }) => value));
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#from === this.#length && !this.#ended) await this.#fill();
    const some = Math.min(into.length, this.#length - this.#from);
    into.set(this.#out.subarray(this.#from, this.#from + some));
    this.#from += some;
    return some;
  }

  #put(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#out.length) this.#out = grown(this.#out, 2 * end);
    this.#out.set(bytes, this.#length);
    this.#length = end;
  }

  #endRecord(): void {
    if (!this.#blank) {
      this.#put(this.#tail);
      this.#tail = this.#values;
    }
    this.#blank = true;
  }

  async #fill(): Promise<void> {
    this.#from = this.#length = 0;
    const read = await this.#reader.read(this.#raw);
    if (read > 0) return this.#widen(this.#raw.subarray(0, read));
    this.#ended = true;
    // A last line need not end with a line break.
    this.#endRecord();
    if (this.#heldCr) this.#put(Uint8Array.of(CR));
  }

  #widen(raw: Uint8Array): void {
    let done = 0;
    const copyTo = (end: number) => {
      if (this.#heldCr && end > done) {
        // The CR held back was not part of a line break.
        this.#put(Uint8Array.of(CR));
        this.#heldCr = false;
      }
      this.#put(raw.subarray(done, end));
      done = end;
    };
    for (let i = 0; i < raw.length; i++) {
      const byte = raw[i];
      if (byte === QUOTE) this.#quoted = !this.#quoted;
      if (byte === LF && !this.#quoted) {
        const cr = i > done ? raw[i - 1] === CR : this.#heldCr;
        if (i > done && cr) copyTo(i - 1);
        else if (i > done) copyTo(i);
        this.#endRecord();
        if (cr) this.#put(Uint8Array.of(CR));
        this.#heldCr = false;
        this.#put(Uint8Array.of(LF));
        done = i + 1;
      } else if (byte !== 32 && byte !== 9 && byte !== CR && byte !== LF && byte !== COMMA) {
        this.#blank = false;
      }
    }
    const last = done < raw.length && raw[raw.length - 1] === CR && !this.#quoted;
    copyTo(last ? raw.length - 1 : raw.length);
    if (last) this.#heldCr = true;
  }
}
