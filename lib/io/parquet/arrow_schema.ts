/**
 * Types that only the Arrow schema inside a Parquet file names: to Parquet itself a duration is a plain whole number.
 *
 * Format: Apache Arrow's Message.fbs and Schema.fbs; FlatBuffers' "Internals".
 *
 * @module
 */
import { viewOf } from "../../base/ids/id_table.ts";

/** Arrow's types that Parquet lacks, by their number in Schema.fbs. */
const TYPES: Readonly<Record<number, string>> = { 11: "INTERVAL", 18: "DURATION" };

/**
 * Columns of the first level that are durations or intervals to Arrow, with the type's name.
 *
 * @param encoded the file's `ARROW:schema`: a message in Base64
 */
export function arrowTypes(encoded: string): Map<string, string> {
  const found = new Map<string, string>();
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const view = viewOf(bytes);
    // A message begins with its length; newer versions write four bytes 0xff before that.
    const message = tableAt(view, view.getUint32(0, true) === 0xffff_ffff ? 8 : 4);
    const schema = message(2);
    if (schema === null) return found;
    const fields = tableAt(view, schema)(1);
    if (fields === null) return found;
    const list = fields + view.getUint32(fields, true), count = view.getUint32(list, true);
    for (let i = 0; i < count; i++) {
      const field = tableAt(view, list + 4 + 4 * i), name = field(0), type = field(2);
      if (name === null || type === null) continue;
      const at = name + view.getUint32(name, true), length = view.getUint32(at, true);
      const text = new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length));
      const known = TYPES[view.getUint8(type)];
      if (known !== undefined) found.set(text, known);
    }
  } catch {
    // Damaged or of an unknown version: only Parquet's own types count.
  }
  return found;
}

/** The FlatBuffers table whose offset stands at `at`: a function from a field's number to its place, null where it is absent. */
function tableAt(view: DataView, at: number): (field: number) => number | null {
  const table = at + view.getUint32(at, true);
  const offsets = table - view.getInt32(table, true), size = view.getUint16(offsets, true);
  return (field) => {
    const place = 4 + 2 * field;
    const offset = place + 2 <= size ? view.getUint16(offsets + place, true) : 0;
    return offset === 0 ? null : table + offset;
  };
}
