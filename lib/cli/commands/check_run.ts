/**
 * What `divvy check` does: read the drop and the assignments, judge, tell.
 *
 * @module
 */
import { checkAssignments } from "../../allocator/check/check.ts";
import type { LimitInput } from "../../allocator/drop/limit_family.ts";
import type { Certificate } from "../../allocator/model/certificate.ts";
import { UsageError } from "../../base/errors.ts";
import { judgedBy } from "../../api/check.ts";
import { readAssignments } from "../../io/tables/assignments_reader.ts";
import { parseCertificate } from "../../io/documents/certificate_file.ts";
import { type DropSources, readDrop } from "../../io/drop_reader.ts";
import { checkText } from "../../report/text/check_text.ts";
import type { OptionValues } from "../frame/command.ts";
import { EXIT_DONE, EXIT_RULE } from "../frame/exit_codes.ts";
import { inputSources, readOptions } from "../frame/input_options.ts";
import { policyOf } from "../frame/policy_options.ts";
import { ProgressLine } from "../frame/progress_line.ts";
import { readText } from "../frame/read_text.ts";
import { tableControl } from "../frame/table_options.ts";
import { screenOf } from "../frame/screen.ts";
import { write, writeJson } from "../frame/write.ts";

/** The options of `divvy check` that are not inputs, reading or policy. */
interface CheckValues {
  assign: string;
  certificate?: string;
  exact?: boolean;
  json?: boolean;
  quiet?: boolean;
}

/**
 * Runs `divvy check`.
 *
 * @param given options that the command line or the configuration file gives
 */
export async function runCheck(
  options: OptionValues,
  given: ReadonlySet<string>,
): Promise<number> {
  const { assign, certificate: certificateFile, exact, json, quiet } =
    options as unknown as CheckValues;
  const progress = new ProgressLine({ quiet });
  const certificate = certificateFile === undefined
    ? undefined
    : parseCertificate(await readText(certificateFile), certificateFile);
  const drop = await readDrop(sourcesFor(options, certificate), {
    ...readOptions(options),
    onProgress: progress.report,
  });
  if (exact && certificate === undefined) {
    throw new UsageError("--exact needs --certificate: the figures are its");
  }
  progress.report({ phase: `read ${assign}` });
  const table = await readAssignments(assign, tableControl(options, (note) => progress.note(note)));
  progress.report({ phase: "check" });
  // What nobody asked for is as the certificate has it; where both say something else, the report names both.
  const asked = policyOf(options);
  const changes = Object.fromEntries(
    Object.entries(asked).filter(([name]) => given.has(name)),
  );
  const policy = certificate === undefined ? asked : judgedBy(undefined, certificate, changes);
  const report = checkAssignments(drop.instance, table, policy, { certificate, exact });
  progress.finish();

  if (json) writeJson({ ...report, input: drop.input });
  else write(Deno.stdout, checkText(report, screenOf(Deno.stdout).style));
  return report.ok ? EXIT_DONE : EXIT_RULE;
}

/** The inputs; limits that nobody named are those of the certificate. */
function sourcesFor(options: OptionValues, certificate: Certificate | undefined): DropSources {
  const sources = inputSources(options);
  if (sources.limits !== undefined || certificate?.limit_families === undefined) return sources;
  const limits = certificate.limit_families.map((family): LimitInput => ({
    limit: family.limit,
    per: family.per,
    counts: family.counts,
    atMost: family.at_most ?? undefined,
    atLeast: family.at_least ?? undefined,
    shareOf: family.share_of ?? undefined,
    price: family.price ?? undefined,
    where: Object.fromEntries(family.where.map(({ column, values }) => [column, values])),
  }));
  return { ...sources, limits };
}
