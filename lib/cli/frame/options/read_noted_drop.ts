/**
 * Reads the drop of a command whose results don't list what was left out of it.
 *
 * @module
 */
import type { Drop } from "../../../allocator/drop/drop.ts";
import type { Certificate } from "../../../allocator/model/certificate.ts";
import type { RunControl } from "../../../base/progress.ts";
import { type DropSources, readDrop } from "../../../io/drop_reader.ts";
import { inputNotes } from "../../../report/facts/preview/input_notes.ts";
import { inputSources, type InputValues, readOptions } from "./input_options.ts";
import type { ProgressLine } from "../terminal/progress_line.ts";

/**
 * Reads a drop, and says on stderr what was left out of it, filled in or odd, a line for each.
 *
 * @param control `sources`: other inputs than those of the options; `certificate`: see {@link readOptions}; `signal`: stops reading
 * @throws {InputError} for what can't be read
 */
export async function readNotedDrop(
  values: InputValues & { readonly workers?: number },
  progress: ProgressLine,
  { sources = inputSources(values), certificate, signal }:
    & Pick<RunControl, "signal">
    & { readonly sources?: DropSources; readonly certificate?: Certificate } = {},
): Promise<Drop> {
  const drop = await readDrop(sources, {
    ...readOptions(values, certificate),
    onProgress: progress.report,
    signal,
  });
  progress.finish();
  for (const note of inputNotes(drop.input)) progress.note(note);
  return drop;
}
