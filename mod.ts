/**
 * Divvy: divide scarce things among people, the best possible way, and prove it.
 *
 * @module
 */
export {
  InfeasibleError,
  InputError,
  type InputFault,
  TimeoutError,
  UsageError,
} from "./lib/errors.ts";
export type { OnProgress, Progress, RunControl } from "./lib/progress.ts";
export { split, splitArrays } from "./lib/woptim/split.ts";
export type { ColumnSplit, Split, SplitPerson, SplitSummary } from "./lib/woptim/split.ts";
export type { SplitOptions } from "./lib/woptim/options.ts";
export type { Requirement, SplitColumns, SplitProblem, TargetWord } from "./lib/woptim/problem.ts";
export type { SplitStatus } from "./lib/woptim/status.ts";
