/**
 * What `divvy report` does: read the drop and its assignments, gather the facts, show them.
 *
 * @module
 */
import type { Certificate } from "../allocator/certificate.ts";
import { readAssignments } from "../io/assignments_reader.ts";
import { parseCertificate } from "../io/certificate_file.ts";
import { readDrop } from "../io/drop_reader.ts";
import { parseRunDetails, type SummaryDetails } from "../io/summary_file.ts";
import { reportFacts } from "../report/facts.ts";
import { allocationFromTable } from "../report/read_allocation.ts";
import { reportText } from "../report/text.ts";
import type { OptionValues } from "./command.ts";
import { inputFiles, inputSources, readOptions } from "./input_options.ts";
import { checkOutputs } from "./output_files.ts";
import { policyOf } from "./policy_options.ts";
import { ProgressLine } from "./progress_line.ts";
import { readText } from "./read_text.ts";
import { dropTitle, reportFiles, writePage } from "./report_page.ts";
import { screenOf } from "./screen.ts";
import { write, writeJson } from "./write.ts";

/** The options of `divvy report` that are not inputs, reading or policy. */
interface ReportValues {
  assign: string;
  certificate?: string;
  summary?: string;
  html?: string;
  json?: boolean;
  title?: string;
  quiet?: boolean;
}

/** Runs `divvy report`. */
export async function runReport(options: OptionValues): Promise<void> {
  const values = options as unknown as ReportValues;
  const progress = new ProgressLine(values);
  const sources = inputSources(options);
  await checkOutputs({ "--html": values.html }, {
    ...inputFiles(sources),
    "--assign": values.assign,
    "--certificate": values.certificate,
    "--summary": values.summary,
  });
  const certificate = await readCertificate(values.certificate);
  const details = await readDetails(values.summary);
  const drop = await readDrop(sources, { ...readOptions(options), onProgress: progress.report });
  progress.report({ phase: `read ${values.assign}` });
  const table = await readAssignments(values.assign, { scores: false });
  progress.report({ phase: "report" });
  const allocation = allocationFromTable(drop.instance, table, policyOf(options), {
    file: values.assign,
    certificate,
    solver: details.solver,
  });
  const facts = reportFacts(drop, { ...allocation, timedOut: details.timedOut ?? false }, {
    title: values.title ?? dropTitle(values.assign),
    timings: details.timings,
    warnings: details.warnings,
    files: reportFiles(sources),
  });
  if (values.html !== undefined) await writePage(values.html, facts);
  progress.finish();

  if (values.json) writeJson(facts);
  else if (values.html === undefined) {
    write(Deno.stdout, reportText(facts, screenOf(Deno.stdout)));
  } else if (!values.quiet) write(Deno.stderr, `Written: ${values.html}\n`);
}

async function readCertificate(file: string | undefined): Promise<Certificate | undefined> {
  return file === undefined ? undefined : parseCertificate(await readText(file), file);
}

async function readDetails(file: string | undefined): Promise<Partial<SummaryDetails>> {
  return file === undefined ? {} : parseRunDetails(await readText(file), file);
}
