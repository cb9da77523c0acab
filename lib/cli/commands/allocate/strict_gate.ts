/**
 * `--strict`: whether every group meets its minimum, and every limit its least.
 *
 * @module
 */
import type { InputReport } from "../../../allocator/drop/instance/input_report.ts";
import { leastsInWords } from "../../../report/facts/preview/input_notes.ts";
import { count, counted } from "../../../report/words.ts";
import { EXIT_DONE, EXIT_RULE } from "../../frame/exit_codes.ts";
import { write } from "../../frame/terminal/write.ts";

/** What a run missed. */
interface Missed {
  /** Groups that miss their minimum, and how many users they lack. */
  readonly minima: { readonly groups: number; readonly users: number };
  /** Groups. */
  readonly groups: number;
  /** Limits that miss their least, which has no price. */
  readonly leasts: number;
  /** Limits. */
  readonly limits: number;
  /** What was read, of which leasts that no pair counts toward are told. */
  readonly input: Pick<InputReport, "limits">;
}

/** The exit code for `--strict`; where it is not 0, a line on stderr says why. One machine and the engines say it alike. */
export function strictExitCode(
  { minima, groups, leasts, limits, input }: Missed,
): number {
  const verb = (n: number) => n === 1 ? "misses its" : "miss their";
  const parts: string[] = [];
  if (minima.users > 0) {
    const of = `${count(minima.groups)} of ${counted(groups, "group")}`;
    parts.push(`${of} ${verb(minima.groups)} minimum, by ${counted(minima.users, "user")}`);
  }
  if (leasts > 0) {
    parts.push(`${count(leasts)} of ${counted(limits, "limit")} ${verb(leasts)} least`);
  }
  if ((input.limits?.leasts_without_price ?? 0) > 0) parts.push(leastsInWords(input));
  if (parts.length === 0) return EXIT_DONE;
  write(Deno.stderr, `divvy: --strict: ${parts.join("; ")}\n`);
  return EXIT_RULE;
}
