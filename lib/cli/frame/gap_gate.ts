/**
 * `--require-gap`: whether a result is proven as closely as `--gap` asks.
 *
 * @module
 */
import { CUT_SHORT } from "../../allocator/model/allocation.ts";
import { EXIT_DONE, EXIT_GAP } from "./exit_codes.ts";
import { write } from "./terminal/write.ts";
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";

/**
 * The exit code for `--require-gap`; where it is not 0, a line on stderr says why.
 *
 * @param result the gap that is proven (null: `solver` proves none), and whether the run was cut short
 */
export function gapExitCode(
  { requireGap = false, gap: wanted }: { readonly requireGap?: boolean; readonly gap: number },
  { solver, gap, timedOut }: {
    readonly solver: string;
    readonly gap: number | null;
    readonly timedOut: boolean;
  },
): number {
  if (!requireGap || (gap !== null && gap <= wanted + WORTH_ROUNDING)) return EXIT_DONE;
  const why = gap === null
    ? `solver ${solver} proves no gap`
    : `the gap is ${gap}, above ${wanted}: ${timedOut ? CUT_SHORT : "the search ended there"}`;
  write(Deno.stderr, `divvy: --require-gap: ${why}\n`);
  return EXIT_GAP;
}
