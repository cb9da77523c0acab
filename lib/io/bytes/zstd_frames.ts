/**
 * Zstandard data cut into frames and their blocks.
 *
 * The decompressor takes what follows a frame for nothing and an unfinished frame for whole, and a few bytes can stand for
 * gigabytes. Where frames and blocks end is plain to see without decompressing (RFC 8878, 3.1), so it is looked at here.
 *
 * @module
 */
import type { ByteReader } from "./byte_reader.ts";

/** Some whole blocks of a frame; the first piece of a frame has its header, the last its checksum. */
export interface FramePiece {
  /** The bytes. */
  readonly bytes: Uint8Array;
  /** Whether a frame begins here. */
  readonly isFirst: boolean;
  /** Whether it ends here. */
  readonly isLast: boolean;
}

/** Blocks hold at most 128 KiB each; these many together are decompressed in one go. */
const MOST_BLOCKS = 16;

/** Bytes read at once. */
const PIECE = 1 << 18;

/** The first four bytes of a frame, and of a skippable one but for its lowest four bits; lowest byte first. */
const FRAME = 0xfd2fb528, SKIPPABLE = 0x184d2a50;

/** Whether data that begins with `head` is Zstandard. */
export function isZstd(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const magic = numberAt(head, 0, 4);
  return magic === FRAME || (magic & 0xfffffff0) >>> 0 === SKIPPABLE;
}

/** The pieces of all frames, in order; frames to be skipped are skipped. */
export class ZstdFrames {
  readonly #raw: ByteReader;
  #bytes = new Uint8Array(2 * PIECE);
  #from = 0;
  #end = 0;
  /** Whether the frame that is being read has a checksum; null between frames. */
  #checksum: boolean | null = null;

  /** The frames of what `raw` reads. */
  constructor(raw: ByteReader) {
    this.#raw = raw;
  }

  /**
   * The next piece, valid until the one after it; null at the end of the data.
   *
   * @throws {Error} where the data ends within a frame, or what comes next is no frame
   */
  async next(): Promise<FramePiece | null> {
    const isFirst = this.#checksum === null;
    let length = 0;
    if (this.#checksum === null) {
      length = await this.#beginFrame();
      if (length === 0) return null;
    }
    let isLast = false;
    for (let block = 0; block < MOST_BLOCKS && !isLast; block++) {
      await this.#need(length + 3);
      const header = numberAt(this.#bytes, this.#from + length, 3);
      const type = header >> 1 & 3, size = header >> 3;
      if (type === 3) throw new Error("a block of no known type");
      // A run has one byte for all of its size.
      length += 3 + (type === 1 ? 1 : size);
      isLast = (header & 1) === 1;
      if (isLast && this.#checksum) length += 4;
      await this.#need(length);
    }
    const bytes = this.#bytes.subarray(this.#from, this.#from + length);
    this.#from += length;
    if (isLast) this.#checksum = null;
    return { bytes, isFirst, isLast };
  }

  /** Goes to the next frame that is not skipped; returns the length of its header, 0 at the end of the data. */
  async #beginFrame(): Promise<number> {
    for (;;) {
      if (!await this.#has(1)) return 0;
      await this.#need(5);
      const magic = numberAt(this.#bytes, this.#from, 4);
      if (magic === FRAME) break;
      if ((magic & 0xfffffff0) >>> 0 !== SKIPPABLE) {
        throw new Error("what follows its last frame is none");
      }
      await this.#need(8);
      await this.#skip(8 + numberAt(this.#bytes, this.#from + 4, 4));
    }
    const { length, hasChecksum } = frameHeader(this.#bytes[this.#from + 4]);
    await this.#need(length);
    this.#checksum = hasChecksum;
    return length;
  }

  async #skip(bytes: number): Promise<void> {
    while (bytes > 0) {
      await this.#need(1);
      const some = Math.min(bytes, this.#end - this.#from);
      this.#from += some;
      bytes -= some;
    }
  }

  /** Makes sure that the next `length` bytes are there. */
  async #need(length: number): Promise<void> {
    if (!await this.#has(length)) throw new Error("it ends in the middle of a frame (truncated)");
  }

  async #has(length: number): Promise<boolean> {
    while (this.#end - this.#from < length) {
      if (this.#from + length > this.#bytes.length - PIECE) this.#makeRoom(length);
      const read = await this.#raw.read(this.#bytes.subarray(this.#end));
      if (read === 0) return false;
      this.#end += read;
    }
    return true;
  }

  #makeRoom(length: number): void {
    const rest = this.#bytes.subarray(this.#from, this.#end);
    const wanted = length + PIECE;
    // The piece handed out last is used up by now.
    const bytes = wanted > this.#bytes.length ? new Uint8Array(2 * wanted) : this.#bytes;
    if (bytes === this.#bytes) bytes.copyWithin(0, this.#from, this.#end);
    else bytes.set(rest);
    this.#bytes = bytes;
    this.#end -= this.#from;
    this.#from = 0;
  }
}

/** A whole number ≥ 0 of up to four bytes, the lowest first. */
function numberAt(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}

/**
 * Where the frame ends that begins at `at` of data that is all there.
 *
 * @throws {Error} where it does not end, or is none
 */
export function zstdFrameEnd(bytes: Uint8Array, at: number): number {
  const need = (end: number) => {
    if (end > bytes.length) throw new Error("Zstandard data ends in the middle of a frame");
  };
  need(at + 5);
  const magic = numberAt(bytes, at, 4);
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
    need(at + 8);
    const end = at + 8 + numberAt(bytes, at + 4, 4);
    need(end);
    return end;
  }
  if (magic !== FRAME) throw new Error("what follows a Zstandard frame is none");
  const { length, hasChecksum } = frameHeader(bytes[at + 4]);
  for (let i = at + length;;) {
    need(i + 3);
    const header = numberAt(bytes, i, 3);
    i += 3 + ((header >> 1 & 3) === 1 ? 1 : header >> 3);
    if (header & 1) {
      const end = i + (hasChecksum ? 4 : 0);
      need(end);
      return end;
    }
  }
}

/** What the descriptor, the byte after the first four of a frame, says: the header's length and whether there is a checksum. */
function frameHeader(descriptor: number): { length: number; hasChecksum: boolean } {
  if (descriptor & 8) throw new Error("a frame of an unknown kind");
  const isSingle = (descriptor & 32) !== 0, sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? (isSingle ? 1 : 0) : 1 << sizeFlag;
  const length = 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3] + sizeBytes;
  return { length, hasChecksum: (descriptor & 4) !== 0 };
}
