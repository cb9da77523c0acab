/**
 * Columns of texts without those that nothing has.
 *
 * @module
 */
import type { TextColumn } from "../allocator/drop/attributes.ts";

/** A column as it is packed here: texts may occur twice. */
interface PackedTexts {
  readonly code: Uint32Array | Int32Array;
  readonly values: readonly string[];
}

/**
 * The same column with the texts that it has, each once, in the order in which they come: what rows that don't count have
 * would pass for values to select by, and the order of rows in a file must not show.
 */
export function usedOf({ code, values }: PackedTexts): TextColumn {
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
