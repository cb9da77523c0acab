/**
 * The metadata at the end of a Parquet file, as bytes.
 *
 * @module
 */
import { viewOf } from "../../base/ids/id_table.ts";
import type { FileBytes } from "./file_bytes.ts";

/** Bytes read from the file's end at first; mostly they hold all metadata. */
const TAIL = 1 << 16;

/**
 * The bytes of a file's metadata. The file's last eight bytes are their length and `PAR1`.
 *
 * @throws {RangeError} where the file does not end so
 */
export async function footerOf(file: FileBytes): Promise<Uint8Array> {
  const { size } = file;
  if (size < 12) throw new RangeError("the file ends too early");
  const tail = await file.bytes(Math.max(0, size - TAIL), size);
  const length = viewOf(tail).getUint32(tail.length - 8, true);
  if (String.fromCharCode(...tail.subarray(tail.length - 4)) !== "PAR1") {
    throw new RangeError("it does not end as Parquet does");
  }
  if (length > size - 12) throw new RangeError("its metadata is longer than the file");
  const from = tail.length - 8 - length;
  return from >= 0
    ? tail.subarray(from, tail.length - 8)
    : await file.bytes(size - 8 - length, size - 8);
}
