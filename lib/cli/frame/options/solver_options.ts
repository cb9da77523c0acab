/**
 * Options of the solver that several commands have.
 *
 * @module
 */
import { DEFAULT_GAP } from "../../../allocator/model/allocation.ts";
import { EXACT_PAIRS } from "../../../allocator/optimal/dual/drop_sizes.ts";
import { WORKERS_RANGE } from "../../../api/solvers.ts";
import { number } from "../option_kinds.ts";

/** What stops at the gap where one drop is solved. */
const ONE_SOLVE = "stop when proven within this of the bound; up to " +
  `${EXACT_PAIRS.toLocaleString("en")} pairs go on to the optimum`;

/** `--gap`; `help` says what stops at it. */
export function gapOption(help = ONE_SOLVE) {
  return number("--gap <gap>", help, { min: 0 }).default(DEFAULT_GAP);
}

/** `--workers`. */
export function workersOption() {
  return number("--workers <n>", "threads (default: the cores)", WORKERS_RANGE);
}

/** Seconds of solving where `--timeout` is not given. */
export const DEFAULT_TIMEOUT = 3600;

/** `--timeout`; `help` says what it stops. */
export function timeoutOption(help: string) {
  return number("--timeout <seconds>", help, { min: 0, above: true }).default(DEFAULT_TIMEOUT);
}
