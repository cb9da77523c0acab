/** Damages to the bytes of a Parquet file, as disks, networks and bad programs do them. */
import { joinedBytes } from "../../../lib/base/arrays/joined_bytes.ts";
import type { Random } from "../../../lib/base/numbers/random.ts";

/** A file's bytes with one to four damages, most of them where a byte says much: the footer, headers of pages. */
export function mutated(file: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let bytes = file.slice();
  const footer = new DataView(file.buffer, file.byteOffset).getUint32(file.length - 8, true);
  const count = 1 + (random.next() < 0.3 ? random.below(4) : 0);
  for (let i = 0; i < count; i++) {
    const place = random.next(), end = Math.max(5, bytes.length - 8 - footer);
    const at = place < 0.4
      ? Math.max(4, bytes.length - 8 - random.below(footer))
      : place < 0.45
      ? bytes.length - 1 - random.below(8)
      : place < 0.6
      ? Math.min(bytes.length - 1, 4 + random.below(40))
      : 4 + random.below(end - 4);
    bytes = damaged(bytes, Math.min(at, bytes.length - 1), random);
  }
  return bytes;
}

/** One damage at a place. */
function damaged(
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  random: Random,
): Uint8Array<ArrayBuffer> {
  const kind = random.below(12), length = 1 + random.below(random.next() < 0.7 ? 4 : 64);
  switch (kind) {
    case 0:
      return joinedBytes(bytes.subarray(0, at), bytes.subarray(at + length));
    case 1:
      return joinedBytes(bytes.subarray(0, at), randomBytes(length, random), bytes.subarray(at));
    case 2: {
      // Another part of the file in its place.
      const from = random.below(bytes.length);
      bytes.copyWithin(at, from, Math.min(bytes.length, from + length));
      return bytes;
    }
    case 3:
      bytes.fill(random.next() < 0.5 ? 0 : 255, at, at + length);
      return bytes;
    case 4:
      if (random.next() < 0.2) return bytes.slice(0, at);
      break;
    case 5:
    case 6:
      bytes[at] += random.next() < 0.5 ? 1 : 255;
      return bytes;
    case 7:
      bytes[at] = random.below(256);
      return bytes;
  }
  bytes[at] ^= 1 << random.below(8);
  return bytes;
}

function randomBytes(length: number, random: Random): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => random.below(256));
}
