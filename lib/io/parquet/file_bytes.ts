/**
 * Bytes of a Parquet file, at any place.
 *
 * @module
 */
import type { RangeReader } from "../../sources/web_source.ts";
import type { OpenFile } from "../bytes/open_file.ts";

/** Where bytes are read to that are let go of before the next ones; kept, as new memory costs more than what it holds. */
export interface ByteRoom {
  /** The memory. */
  bytes: Uint8Array;
}

/** Bytes read at once where fewer than `FEW` are asked for: of many small pieces most are beside one another. */
const WINDOW = 1 << 18, FEW = 1 << 13;

/** The bytes of an open file, of one that was read whole, or of one elsewhere that is asked for what is needed. */
export class FileBytes {
  /** How many there are. */
  readonly size: number;
  readonly #file: OpenFile | null;
  /** Bytes from `#from` on. */
  #window: Uint8Array;
  #from = 0;

  readonly #remote: RangeReader | null;
  /** Bytes that were asked for before they are needed, by where they begin and end. */
  readonly #asked = new Map<string, Promise<Uint8Array>>();

  /** The bytes of a file, or these. */
  constructor(source: OpenFile | Uint8Array | RangeReader) {
    const isBytes = source instanceof Uint8Array, isRemote = "fetch" in source;
    this.#remote = isRemote ? source : null;
    this.#file = isBytes || isRemote ? null : source;
    this.#window = isBytes ? source : new Uint8Array(0);
    this.size = isBytes ? source.length : source.size;
  }

  /** Has bytes come that will be needed soon, where that takes time. */
  ahead(from: number, to: number): void {
    const key = `${from} ${to}`, isInside = from >= 0 && to > from && to <= this.size;
    if (this.#remote === null || !isInside || this.#asked.has(key)) return;
    const coming = this.#remote.fetch(from, to);
    // Whoever needs them is told of what went wrong.
    coming.catch(() => {});
    this.#asked.set(key, coming);
  }

  /**
   * The bytes `[from, to)`; see {@link read}, for files on this machine.
   *
   * @throws {Error} where there are fewer
   */
  async bytes(from: number, to: number, room?: ByteRoom): Promise<Uint8Array> {
    if (this.#remote === null) return this.read(from, to, room);
    if (!(from >= 0 && to >= from && to <= this.size)) throw endsTooEarly();
    if (from === to) return new Uint8Array(0);
    const key = `${from} ${to}`, coming = this.#asked.get(key) ?? this.#remote.fetch(from, to);
    this.#asked.delete(key);
    return await coming;
  }

  /**
   * The bytes `[from, to)`.
   *
   * @param room if given they are valid until it is used again
   * @throws {Error} where there are fewer
   */
  read(from: number, to: number, room?: ByteRoom): Uint8Array {
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
    const into = room === undefined ? new Uint8Array(length) : roomFor(room, length);
    if (this.#file!.readAt(into, from) < length) throw endsTooEarly();
    return into;
  }
}

function roomFor(room: ByteRoom, length: number): Uint8Array {
  if (room.bytes.length < length) room.bytes = new Uint8Array(length + (length >> 3));
  return room.bytes.subarray(0, length);
}

function endsTooEarly(): RangeError {
  return new RangeError("the file ends too early");
}
