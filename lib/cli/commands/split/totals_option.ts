/**
 * Reads the value of `--totals`.
 *
 * @module
 */
import { quote, UsageError } from "../../../base/errors.ts";
import { decimalOf, scaledTo } from "../../../woptim/exact/decimal.ts";
import { isAmount } from "../../../woptim/problem/size.ts";

/** An item of the list: totals, or the ends of a range without a step. */
export type TotalsPiece = readonly number[] | { readonly from: number; readonly to: number };

/** Most totals that a range may have. */
const MOST = 10_000;

const NUMBER = String.raw`(\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const RANGE = new RegExp(String.raw`^(${NUMBER})\.\.(${NUMBER})(?::(${NUMBER}))?$`, "i");

/**
 * Reads `60..80:5`, `60,65,70`, `0..100` (all totals at which somebody's share begins to change differently) or a list of these.
 *
 * @throws {UsageError} for anything else
 *
 * @example
 * ```ts
 * import { parseTotals } from "./totals_option.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 * assertEquals(parseTotals("60..80:5"), [[60, 65, 70, 75, 80]]);
 * assertEquals(parseTotals("0.1..0.3:0.1,7"), [[0.1, 0.2, 0.3], [7]]);
 * assertEquals(parseTotals("0..9"), [{ from: 0, to: 9 }]);
 * ```
 */
export function parseTotals(text: string): TotalsPiece[] {
  return text.split(",").map((part) => {
    const item = part.trim();
    const range = RANGE.exec(item);
    const numbers = (range === null ? [item] : [range[1], range[3], range[5] ?? "1"])
      .map((n) => new RegExp(`^${NUMBER}$`, "i").test(n) ? Number(n) : NaN);
    if (!numbers.every(isAmount)) throw fault(text);
    if (range === null) return numbers;
    const [from, to, step] = numbers;
    if (from > to || (range[5] !== undefined && step === 0)) throw fault(text);
    return range[5] === undefined ? { from, to } : steps(from, to, step, text);
  });
}

/** The totals from, from + step, … up to `to`, computed in decimals so that they are exact. */
function steps(from: number, to: number, step: number, text: string): number[] {
  const decimals = [from, to, step].map(decimalOf);
  const finest = Math.min(...decimals.map(({ exponent }) => exponent));
  const [first, last, by] = decimals.map((decimal) => scaledTo(finest, decimal));
  if ((last - first) / by >= BigInt(MOST)) {
    throw new UsageError(`--totals is ${quote(text)}, expected at most ${MOST} totals in a range`);
  }
  const totals: number[] = [];
  for (let at = first; at <= last; at += by) totals.push(Number(`${at}e${finest}`));
  return totals;
}

function fault(text: string): UsageError {
  return new UsageError(
    `--totals is ${quote(text)}, expected totals from 0 up: 60..80:5, 60..80, or 60,65,70`,
  );
}
