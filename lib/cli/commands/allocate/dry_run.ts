/**
 * What `divvy allocate --dry-run` does without an engine: everything but solving and writing.
 *
 * @module
 */
import { previewText } from "../../../report/text/preview_text.ts";
import { EXIT_DONE } from "../../frame/exit_codes.ts";
import { inputSources } from "../../frame/options/input_options.ts";
import type { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import { outputFiles } from "./allocate_values.ts";
import { readPreview } from "../drop_preview.ts";
import type { AllocateValues } from "./allocate_options.ts";

/** Reads the drop and prints what it allows and which files a run would write; writes none. */
export async function dryRunAllocate(
  values: AllocateValues,
  progress: ProgressLine,
): Promise<number> {
  const facts = await readPreview(values, inputSources(values), progress);
  progress.finish();
  const files = Object.values(outputFiles(values)).filter((file) => file !== undefined);
  if (values.json) writeJson({ ...facts, would_write: files });
  else {
    const names = files.map((file) => `  ${file}\n`).join("");
    const text = values.quiet ? "" : `${previewText(facts, screenOf(Deno.stdout))}\n`;
    write(Deno.stdout, `${text}Nothing is solved or written; a run would write:\n${names}`);
  }
  return EXIT_DONE;
}
