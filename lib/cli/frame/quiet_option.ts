/**
 * `-q`, which means the same everywhere.
 *
 * @module
 */
import { type DivvyOption, flag } from "./options.ts";

/** The option: what was asked for is written and printed, and nothing beside it. */
export function quietFlag(): DivvyOption {
  return flag(
    "-q, --quiet",
    "only what is asked for: no progress, no notes, no text beside files; verdicts stay",
  );
}
