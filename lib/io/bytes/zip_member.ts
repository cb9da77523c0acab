/**
 * Zip files: one with one member, read as that member, and the members of a workbook.
 *
 * Format: PKWARE's APPNOTE.TXT, 4.3 (records), 4.5.3 (sizes of 64 bits).
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { InputError } from "../../base/errors.ts";
import { viewOf } from "../../base/ids/id_table.ts";
import { type ByteReader, type RandomBytes, readAll } from "./byte_reader.ts";
import { inflateReader } from "./inflate_reader.ts";
import type { ReadLimits } from "./read_limits.ts";

/** A member's entry in the zip's directory. */
interface Member {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its own header begins. */
  readonly at: number;
}

const END = 0x06054b50, END_64 = 0x06064b50, ENTRY = 0x02014b50, LOCAL = 0x04034b50;

/** Members of office documents: Microsoft's, OpenDocument's (.ods), Apple's (.numbers). */
const OFFICE = /^(\[Content_Types\]\.xml|mimetype)$|\.iwa$/;

/** Whether a zip is a workbook. @throws {InputError} where it is damaged */
export function isWorkbook(bytes: RandomBytes, file: string): boolean {
  const refuse = (why: string) => new InputError(`${file}: ${why}`, { file });
  // Some programs number it: workbook2.xml.
  return directory(bytes, refuse).some(({ name }) => /^xl\/workbook\d*\.xml$/.test(name));
}

/**
 * A reader of the one member of a zip; folders and what macOS adds (`__MACOSX/`) do not count. Its `read` throws where the
 * member is damaged.
 *
 * @throws {InputError} where the zip has several members or none, or the member is encrypted or compressed by another method
 * than Deflate
 */
export function zipMember(bytes: RandomBytes, file: string, limits: ReadLimits): ByteReader {
  const refuse = (why: string) => new InputError(`${file}: ${why}`, { file });
  const members = directory(bytes, refuse)
    .filter(({ name }) => !name.endsWith("/") && !name.startsWith("__MACOSX/"));
  if (members.length !== 1) {
    throw refuse(
      members.some(({ name }) => OFFICE.test(name))
        ? "an office document can't be read; save it as .xlsx or CSV"
        : `a zip with ${members.length} members can't be read, only one with one; unpack it`,
    );
  }
  return memberReader(bytes, members[0], refuse, limits);
}

/**
 * The members of a zip that a pattern names, one after the other.
 *
 * @throws {InputError} where one is damaged, encrypted or compressed by another method than Deflate
 */
export async function* zipMembers(
  bytes: RandomBytes,
  file: string,
  limits: ReadLimits,
  wanted = /(?:)/,
): AsyncGenerator<{ name: string; bytes: Uint8Array }> {
  const refuse = (why: string) => new InputError(`${file}: ${why}`, { file });
  for (const member of directory(bytes, refuse)) {
    if (!wanted.test(member.name)) continue;
    const reader = memberReader(bytes, member, refuse, limits);
    try {
      yield { name: member.name, bytes: await readAll(reader) };
    } finally {
      reader.close();
    }
  }
}

/** A reader of a member. @throws {InputError} where it can't be read */
function memberReader(
  bytes: RandomBytes,
  member: Member,
  refuse: (why: string) => InputError,
  limits: ReadLimits,
): ByteReader {
  if (member.flags & 1) throw refuse("an encrypted zip can't be read; unpack it");
  if (member.method !== 0 && member.method !== 8) {
    throw refuse(`a zip packed by method ${member.method} can't be read; unpack it`);
  }
  const local = viewOf(bytes.slice(member.at, member.at + 30));
  if (local.byteLength < 30 || local.getUint32(0, true) !== LOCAL) {
    throw refuse("damaged zip data: its directory points to no member");
  }
  const from = member.at + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  if (from + member.packed > bytes.size) throw refuse("damaged zip data: a member is cut off");
  const raw = bytes.reader(from, from + member.packed);
  return checked(member.method === 0 ? raw : inflateReader(raw, "deflate", limits), member);
}

/** The members that a zip's directory names. */
function directory(bytes: RandomBytes, refuse: (why: string) => InputError): Member[] {
  // The record that ends the directory is the file's last; only a comment of up to 64 KiB may follow.
  const tailFrom = Math.max(0, bytes.size - (1 << 16) - 22);
  const tail = viewOf(bytes.slice(tailFrom, bytes.size));
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== END) end--;
  if (end < 0) throw refuse("damaged zip data: it has no directory (truncated?)");
  let count = tail.getUint16(end + 10, true), at = tail.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffff_ffff) {
    const place = end >= 20 ? Number(tail.getBigUint64(end - 12, true)) : bytes.size;
    const end64 = viewOf(bytes.slice(place, place + 56));
    if (end64.byteLength < 56 || end64.getUint32(0, true) !== END_64) {
      throw refuse("damaged zip data: it has no directory");
    }
    count = Number(end64.getBigUint64(32, true));
    at = Number(end64.getBigUint64(48, true));
  }
  const view = viewOf(bytes.slice(at, tailFrom + end));
  const members: Member[] = [];
  const cutOff = () => refuse("damaged zip data: its directory is cut off");
  for (let i = 0, from = 0; i < count; i++) {
    if (from + 46 > view.byteLength || view.getUint32(from, true) !== ENTRY) throw cutOff();
    const nameLength = view.getUint16(from + 28, true), extra = view.getUint16(from + 30, true);
    if (from + 46 + nameLength + extra > view.byteLength) throw cutOff();
    const name = new Uint8Array(view.buffer, view.byteOffset + from + 46, nameLength);
    members.push({
      name: new TextDecoder().decode(name),
      flags: view.getUint16(from + 8, true),
      method: view.getUint16(from + 10, true),
      crc: view.getUint32(from + 16, true),
      ...sizes(view, from, from + 46 + nameLength, extra),
    });
    from += 46 + nameLength + extra + view.getUint16(from + 32, true);
  }
  return members;
}

/** Sizes and place of a member; numbers of 64 bits stand in an extra field, and are as in the entry where that is cut off. */
function sizes(view: DataView, entry: number, extraFrom: number, extraLength: number) {
  let size = view.getUint32(entry + 24, true), packed = view.getUint32(entry + 20, true);
  let at = view.getUint32(entry + 42, true);
  for (let i = extraFrom; i + 4 <= extraFrom + extraLength;) {
    const length = view.getUint16(i + 2, true);
    if (view.getUint16(i, true) === 1) {
      let next = i + 4;
      const wide = (value: number) => {
        if (value !== 0xffff_ffff || next + 8 > extraFrom + extraLength) return value;
        next += 8;
        return Number(view.getBigUint64(next - 8, true));
      };
      size = wide(size);
      packed = wide(packed);
      at = wide(at);
    }
    i += 4 + length;
  }
  return { size, packed, at };
}

/** A reader that throws at the end where the size or the checksum is not the member's. */
function checked(reader: ByteReader, { size, crc }: Member): ByteReader {
  let length = 0, sum = 0;
  return {
    async read(into) {
      const read = await reader.read(into);
      length += read;
      if (read > 0) sum = crc32(into.subarray(0, read), sum);
      else if (length !== size) throw new Error("the member has another size than was written");
      else if (sum >>> 0 !== crc) throw new Error("the member's checksum is wrong");
      return read;
    },
    close: () => reader.close(),
  };
}
