/**
 * The line in which `divvy caps` says which contracts it wrote.
 *
 * @module
 */
import { count, counted } from "../../report/words.ts";

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
