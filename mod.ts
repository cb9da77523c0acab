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
