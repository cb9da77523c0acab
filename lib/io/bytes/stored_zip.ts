/**
 * Writes a zip whose members are not compressed.
 *
 * Format: PKWARE's APPNOTE.TXT, 4.3.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";

/** Version 2.0 of the format, and a flag: names are UTF-8. */
const VERSION = 20, UTF8_NAMES = 1 << 11;

/**
 * A zip of the members given, as they are. They must have less than 4 GiB in all, and be fewer than 65,536.
 *
 * @example
 * ```ts
 * import { storedZip } from "./stored_zip.ts";
 * import { zipMember } from "./zip_member.ts";
 * import { randomBytes, readAll } from "./byte_reader.ts";
 * import { DEFAULT_LIMITS } from "./read_limits.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * const bytes = new TextEncoder().encode("user_id");
 * const zip = storedZip([{ name: "a.csv", bytes }]);
 * assertEquals(await readAll(zipMember(randomBytes(zip), "a.zip", DEFAULT_LIMITS)), bytes);
 * ```
 */
export function storedZip(
  members: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Uint8Array {
  const parts: Uint8Array[] = [], directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of members) {
    const encoded = new TextEncoder().encode(name), sum = crc32(bytes) >>> 0;
    // What a member's own header and its entry in the directory have in common.
    const facts = (view: DataView, from: number) => {
      view.setUint16(from, VERSION, true);
      view.setUint16(from + 2, UTF8_NAMES, true);
      // 1 January 1980, the first day that there is.
      view.setUint16(from + 8, 0x21, true);
      view.setUint32(from + 10, sum, true);
      view.setUint32(from + 14, bytes.length, true);
      view.setUint32(from + 18, bytes.length, true);
      view.setUint16(from + 22, encoded.length, true);
    };
    const local = record(0x04034b50, 30, (view) => facts(view, 4));
    const entry = record(0x02014b50, 46, (view) => {
      view.setUint16(4, VERSION, true);
      facts(view, 6);
      view.setUint32(42, at, true);
    });
    parts.push(local, encoded, bytes);
    directory.push(entry, encoded);
    at += local.length + encoded.length + bytes.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = record(0x06054b50, 22, (view) => {
    view.setUint16(8, members.length, true);
    view.setUint16(10, members.length, true);
    view.setUint32(12, size, true);
    view.setUint32(16, at, true);
  });
  return Buffer.concat([...parts, ...directory, end]);
}

/** A record of a zip: its signature, and what `fill` writes. */
function record(signature: number, length: number, fill: (view: DataView) => void): Uint8Array {
  const view = new DataView(new ArrayBuffer(length));
  view.setUint32(0, signature, true);
  fill(view);
  return new Uint8Array(view.buffer);
}
