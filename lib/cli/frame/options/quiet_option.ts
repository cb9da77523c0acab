/**
 * The option `-q`, which means the same in all commands.
 *
 * @module
 */
import { flag } from "../option_kinds.ts";

/** The option: only what was asked for is written and printed. */
export function quietFlag() {
  return flag(
    "-q, --quiet",
    "only what is asked for: no progress, no notes, no text beside files; verdicts stay",
  );
}
