/**
 * What `divvy check` does: read the drop and the assignments, judge, tell.
 *
 * @module
 */
import { checkAssignments } from "../../allocator/check/check.ts";
import { judgedBy } from "../../api/check.ts";
import { readAssignments } from "../../io/tables/assignments_reader.ts";
import { parseCertificate } from "../../io/documents/certificate_file.ts";
import { readDrop } from "../../io/drop_reader.ts";
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
  const { assign, certificate: certificateFile, json, quiet } = options as unknown as CheckValues;
  const progress = new ProgressLine({ quiet });
  const drop = await readDrop(inputSources(options), {
    ...readOptions(options),
    onProgress: progress.report,
  });
  progress.report({ phase: `read ${assign}` });
  const table = await readAssignments(assign, tableControl(options, (note) => progress.note(note)));
  const certificate = certificateFile === undefined
    ? undefined
    : parseCertificate(await readText(certificateFile), certificateFile);
  progress.report({ phase: "check" });
  // What nobody asked for is as the certificate has it; where both say something else, the report names both.
  const asked = policyOf(options);
  const changes = Object.fromEntries(
    Object.entries(asked).filter(([name]) => given.has(name)),
  );
  const policy = certificate === undefined ? asked : judgedBy(undefined, certificate, changes);
  const report = checkAssignments(drop.instance, table, policy, { certificate });
  progress.finish();

  if (json) writeJson({ ...report, input: drop.input });
  else write(Deno.stdout, checkText(report, screenOf(Deno.stdout).style));
  return report.ok ? EXIT_DONE : EXIT_RULE;
}
