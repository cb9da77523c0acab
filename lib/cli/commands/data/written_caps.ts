/**
 * The line in which `divvy caps` says which contracts it wrote, or why none.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { visible } from "../../../report/text/terminal.ts";
import { count, counted } from "../../../report/words.ts";

/**
 * How many contracts were written, and why the others were not.
 *
 * @param contracts all contracts
 * @param written those that were written
 * @param impossible those left out because their figures contradict each other
 * @param out name of the file
 */
export function writtenCaps(
  contracts: number,
  written: number,
  impossible: number,
  out: string,
): string {
  const zero = contracts - written - impossible;
  return [
    `${count(written)} of ${counted(contracts, "contract")} written to ${out}`,
    ...(zero > 0 ? [`${count(zero)} left out with cap 0`] : []),
    ...(impossible > 0 ? [`${count(impossible)} left out with impossible figures`] : []),
  ].join(", ");
}

/**
 * The error where no contract is written; it names one whose figures contradict each other, if there is any.
 *
 * @param from what the caps were reckoned from, and a colon; or ""
 * @param rows all contracts, with what is impossible about them
 */
export function nothingToWrite(
  from: string,
  rows: readonly { readonly contract: string; readonly impossible: string | null }[],
): InputError {
  const wrong = rows.find(({ impossible }) => impossible !== null);
  const why = wrong === undefined ? "" : visible(` (${wrong.contract}: ${wrong.impossible})`);
  return new InputError(`${from}no contract has a cap above 0, so there is nothing to write${why}`);
}
