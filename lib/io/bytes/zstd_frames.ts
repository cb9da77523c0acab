/**
 * Zstandard data cut into frames and pieces of a few blocks.
 *
 * The decompressor ignores what follows a frame, accepts a frame that is cut off, and may turn a few bytes into gigabytes.
 * Where frames and blocks end can be seen without decompressing (RFC 8878, 3.1), so the data is cut here first.
 *
 * @module
 */
import type { ByteReader } from "./byte_reader.ts";

/** Some whole blocks of a frame; the first piece of a frame includes its header, the last its checksum. */
export interface FramePiece {
  /** The bytes. */
  readonly bytes: Uint8Array;
  /** Whether a frame begins here. */
  readonly isFirst: boolean;
  /** Whether it ends here. */
  readonly isLast: boolean;
}

/** Blocks of a piece, at most; each holds at most 128 KiB. */
const MOST_BLOCKS = 16;

/** Bytes read at once. */
const PIECE = 1 << 18;

/** The first four bytes of a frame, and of a skippable frame without its lowest four bits; little-endian. */
const FRAME = 0xfd2fb528, SKIPPABLE = 0x184d2a50;

/** Whether data that begins with `head` is Zstandard. */
export function isZstd(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const magic = numberAt(head, 0, 4);
  return magic === FRAME || (magic & 0xfffffff0) >>> 0 === SKIPPABLE;
}

/** The pieces of all frames, in order, without skippable frames. */
export class ZstdFrames {
  readonly #raw: ByteReader;
  #bytes = new Uint8Array(2 * PIECE);
  #from = 0;
  #end = 0;
  /** Whether the current frame has a checksum; null between frames. */
  #checksum: boolean | null = null;

  /** The frames of what `raw` reads. */
  constructor(raw: ByteReader) {
    this.#raw = raw;
  }

  /**
   * The next piece, whose bytes are valid until the next call; null at the end of the data.
   *
   * @throws {Error} where the data ends within a frame, or where no frame begins
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
      // A block of type 1 repeats one byte `size` times.
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

  /** Goes to the next frame, passing over skippable ones; returns the length of its header, 0 at the end of the data. */
  async #beginFrame(): Promise<number> {
    for (;;) {
      if (!await this.#has(1)) return 0;
      await this.#need(5);
      const magic = numberAt(this.#bytes, this.#from, 4);
      if (magic === FRAME) break;
      if ((magic & 0xfffffff0) >>> 0 !== SKIPPABLE) {
        throw new Error("what follows its last frame is no Zstandard");
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

  /** Makes sure that the next `length` bytes are in the buffer; throws where the data ends before. */
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
    // The piece returned last is no longer needed, so its bytes may be overwritten.
    const bytes = wanted > this.#bytes.length ? new Uint8Array(2 * wanted) : this.#bytes;
    if (bytes === this.#bytes) bytes.copyWithin(0, this.#from, this.#end);
    else bytes.set(rest);
    this.#bytes = bytes;
    this.#end -= this.#from;
    this.#from = 0;
  }
}

/** A whole number ≥ 0 of up to four bytes, little-endian. */
function numberAt(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}

/**
 * Index behind the frame that begins at `at`, of data that is all in memory.
 *
 * @throws {Error} where no frame begins there, or it is cut off
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
  if (magic !== FRAME) throw new Error("what follows a Zstandard frame is no Zstandard");
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

/** The length of a frame's header and whether the frame has a checksum, from the descriptor, its fifth byte. */
function frameHeader(descriptor: number): { length: number; hasChecksum: boolean } {
  if (descriptor & 8) throw new Error("a frame of an unknown kind");
  const isSingle = (descriptor & 32) !== 0, sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? (isSingle ? 1 : 0) : 1 << sizeFlag;
  const length = 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3] + sizeBytes;
  return { length, hasChecksum: (descriptor & 4) !== 0 };
}
