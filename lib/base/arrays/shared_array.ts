/**
 * Memory for columns: shared with workers where the platform allows it.
 *
 * @module
 */

const canShare = typeof SharedArrayBuffer !== "undefined";

/** A zeroed buffer of `bytes` bytes that workers can see without a copy, or a plain one where there is no such thing. */
function sharedBuffer(bytes: number): ArrayBuffer | SharedArrayBuffer {
  return canShare ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

/** A zeroed Uint32Array of `length` elements in memory that is shared where that of `other` is. */
export function uint32Like(other: ArrayBufferView, length: number): Uint32Array {
  return isShared(other) ? sharedUint32(length) : new Uint32Array(length);
}

/** Whether workers see an array's memory without a copy. */
export function isShared({ buffer }: ArrayBufferView): boolean {
  return canShare && buffer instanceof SharedArrayBuffer;
}

/** Gives back memory that is not shared at once, as far as the platform can: what is collected later adds up until then. */
export function release({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > 0) buffer.transfer?.(0);
}

/** A zeroed Uint8Array of `length` elements in {@link sharedBuffer}. */
export function sharedUint8(length: number): Uint8Array {
  return new Uint8Array(sharedBuffer(length));
}

/** A zeroed Uint16Array of `length` elements in {@link sharedBuffer}. */
export function sharedUint16(length: number): Uint16Array {
  return new Uint16Array(sharedBuffer(2 * length));
}

/** A zeroed Int32Array of `length` elements in {@link sharedBuffer}. */
export function sharedInt32(length: number): Int32Array {
  return new Int32Array(sharedBuffer(4 * length));
}

/** A zeroed Uint32Array of `length` elements in {@link sharedBuffer}. */
export function sharedUint32(length: number): Uint32Array {
  return new Uint32Array(sharedBuffer(4 * length));
}

/** A zeroed Float64Array of `length` elements in {@link sharedBuffer}. */
export function sharedFloat64(length: number): Float64Array {
  return new Float64Array(sharedBuffer(8 * length));
}
