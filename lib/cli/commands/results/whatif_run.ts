/**
 * What `divvy whatif` does: read the drop, solve it under each change, compare.
 *
 * @module
 */
import { readCertificate } from "../../frame/read_certificate.ts";
import { readNotedDrop } from "../../frame/options/read_noted_drop.ts";
import { checkRules } from "../../../api/policy_options.ts";
import type { Policy } from "../../../allocator/model/policy.ts";
import { type Certificate, policyOfCertificate } from "../../../allocator/model/certificate.ts";
import { type Scenario, type SolvedScenario, whatIf } from "../../../allocator/explain/whatif.ts";
import { quote, UsageError } from "../../../base/errors.ts";
import { threads } from "../../frame/threads.ts";
import { dropTitle } from "../report_page.ts";
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";
import type { DropSources } from "../../../io/drop_reader.ts";
import { parseScenarios } from "../../../io/documents/scenario_file.ts";
import { type WhatIfFacts, whatIfFacts } from "../../../report/facts/compare/whatif_facts.ts";
import { whatIfCsv, whatIfText } from "../../../report/text/whatif_text.ts";
import { inputFiles, inputSources, type InputValues } from "../../frame/options/input_options.ts";
import { Interrupt } from "../../frame/interrupt.ts";
import type { TableFormat } from "../../../io/records/table_format.ts";
import { writeCsvText } from "../../../io/tables/results/table_writer.ts";
import { drawnFrom, pageDate } from "../../frame/options/page_date.ts";
import { checkEndings, checkOutputs } from "../../frame/output_files.ts";
import { checkTables, streamForPeople } from "../../frame/table_outputs.ts";
import { rulesOf, rulesPassedOver } from "../../frame/options/policy_options.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { readText } from "../../frame/read_text.ts";
import { scenariosOf, type ScenarioValues } from "../../frame/options/scenario_options.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";

/** The options of `divvy whatif` that are not inputs or reading. */
interface WhatIfValues extends ScenarioValues {
  certificate?: string;
  scenarios?: string;
  config?: string;
  gap: number;
  workers?: number;
  timeout: number;
  out?: string;
  format?: TableFormat;
  html?: string;
  date?: string;
  asOf?: string;
  json?: boolean;
  title?: string;
  quiet?: boolean;
}

/** Name of the scenario that changes nothing. */
const AS_IT_IS = "as it is";

/** Runs `divvy whatif`. */
export async function runWhatIf(
  values: InputValues & WhatIfValues,
  _args: string[],
  given: ReadonlySet<string>,
): Promise<void> {
  await checkOutputs({ "--out": values.out, "--html": values.html }, {
    ...inputFiles(inputSources(values)),
    "--certificate": values.certificate,
    "--scenarios": values.scenarios,
    "--config": values.config,
  }, values);
  checkTables({ out: values.out }, { format: values.format });
  checkEndings({ "--html": values.html }, "html");
  const all = await allScenarios(values);
  const certificate = await readCertificate(values.certificate);
  const policy = certificate === undefined ? rulesOf(values) : policyOfCertificate(certificate);
  const scenarios = all.filter((scenario) => !isAsItIs(scenario, policy));
  const progress = new ProgressLine(values);
  progress.noteIf(rulesPassedOver(values, given, certificate));
  if (certificate === undefined) {
    progress.note(
      "no certificate: the drop without changes is solved first, under the rules of the options",
    );
  }
  const solved = await readAndSolve(values, policy, { scenarios, certificate, progress });
  progress.finish();
  if (solved.length < scenarios.length) {
    progress.note(`stopped: ${solved.length} of ${scenarios.length} scenarios solved`);
  }
  await writeResults(
    whatIfFacts(solved, values.title ?? dropTitle(inputSources(values).elig)),
    values,
    inputSources(values),
  );
}

/** Reads the drop and solves the scenarios. Meanwhile Ctrl-C stops with those that are solved. */
async function readAndSolve(
  values: InputValues & WhatIfValues,
  policy: Policy,
  { scenarios, certificate, progress }: {
    scenarios: readonly Scenario[];
    certificate: Certificate | undefined;
    progress: ProgressLine;
  },
): Promise<SolvedScenario[]> {
  using interrupt = new Interrupt(() =>
    progress.note("stopping with what is solved so far; Ctrl-C again to abort")
  );
  const control = { onProgress: progress.report, signal: interrupt.signal };
  const drop = await interrupt.whileReading(
    readNotedDrop(values, progress, { certificate, signal: interrupt.signal }),
  );
  checkRules(drop.instance, policy);
  return await whatIf(drop.instance, policy, scenarios, {
    ...control,
    startPrices: certificate,
    gap: values.gap,
    workers: threads(values.workers),
    timeout: values.timeout,
  });
}

/** Writes the output files and prints the result. */
async function writeResults(
  facts: WhatIfFacts,
  values: WhatIfValues,
  sources: DropSources,
): Promise<void> {
  if (values.out !== undefined) {
    await writeCsvText(values.out, whatIfCsv(facts), { format: values.format });
  }
  if (values.html !== undefined) {
    // Vega is large: loaded for pages only.
    const { whatIfHtml } = await import("../../../report/html/whatif_html.ts");
    await writeTextAtomic(
      values.html,
      await whatIfHtml(facts, await pageDate(values, drawnFrom(sources))),
    );
  }
  const stream = streamForPeople(values.quiet, values.out, values.html);
  if (values.json) writeJson(facts);
  else if (stream !== null) write(stream, whatIfText(facts, screenOf(stream)));
}

/** Whether a scenario only sets the change cost that the policy has anyway: it equals the scenario without changes. */
function isAsItIs({ name: _, policy, ...rest }: Scenario, { changeCost }: Policy): boolean {
  return policy !== undefined && Object.keys(rest).length === 0 &&
    Object.keys(policy).join() === "changeCost" &&
    policy.changeCost === changeCost;
}

/** The scenario without changes, then those of the options, then those of the file. */
async function allScenarios(values: WhatIfValues): Promise<Scenario[]> {
  const scenarios = [
    { name: AS_IT_IS },
    ...scenariosOf(values),
    ...(values.scenarios === undefined
      ? []
      : parseScenarios(await readText(values.scenarios), values.scenarios)),
  ];
  if (scenarios.length === 1) {
    throw new UsageError(
      "whatif needs a change: --ratio-scale, --change-cost, --set-ratio, --cap-scale, --limit-scale, --k or --scenarios",
    );
  }
  const names = new Set<string>();
  for (const { name } of scenarios) {
    if (names.has(name)) throw new UsageError(`two scenarios are named ${quote(name)}`);
    names.add(name);
  }
  return scenarios;
}
