/**
 * Values with typed arrays and maps as bytes, and back: like structured cloning, in a form that can be written to a
 * file.
 *
 * @module
 */

/** Arrays that may be in a value, by name. */
const ARRAYS = { Float64Array, Uint32Array, Uint16Array, Int32Array, Int8Array, Uint8Array };
type ArrayName = keyof typeof ARRAYS;

/** An array's kind, first byte and length; or the entries of a map; or a number that JSON lacks. */
type Stand =
  | { $: "array"; name: ArrayName; at: number; length: number }
  | { $: "map"; entries: [unknown, unknown][] }
  | { $: "number"; text: string };

const ALIGNED = 8;

/**
 * Bytes of a value: JSON of its structure, then its arrays. Of objects only own data counts. No object of the value may have a
 * key `$`.
 */
export function packValue(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: Uint8Array[] = [];
  let size = 0;
  const standIn = (part: unknown): unknown => {
    if (typeof part === "number" && !Number.isFinite(part)) {
      return { $: "number", text: String(part) } satisfies Stand;
    }
    if (typeof part !== "object" || part === null) return part;
    if (ArrayBuffer.isView(part)) {
      const { buffer, byteOffset, byteLength } = part;
      const at = size;
      arrays.push(new Uint8Array(buffer, byteOffset, byteLength));
      size += Math.ceil(byteLength / ALIGNED) * ALIGNED;
      const name = part.constructor.name as ArrayName;
      const { BYTES_PER_ELEMENT } = ARRAYS[name];
      return { $: "array", name, at, length: byteLength / BYTES_PER_ELEMENT } satisfies Stand;
    }
    if (part instanceof Map) {
      const entries = [...part].map((
        [key, own],
      ): [unknown, unknown] => [standIn(key), standIn(own)]);
      return { $: "map", entries } satisfies Stand;
    }
    if (Array.isArray(part)) return part.map(standIn);
    return Object.fromEntries(Object.entries(part).map(([key, own]) => [key, standIn(own)]));
  };
  const json = new TextEncoder().encode(JSON.stringify(standIn(value)));
  const first = Math.ceil((4 + json.length) / ALIGNED) * ALIGNED;
  const bytes = new Uint8Array(first + size);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = first;
  for (const array of arrays) {
    bytes.set(array, at);
    at += Math.ceil(array.length / ALIGNED) * ALIGNED;
  }
  return bytes;
}

/** The value that bytes of {@link packValue} are of; its arrays are views of them. */
export function unpackValue(bytes: Uint8Array<ArrayBuffer>): unknown {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const first = Math.ceil((4 + length) / ALIGNED) * ALIGNED;
  const revived = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part.map(revived);
    const stand = part as Stand;
    switch (stand.$) {
      case "array":
        return new ARRAYS[stand.name](bytes.buffer, first + stand.at, stand.length);
      case "map":
        return new Map(stand.entries.map(([key, own]) => [revived(key), revived(own)]));
      case "number":
        return Number(stand.text);
      default:
        return Object.fromEntries(Object.entries(part).map(([key, own]) => [key, revived(own)]));
    }
  };
  return revived(JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))));
}
