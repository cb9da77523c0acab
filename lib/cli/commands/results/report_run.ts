/**
 * What `divvy report` does: read the drop and its assignments, gather the facts, show them.
 *
 * @module
 */
import { readPhase } from "../../../io/bytes/read_progress.ts";
import { readCertificate } from "../../frame/read_certificate.ts";
import { readNotedDrop } from "../../frame/options/read_noted_drop.ts";
import { checkRules } from "../../../api/policy_options.ts";
import { besideHeldOut } from "../../../allocator/check/check.ts";
import { changedBy } from "../../../allocator/explain/whatif.ts";
import { UsageError } from "../../../base/errors.ts";
import { readAssignments } from "../../../io/tables/results/assignments_reader.ts";
import { type DropSources, readDrop } from "../../../io/drop_reader.ts";
import { parseRunDetails, type SummaryDetails } from "../../../io/documents/summary_file.ts";
import type { CompareFacts } from "../../../report/facts/compare/compare_facts.ts";
import { compareText } from "../../../report/text/compare_text.ts";
import { type ReportFacts, reportFacts } from "../../../report/facts/facts.ts";
import type { PreviewFacts } from "../../../report/facts/preview/preview_facts.ts";
import { previewText } from "../../../report/text/preview_text.ts";
import { allocationFromTable } from "../../../report/facts/read_allocation.ts";
import { reportText } from "../../../report/text/text.ts";
import {
  inputFiles,
  inputSources,
  type InputValues,
  readOptions,
} from "../../frame/options/input_options.ts";
import { checkEndings, checkInputs, checkOutputs } from "../../frame/output_files.ts";
import { drawnFrom, pageDate } from "../../frame/options/page_date.ts";
import { policyOf, rulesPassedOver } from "../../frame/options/policy_options.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { underScenario } from "../../frame/options/scenario_file_option.ts";
import { readText } from "../../frame/read_text.ts";
import { compareAllocations, filesToCompare } from "./report_compare_run.ts";
import { readPreview } from "../drop_preview.ts";
import { dropTitle, reportFiles } from "../report_page.ts";
import { tableControl } from "../../frame/options/table_options.ts";
import { type Screen, screenOf } from "../../frame/terminal/screen.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import type { PageOptions } from "../../../report/html/page.ts";
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";

/** The options of `divvy report` that are not inputs, reading or policy. */
interface ReportValues {
  assign?: string;
  compare?: string[];
  certificate?: string;
  summary?: string;
  scenario?: string;
  config?: string;
  html?: string;
  json?: boolean;
  title?: string;
  date?: string;
  asOf?: string;
  quiet?: boolean;
}

/** Runs `divvy report`. */
export async function runReport(
  values: InputValues & ReportValues,
  _args: string[],
  given: ReadonlySet<string>,
): Promise<void> {
  const progress = new ProgressLine(values);
  const sources = inputSources(values);
  const inputs = {
    ...inputFiles(sources),
    "--assign": values.assign,
    ...Object.fromEntries(
      (values.compare ?? []).map((file, i) => [`--compare (${i + 1})`, file]),
    ),
    "--certificate": values.certificate,
    "--summary": values.summary,
    "--scenario": values.scenario,
    "--config": values.config,
  };
  await checkOutputs({ "--html": values.html }, inputs);
  checkEndings({ "--html": values.html }, "html");
  const compared = filesToCompare(values);
  if (compared !== null) {
    await checkInputs(inputs);
    return await runCompare(compared, values, sources, progress);
  }
  if (values.assign === undefined) return await runPreview(values, sources, progress);
  await checkInputs(inputs);
  const certificate = await readCertificate(values.certificate);
  progress.noteIf(rulesPassedOver(values, given, certificate));
  const details = await readDetails(values.summary);
  const reading = { ...readOptions(values, certificate), onProgress: progress.report };
  const { drop: read, policy } = await underScenario(
    await readDrop(sources, reading),
    policyOf(values),
    values.scenario,
    changedBy,
  );
  progress.report({ phase: readPhase(values.assign) });
  const rows = await readAssignments(values.assign, {
    ...tableControl(values, (note) => progress.note(note)),
    scores: false,
  });
  progress.report({ phase: "report" });
  const { instance, table } = besideHeldOut(read.instance, rows);
  const drop = read.withInstance(instance);
  const allocation = allocationFromTable(instance, table, policy, {
    file: values.assign,
    certificate,
    solver: details.solver,
  });
  checkRules(drop.instance, allocation.policy);
  const facts = reportFacts(drop, { ...allocation, timedOut: details.timedOut ?? false }, {
    title: values.title ?? dropTitle(values.assign),
    timings: details.timings,
    warnings: details.warnings,
    files: reportFiles(sources),
  });
  await present(facts, values, sources, progress, {
    html: async (page) => (await import("../../../report/html/html.ts")).reportHtml(facts, page),
    text: (screen) => reportText(facts, screen),
  });
}

/** Runs `divvy report --compare`. */
async function runCompare(
  files: [string, string],
  values: InputValues & ReportValues,
  sources: DropSources,
  progress: ProgressLine,
): Promise<void> {
  const certificate = await readCertificate(values.certificate);
  const { drop, policy } = await underScenario(
    await readNotedDrop(values, progress, { sources, certificate }),
    policyOf(values),
    values.scenario,
    changedBy,
  );
  const facts = await compareAllocations(drop, files, values, sources, {
    policy,
    certificate,
    title: values.title,
    progress,
  });
  await present(facts, values, sources, progress, {
    html: async (page) =>
      (await import("../../../report/html/compare_html.ts")).compareHtml(facts, page),
    text: (screen) => compareText(facts, screen),
  });
}

/** Runs `divvy report` without assignments: a preview of the drop. */
async function runPreview(
  values: InputValues & ReportValues,
  sources: DropSources,
  progress: ProgressLine,
): Promise<void> {
  for (const name of ["certificate", "summary"] as const) {
    if (values[name] !== undefined) throw new UsageError(`--${name} needs --assign`);
  }
  const facts = await readPreview(values, sources, progress, values.title);
  await present(facts, values, sources, progress, {
    html: async (page) =>
      (await import("../../../report/html/preview_html.ts")).previewHtml(facts, page),
    text: (screen) => previewText(facts, screen),
  });
}

/**
 * Writes the page, if one is asked for, and prints JSON if `--json` is given, else the text; where a page was written, only its
 * name, on stderr. Pages load Vega, which is large.
 */
async function present(
  facts: ReportFacts | PreviewFacts | CompareFacts,
  values: ReportValues,
  sources: DropSources,
  progress: ProgressLine,
  { html, text }: {
    readonly html: (page: PageOptions) => Promise<string>;
    readonly text: (screen: Screen) => string;
  },
): Promise<void> {
  if (values.html !== undefined) {
    await writeTextAtomic(values.html, await html(await pageDate(values, drawnFrom(sources))));
  }
  progress.finish();
  if (values.json) writeJson(facts);
  else if (values.html === undefined) write(Deno.stdout, text(screenOf(Deno.stdout)));
  else if (!values.quiet) write(Deno.stderr, `Written: ${values.html}\n`);
}

async function readDetails(file: string | undefined): Promise<Partial<SummaryDetails>> {
  return file === undefined ? {} : parseRunDetails(await readText(file), file);
}
