/**
 * What `divvy allocate --dry-run` does without an engine: everything but solving and writing.
 *
 * @module
 */
import { readDrop } from "../../../io/drop_reader.ts";
import { previewFacts } from "../../../report/facts/preview/preview_facts.ts";
import { previewText } from "../../../report/text/preview_text.ts";
import { EXIT_DONE } from "../../frame/exit_codes.ts";
import { inputSources, type InputValues, readOptions } from "../../frame/options/input_options.ts";
import { policyOf } from "../../frame/options/policy_options.ts";
import type { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { readyDrop } from "../../../api/ready_drop.ts";
import { underScenario } from "../../frame/options/scenario_file_option.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import { type AllocateValues, outputFiles } from "./allocate_values.ts";
import { dropTitle, reportFiles } from "../report_page.ts";

/** Reads the drop and prints what it allows and which files a run would write; writes none. */
export async function dryRunAllocate(
  values: InputValues & AllocateValues,
  progress: ProgressLine,
): Promise<number> {
  const sources = inputSources(values);
  const read = await readDrop(sources, { ...readOptions(values), onProgress: progress.report });
  const changed = await underScenario(read, policyOf(values), values.scenario);
  const { policy } = changed, drop = readyDrop(changed.drop, policy);
  progress.report({ phase: "preview" });
  const facts = previewFacts(drop, policy, {
    title: dropTitle(sources.elig),
    files: reportFiles(sources),
  });
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
