/**
 * Columns of texts without values that no element has.
 *
 * @module
 */
import type { TextColumn } from "../allocator/drop/instance/attributes.ts";

/** A column whose values may occur twice or not be used. */
interface CodedTexts {
  readonly code: Uint32Array | Int32Array;
  readonly values: readonly string[];
}

/**
 * The same column with each value once, in the order of its first element, and without unused ones. Otherwise a value of rows
 * that don't count could be selected by, and the order of the file's rows would change the result.
 */
export function usedOf({ code, values }: CodedTexts): TextColumn {
  const codeOf = new Map<string, number>(), renamed = new Int32Array(values.length).fill(-1);
  const used: string[] = [], out = new Uint32Array(code.length);
  for (let i = 0; i < code.length; i++) {
    const before = code[i];
    if (renamed[before] < 0) {
      const text = values[before];
      let at = codeOf.get(text);
      if (at === undefined) codeOf.set(text, at = used.push(text) - 1);
      renamed[before] = at;
    }
    out[i] = renamed[before];
  }
  return { code: out, values: used };
}
