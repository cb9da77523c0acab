/**
 * Random access to the bytes of a Parquet file, on disk, in memory or on a web server.
 *
 * @module
 */
import type { RangeReader } from "../../sources/web_source.ts";
import type { OpenFile } from "../bytes/open_file.ts";

/** Memory that all reads share, one after the other, since allocating it costs more than reading. */
export interface ReusedBytes {
  /** The memory; grows as needed. */
  bytes: Uint8Array;
}

/** Reads of fewer than `FEW` bytes read a window of this size, since small pieces mostly lie side by side. */
const WINDOW = 1 << 18, FEW = 1 << 13;

/** The bytes of an open file, of a file that was read whole, or of one on a web server that is asked for ranges. */
export class FileBytes {
  /** How many there are. */
  readonly size: number;
  readonly #file: OpenFile | null;
  /** Bytes already read, from offset `#from` on. */
  #window: Uint8Array;
  #from = 0;

  readonly #remote: RangeReader | null;
  /** Ranges requested ahead, by their beginning and end. */
  readonly #requested = new Map<string, Promise<Uint8Array>>();

  /** The bytes of an open file, of a file on a web server, or those given. */
  constructor(source: OpenFile | Uint8Array | RangeReader) {
    const isBytes = source instanceof Uint8Array, isRemote = "fetch" in source;
    this.#remote = isRemote ? source : null;
    this.#file = isBytes || isRemote ? null : source;
    this.#window = isBytes ? source : new Uint8Array(0);
    this.size = isBytes ? source.length : source.size;
  }

  /** Requests bytes of a web server's file that will be needed soon. */
  prefetch(from: number, to: number): void {
    const key = `${from} ${to}`, isInside = from >= 0 && to > from && to <= this.size;
    if (this.#remote === null || !isInside || this.#requested.has(key)) return;
    const request = this.#remote.fetch(from, to);
    // `bytes` passes an error on; this keeps it from being reported as unhandled before.
    request.catch(() => {});
    this.#requested.set(key, request);
  }

  /**
   * The bytes `[from, to)`.
   *
   * @param memory if given, the bytes may be in it, valid until it is used again
   * @throws {Error} where the file ends before `to`
   */
  async bytes(from: number, to: number, memory?: ReusedBytes): Promise<Uint8Array> {
    if (this.#remote === null) return this.#read(from, to, memory);
    if (!(from >= 0 && to >= from && to <= this.size)) throw endsTooEarly();
    if (from === to) return new Uint8Array(0);
    const key = `${from} ${to}`;
    const request = this.#requested.get(key) ?? this.#remote.fetch(from, to);
    this.#requested.delete(key);
    return await request;
  }

  /** {@link bytes} of a file on this machine or in memory. */
  #read(from: number, to: number, memory?: ReusedBytes): Uint8Array {
    const length = to - from;
    if (!(from >= 0 && length >= 0 && to <= this.size)) throw endsTooEarly();
    if (from >= this.#from && to <= this.#from + this.#window.length) {
      return this.#window.subarray(from - this.#from, to - this.#from);
    }
    if (length < FEW) {
      this.#window = this.#file!.slice(from, Math.min(this.size, from + WINDOW));
      this.#from = from;
      if (this.#window.length < length) throw endsTooEarly();
      return this.#window.subarray(0, length);
    }
    const into = memory === undefined ? new Uint8Array(length) : grownTo(memory, length);
    if (this.#file!.readAt(into, from) < length) throw endsTooEarly();
    return into;
  }
}

function grownTo(memory: ReusedBytes, length: number): Uint8Array {
  if (memory.bytes.length < length) memory.bytes = new Uint8Array(length + (length >> 3));
  return memory.bytes.subarray(0, length);
}

function endsTooEarly(): RangeError {
  return new RangeError("the file ends too early");
}
