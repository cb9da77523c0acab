/**
 * Decompresses gzip and Zstandard as they are read.
 *
 * @module
 */
// Node's zlib, and not DecompressionStream: it is twice as fast, knows zstd and reads gzip files of several members, as
// parallel compressors write them.
import * as zlib from "node:zlib";
import { type ByteReader, pieceReader } from "./byte_reader.ts";
import { inflatedLimit, inflatedTooLarge, type ReadLimits } from "./read_limits.ts";
import { ZstdFrames } from "./zstd_frames.ts";

/** Platforms that know Zstandard, in words. */
export const ZSTD_PLATFORMS = "Deno, Bun, or Node.js 22.15 or later";

/** Whether the platform knows Zstandard: Node.js does from 22.15 on. */
export function knowsZstd(): boolean {
  return zlib.createZstdDecompress !== undefined;
}

/** Bytes given to and taken from the decompressor at once. */
const PIECE = 1 << 18;

/**
 * A reader of the decompressed bytes of `raw`. Its `read` throws where the data is damaged, cut off or followed by something
 * else, and where it holds more than the limit.
 */
export function inflateReader(
  raw: ByteReader,
  format: "gzip" | "zstd" | "deflate",
  limits: ReadLimits,
): ByteReader {
  let packed = 0;
  const counted: ByteReader = {
    async read(into) {
      const length = await raw.read(into);
      packed += length;
      return length;
    },
    close: () => raw.close(),
  };
  const inflated = format === "zstd" ? zstdReader(counted) : zlibReader(counted, format);
  let size = 0;
  return {
    async read(into) {
      const length = await inflated.read(into);
      size += length;
      const most = inflatedLimit(limits, packed);
      if (size > most) throw new InflatedSizeError(most);
      return length;
    },
    close: () => inflated.close(),
  };
}

/** Compressed data holds more than the limit. */
export class InflatedSizeError extends Error {
  /** The error for a limit of `most` bytes. */
  constructor(most: number) {
    super(inflatedTooLarge(most));
    this.name = "InflatedSizeError";
  }
}

function zlibReader(raw: ByteReader, format: "gzip" | "deflate"): ByteReader {
  const options = { chunkSize: PIECE };
  const inflate = format === "gzip" ? zlib.createGunzip(options) : zlib.createInflateRaw(options);
  const pieces = inflate[Symbol.asyncIterator]();
  const feed = async () => {
    for (;;) {
      const piece = new Uint8Array(PIECE);
      const length = await raw.read(piece);
      if (length === 0 || inflate.destroyed) break;
      await new Promise<void>((resolve) =>
        inflate.write(piece.subarray(0, length), () => resolve())
      );
    }
    inflate.end();
  };
  feed().catch((error) => inflate.destroy(error));
  return pieceReader(
    async () => (await pieces.next()).value ?? null,
    () => {
      inflate.destroy();
      raw.close();
    },
  );
}

/**
 * The inside of Node's Zstandard stream, used directly: the stream itself loses errors and whatever follows the first frame.
 * Deno and Node.js both have this handle; it throws or calls `onerror`.
 */
interface ZstdStream {
  readonly _handle: {
    onerror: (message: string) => void;
    writeSync(
      flush: number,
      bytes: Uint8Array,
      from: number,
      length: number,
      out: Uint8Array,
      outFrom: number,
      outLength: number,
    ): void;
  };
  /** After a call: bytes free in `out`, bytes of the input not used. */
  readonly _writeState: Uint32Array;
  destroy(): void;
}

/** Decompresses frame by frame, each in a stream of its own. */
function zstdReader(raw: ByteReader): ByteReader {
  const frames = new ZstdFrames(raw);
  let stream: ZstdStream | null = null, fault: string | null = null;
  let piece: Uint8Array | null = null, isLast = false;
  const begin = () => {
    stream?.destroy();
    const made: unknown = zlib.createZstdDecompress({ chunkSize: PIECE });
    stream = made as ZstdStream;
    stream._handle.onerror = (message) => fault = message;
  };
  const next = async () => {
    if (piece === null) {
      const found = await frames.next();
      if (found === null) return null;
      if (found.isFirst) begin();
      ({ bytes: piece, isLast } = found);
    }
    const out = new Uint8Array(PIECE);
    const flush = isLast ? zlib.constants.ZSTD_e_end : zlib.constants.ZSTD_e_continue;
    stream!._handle.writeSync(flush, piece, 0, piece.length, out, 0, PIECE);
    if (fault !== null) throw new Error(fault);
    const [room, left] = stream!._writeState;
    // `out` is full: there may be more, so the rest of the input is given again.
    if (room === 0) piece = piece.subarray(piece.length - left);
    else if (left > 0) throw new Error("a frame ends before its last block");
    else piece = null;
    return out.subarray(0, PIECE - room);
  };
  return pieceReader(next, () => {
    stream?.destroy();
    raw.close();
  });
}
