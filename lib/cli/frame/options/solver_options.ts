/**
 * Options of the solver that several commands have.
 *
 * @module
 */
import { WORKERS_RANGE } from "../../../api/solvers.ts";
import { number } from "../option_kinds.ts";

/** `--gap`; `help` says what stops at it. */
export function gapOption(help: string) {
  return number("--gap <gap>", help, { min: 0 }).default(1e-6);
}

/** `--workers`. */
export function workersOption() {
  return number("--workers <n>", "threads (default: the cores)", WORKERS_RANGE);
}

/** `--timeout`; `help` says what it stops. */
export function timeoutOption(help: string) {
  return number("--timeout <seconds>", help, { min: 0, above: true }).default(3600);
}
