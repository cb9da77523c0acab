/**
 * The parts of a workbook before the library reads them: they must be UTF-8, and what it takes for something else is put so that
 * it doesn't.
 *
 * Format: ECMA-376 part 1, 18.3 (sheets), 18.4.6 (phonetic runs), 18.8.30 (number formats), 18.18.11 (types of cells).
 *
 * @module
 */
import { Buffer, isUtf8 } from "node:buffer";
import { notUtf8 } from "../bytes/decode_text.ts";
import { randomBytes } from "../bytes/byte_reader.ts";
import type { ReadLimits } from "../bytes/read_limits.ts";
import { storedZip } from "../bytes/stored_zip.ts";
import { zipMembers } from "../bytes/zip_member.ts";

/** Stands for the formula of a cell whose value is a date as text (its type is d), which the library has as any text. */
export const ISO_DATE = "ISO 8601";

/** Parts that tables are read from. */
const PARTS = /^xl\/([^/]+|worksheets\/[^/]+)\.xml$/;

/** What is put otherwise in a part: where it may stand, by which bytes it is found, and how. */
const CHANGES: readonly {
  readonly part: RegExp;
  readonly sign: string;
  readonly change: (xml: string) => string;
}[] = [
  // How a text is pronounced would be taken for more of it.
  {
    part: /sheet/,
    sign: "rPh",
    change: (xml) => xml.replace(/<((?:\w+:)?rPh)\b[^>]*?(?:\/>|>[^]*?<\/\1>)/g, ""),
  },
  {
    part: /sheet/,
    sign: 't="d"',
    change: (xml) =>
      xml.replace(
        /(<(\w+:)?c\b[^>]*\b)t="d"([^>]*>)(?:<(?:\w+:)?f\b[^>]*?(?:\/>|>[^]*?<\/(?:\w+:)?f>))?/g,
        (_, before, prefix = "", after) =>
          `${before}t="str"${after}<${prefix}f>${ISO_DATE}</${prefix}f>`,
      ),
  },
  // Letters of a currency, as in [$ USD]#,##0, would be taken for those of days and seconds.
  {
    part: /styles/,
    sign: "[$",
    change: (xml) =>
      xml.replace(/\bformatCode="[^"]*"/g, (code) => code.replace(/\[\$(?![\w-]*\])[^\]]*\]/g, "")),
  },
];

/**
 * The workbook as the library is to read it: the same bytes where nothing is to be put otherwise.
 *
 * @throws {InputError} for a part that is damaged or not UTF-8: read loosely, two ids could become one
 */
export async function readableWorkbook(
  bytes: Uint8Array,
  file: string,
  limits: ReadLimits,
): Promise<Uint8Array> {
  const zip = randomBytes(bytes), changed = new Map<string, Uint8Array>();
  for await (const { name, bytes: part } of zipMembers(zip, file, limits, PARTS)) {
    if (!isUtf8(part)) throw notUtf8(part, `${file}: ${name}`, 1, "save the workbook anew");
    const found = CHANGES.filter((one) => one.part.test(name) && contains(part, one.sign));
    if (found.length === 0) continue;
    const xml = new TextDecoder().decode(part);
    const put = found.reduce((text, { change }) => change(text), xml);
    if (put !== xml) changed.set(name, new TextEncoder().encode(put));
  }
  if (changed.size === 0) return bytes;
  const members: { name: string; bytes: Uint8Array }[] = [];
  for await (const { name, bytes: part } of zipMembers(zip, file, limits)) {
    members.push({ name, bytes: changed.get(name) ?? part });
  }
  return storedZip(members);
}

/** Bytes that are looked at as one text. */
const PIECE = 1 << 16;

/** Whether a part has a sign of ASCII letters. Texts are searched four times as fast as bytes. */
function contains({ buffer, byteOffset, length }: Uint8Array, sign: string): boolean {
  const bytes = Buffer.from(buffer, byteOffset, length);
  for (let at = 0; at < length; at += PIECE) {
    if (bytes.toString("latin1", at, at + PIECE + sign.length).includes(sign)) return true;
  }
  return false;
}
