/**
 * A split as JSON, in pieces.
 *
 * @module
 */
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
    // The brackets of the piece's own list go.
    const list = JSON.stringify(piece, null, 2).slice(2, -2);
    left -= piece.length;
    yield `${list.replace(/^/gm, "  ")}${left === 0 ? "" : ","}\n`;
  }
  yield "  ]\n}\n";
}
