/**
 * Decompresses Parquet pages strictly: damaged data is an error, never filled up with zeros.
 *
 * @module
 */
import * as zlib from "node:zlib";
import { InputError } from "../../base/errors.ts";
import { knowsZstd, ZSTD_PLATFORMS } from "../bytes/inflate_reader.ts";
import { zstdFrameEnd } from "../bytes/zstd_frames.ts";
import { Snappy } from "./snappy.ts";

/** Decompresses pages, one after the other. */
export class PageDecompressor {
  /** Made when first used. */
  #snappy: Snappy | null = null;

  /**
   * The bytes of a page, valid until the next is decompressed; a promise for Brotli, which is decompressed as a stream.
   *
   * @param size decompressed size, as the page's header says
   * @throws {Error} where the data is damaged or has another size
   */
  decompress(codec: string, packed: Uint8Array, size: number): Uint8Array | Promise<Uint8Array> {
    // For an empty page some writers write nothing, others an empty frame.
    if (size === 0 && packed.length === 0) return packed;
    if (codec === "BROTLI") return brotli(packed, size).then((bytes) => checkSize(bytes, size));
    if (codec === "SNAPPY") return (this.#snappy ??= new Snappy()).uncompress(packed, size);
    return checkSize(decompress(codec, packed, size), size);
  }
}

function checkSize(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length !== size) {
    throw new RangeError(`a page has ${bytes.length} bytes, its header says ${size}`);
  }
  return bytes;
}

function decompress(codec: string, packed: Uint8Array, size: number): Uint8Array {
  const options = { maxOutputLength: Math.max(1, size) };
  switch (codec) {
    case "UNCOMPRESSED":
      return packed;
    case "GZIP":
      return zlib.gunzipSync(packed, options);
    case "ZSTD": {
      if (!knowsZstd()) throw new InputError(`zstd can be read in ${ZSTD_PLATFORMS} only`);
      // zlib accepts a frame that is cut off, and ignores what follows a frame; so the frames' ends are checked first.
      let at = 0;
      while (at < packed.length) at = zstdFrameEnd(packed, at);
      return zlib.zstdDecompressSync(packed, options);
    }
    case "LZ4_RAW":
      return lz4Block(packed, new Uint8Array(size));
    case "LZ4":
      return lz4Hadoop(packed, size) ?? lz4Block(packed, new Uint8Array(size));
    default:
      throw new RangeError(`pages compressed by ${codec} can't be read`);
  }
}

/**
 * Decompresses Brotli. Deno's zlib silently returns the good part of damaged data, so its streams are used, which are strict
 * (except the padding bits of the last byte). Node.js, whose streams don't know Brotli, has a strict zlib.
 */
async function brotli(packed: Uint8Array, size: number): Promise<Uint8Array> {
  let stream: DecompressionStream;
  try {
    stream = new DecompressionStream("brotli" as CompressionFormat);
  } catch {
    return zlib.brotliDecompressSync(packed, { maxOutputLength: Math.max(1, size) });
  }
  const writer = stream.writable.getWriter();
  // An error in writing comes up in reading as well.
  writer.write(packed as BufferSource).catch(() => {});
  writer.close().catch(() => {});
  const reader = stream.readable.getReader(), out = new Uint8Array(size);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new RangeError("damaged Brotli data");
    });
    if (done) return out.subarray(0, length);
    if (length + value.length > size) {
      await reader.cancel().catch(() => {});
      throw new RangeError(`a page has more than the ${size} bytes that its header says`);
    }
    out.set(value, length);
    length += value.length;
  }
}

/** LZ4 as Hadoop frames it: before each block its decompressed and compressed sizes, big-endian. Null: not framed so. */
function lz4Hadoop(packed: Uint8Array, size: number): Uint8Array | null {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const out = new Uint8Array(size);
  let at = 0, length = 0;
  while (at < packed.length) {
    if (at + 8 > packed.length) return null;
    const unpacked = view.getUint32(at), block = view.getUint32(at + 4);
    at += 8;
    if (at + block > packed.length || length + unpacked > size) return null;
    const into = out.subarray(length, length + unpacked);
    try {
      if (lz4Block(packed.subarray(at, at + block), into).length !== unpacked) return null;
    } catch {
      return null;
    }
    at += block;
    length += unpacked;
  }
  return length === size ? out : null;
}

/** Decompresses one LZ4 block (LZ4's "Block Format Description"); returns the part of `out` that it fills. */
function lz4Block(packed: Uint8Array, out: Uint8Array): Uint8Array {
  const damaged = () => new RangeError("damaged LZ4 data");
  let i = 0, length = 0;
  // A length of 15 goes on in further bytes, up to one below 255.
  const fullLength = (count: number) => {
    if (count < 15) return count;
    for (;;) {
      if (i >= packed.length) throw damaged();
      const byte = packed[i++];
      count += byte;
      if (byte < 255) return count;
    }
  };
  while (i < packed.length) {
    const token = packed[i++], literals = fullLength(token >> 4);
    if (i + literals > packed.length || length + literals > out.length) throw damaged();
    out.set(packed.subarray(i, i + literals), length);
    i += literals;
    length += literals;
    // The last sequence has literals only.
    if (i === packed.length) return out.subarray(0, length);
    if (i + 2 > packed.length) throw damaged();
    const offset = packed[i] | packed[i + 1] << 8;
    i += 2;
    const match = fullLength(token & 15) + 4;
    if (offset === 0 || offset > length || length + match > out.length) throw damaged();
    for (const end = length + match; length < end; length++) out[length] = out[length - offset];
  }
  throw damaged();
}
