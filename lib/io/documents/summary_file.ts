/**
 * Reads summaries from JSON text, as far as a later command needs them.
 *
 * @module
 */
import { z } from "../../deps/zod.ts";
import type { Timings } from "../../report/facts/summary.ts";
import { parseDocument } from "./json_document.ts";

/** What only the summary says of a run; everything else follows from the other files. */
export interface SummaryDetails {
  /** The solver that made the result. */
  solver: string;
  /** Durations of the run's steps, in seconds. */
  timings?: Partial<Timings>;
  /** Warnings of the run. */
  warnings?: string[];
  /** Whether time ran out before the run was finished. */
  timedOut?: boolean;
}

const seconds = z.number().min(0).optional();

/** Everything else in a summary is ignored. */
const schema = z.object({
  solver: z.string(),
  timings: z.object({ read_s: seconds, solve_s: seconds, write_s: seconds, total_s: seconds })
    .optional(),
  warnings: z.array(z.string()).optional(),
  timed_out: z.boolean().optional(),
});

/**
 * Reads solver, timings and warnings from a summary's JSON text.
 *
 * @param file the file's name, for errors
 * @throws {InputError} if the text is not JSON, or one of these fields is invalid
 *
 * @example
 * ```ts
 * import { parseRunDetails } from "./summary_file.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const { solver } = parseRunDetails('{"solver": "greedy", "k": 3}', "summary.json");
 * assertEquals(solver, "greedy");
 * ```
 */
export function parseRunDetails(text: string, file: string): SummaryDetails {
  const { timed_out: timedOut, ...rest } = parseDocument(text, file, "summary", schema);
  return { ...rest, timedOut };
}
