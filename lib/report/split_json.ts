/**
 * A split as JSON, in pieces.
 *
 * @module
 */
import type { GoodSplit } from "../woptim/goods.ts";
import { type ListedSplit, pieces } from "../woptim/methods/person_list.ts";

/**
 * The text that `JSON.stringify(split, null, 2)` would give, piece by piece: that of millions of people is longer than a
 * string can be. Open bounds are null.
 *
 * @example
 * ```ts
 * import { split } from "../api/split.ts";
 * import { splitJson } from "./split_json.ts";
 * const one = split({ total: 1, requirements: [{ name: "ann", interval: [0, 2], target: 1 }] });
 * const text = [...splitJson(one)].join("");
 * if (text !== JSON.stringify(one, null, 2) + "\n") throw new Error(text);
 * ```
 */
export function* splitJson(split: ListedSplit): Generator<string> {
  const { people, ...summary } = split;
  yield `${JSON.stringify(summary, null, 2).slice(0, -2)},\n  "people": [\n`;
  let left = people.length;
  for (const piece of pieces(people)) {
    // Without the brackets of the piece's own list.
    const list = JSON.stringify(piece, null, 2).slice(2, -2);
    left -= piece.length;
    yield `${indented(list, "  ")}${left === 0 ? "" : ","}\n`;
  }
  yield "  ]\n}\n";
}

/** Splits of several goods as `JSON.stringify({ goods }, null, 2)` would have them, in pieces. */
export function* goodsJson(goods: readonly GoodSplit[]): Generator<string> {
  yield `{\n  "goods": [\n`;
  for (const [g, good] of goods.entries()) {
    const isLast = g === goods.length - 1;
    for (const piece of splitJson(good)) {
      const text = indented(piece, "    ");
      // The last piece of a split is the one with its closing brace.
      yield text.endsWith("\n    }\n") && !isLast ? `${text.slice(0, -1)},\n` : text;
    }
  }
  yield "  ]\n}\n";
}

/** Lines with blanks before them. Lines end with "\n" only: a name may hold other separators (U+2028), which /^/m would find. */
function indented(lines: string, blanks: string): string {
  return lines.replace(/(^|\n)(?=[^\n])/g, `$1${blanks}`);
}
