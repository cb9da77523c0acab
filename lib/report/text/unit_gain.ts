/**
 * What one unit more of a contract or a limit adds, in words.
 *
 * @module
 */
import { gainOfUnitInWords } from "../facts/report_totals.ts";
import { figure } from "../words.ts";

/**
 * What one unit more adds, for the end of a sentence: exactly, where it was solved again, else at most so much.
 *
 * @example
 * ```ts
 * import { unitGainInWords } from "./unit_gain.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(unitGainInWords({ price: 2, gain: 1.5, gain_at_most: 2 }), "1.5 to the objective");
 * assertEquals(unitGainInWords({ price: 2, gain: null, gain_at_most: 2 }), "at most 2 to the objective");
 * assertEquals(unitGainInWords({ price: 2, gain: 0, gain_at_most: 2 }), "nothing");
 * ```
 */
export function unitGainInWords(
  { price = 0, gain, gain_at_most }: {
    readonly price?: number;
    readonly gain: number | null;
    readonly gain_at_most: number;
  },
): string {
  if ((gain ?? gain_at_most) === 0) return "nothing";
  return gain === null
    ? `at most ${gainOfUnitInWords(price, gain_at_most)}`
    : `${figure(gain)} to the objective`;
}
