/**
 * Readers of an input's bytes: of a file, of standard input, or of what either holds compressed.
 *
 * @module
 */
import { grown } from "../../base/arrays/number_list.ts";

/** Bytes, read in order. */
export interface ByteReader {
  /** Fills a part of `into` and returns how many bytes it is, at least one; 0 at the end. */
  read(into: Uint8Array): Promise<number>;
  /** Closes what is open; may be called twice. */
  close(): void;
}

/** A reader of a web stream. */
export function streamReader(stream: ReadableStream<Uint8Array>): ByteReader {
  const reader = stream.getReader();
  return pieceReader(
    async () => (await reader.read()).value ?? null,
    () => void reader.cancel().catch(() => {}),
  );
}

/** A reader of pieces of any size; `next` returns the next one, or null at the end. */
export function pieceReader(
  next: () => Promise<Uint8Array | null>,
  close: () => void,
): ByteReader {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async read(into) {
      while (rest.length === 0) {
        const piece = await next();
        if (piece === null) return 0;
        rest = piece;
      }
      const length = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, length));
      rest = rest.subarray(length);
      return length;
    },
    close,
  };
}

/** A reader of `head` followed by `rest`. */
export function withHead(head: Uint8Array, rest: ByteReader): ByteReader {
  let at = 0;
  return {
    read(into) {
      if (at === head.length) return rest.read(into);
      const length = Math.min(head.length - at, into.length);
      into.set(head.subarray(at, at + length));
      at += length;
      return Promise.resolve(length);
    },
    close: () => rest.close(),
  };
}

/** The first `length` bytes of a reader, fewer where it ends before. */
export async function readHead(reader: ByteReader, length: number): Promise<Uint8Array> {
  const head = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const read = await reader.read(head.subarray(filled));
    if (read === 0) break;
    filled += read;
  }
  return head.subarray(0, filled);
}

/** All bytes of a reader. */
export function readAll(reader: ByteReader): Promise<Uint8Array<ArrayBuffer>>;
/** All bytes of a reader; null where they are more than `most`. */
export function readAll(
  reader: ByteReader,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | null>;
export async function readAll(
  reader: ByteReader,
  most = Infinity,
): Promise<Uint8Array<ArrayBuffer> | null> {
  let bytes = new Uint8Array(1 << 16), length = 0;
  for (;;) {
    if (length === bytes.length) bytes = grown(bytes, 2 * length);
    const read = await reader.read(bytes.subarray(length));
    if (read === 0) return bytes.subarray(0, length);
    length += read;
    if (length > most) return null;
  }
}

/** Bytes that can be read at any place. */
export interface RandomBytes {
  /** How many there are. */
  readonly size: number;
  /** The bytes `[from, to)`. */
  slice(from: number, to: number): Uint8Array;
  /** A reader of `[from, to)`. */
  reader(from: number, to: number): ByteReader;
}

/** Bytes in memory as ones that can be read at any place. */
export function randomBytes(bytes: Uint8Array): RandomBytes {
  const reader = (from: number, to: number) =>
    withHead(bytes.subarray(from, to), { read: () => Promise.resolve(0), close: () => {} });
  return {
    size: bytes.length,
    slice: (from, to) => bytes.slice(from, to),
    reader,
  };
}
