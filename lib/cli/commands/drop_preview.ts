/**
 * A drop before it is allocated, for the commands that preview one.
 *
 * @module
 */
import { readyDrop } from "../../api/ready_drop.ts";
import { type DropSources, readDrop } from "../../io/drop_reader.ts";
import { type PreviewFacts, previewFacts } from "../../report/facts/preview/preview_facts.ts";
import { type InputValues, readOptions } from "../frame/options/input_options.ts";
import { policyOf } from "../frame/options/policy_options.ts";
import { underScenario } from "../frame/options/scenario_file_option.ts";
import type { ProgressLine } from "../frame/terminal/progress_line.ts";
import { dropTitle, reportFiles } from "./report_page.ts";

/** Reads the drop, under the scenario where one is given, and finds what it allows. */
export async function readPreview(
  values: InputValues & { readonly scenario?: string },
  sources: DropSources,
  progress: ProgressLine,
  title = dropTitle(sources.elig),
): Promise<PreviewFacts> {
  const read = await readDrop(sources, { ...readOptions(values), onProgress: progress.report });
  const changed = await underScenario(read, policyOf(values), values.scenario);
  const { policy } = changed, drop = readyDrop(changed.drop, policy);
  progress.report({ phase: "preview" });
  return previewFacts(drop, policy, { title, files: reportFiles(sources) });
}
