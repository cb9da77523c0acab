/**
 * What `divvy check` does: read the drop and the assignments, judge, print the findings.
 *
 * @module
 */
import { readPhase } from "../../../io/bytes/read_progress.ts";
import { readCertificate } from "../../frame/read_certificate.ts";
import { readNotedDrop } from "../../frame/options/read_noted_drop.ts";
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import { besidesCaps, leastShortfall } from "../../../allocator/limits/least_shortfall.ts";
import { groupRules } from "../../../allocator/limits/kinds/group_rules.ts";
import type { Policy } from "../../../allocator/model/policy.ts";
import type { Scenario } from "../../../allocator/explain/scenario.ts";
import { counted } from "../../../report/words.ts";
import {
  besideHeldOut,
  checkAssignments,
  type CheckReport,
  leastMissing,
} from "../../../allocator/check/check.ts";
import type { AssignmentTable } from "../../../allocator/model/assignment_table.ts";
import type { LimitInput } from "../../../allocator/drop/instance/limit_family.ts";
import type { Certificate } from "../../../allocator/model/certificate.ts";
import { UsageError } from "../../../base/errors.ts";
import { judgedBy, judgedUnder } from "../../../api/check.ts";
import { readAssignments } from "../../../io/tables/results/assignments_reader.ts";
import type { DropSources } from "../../../io/drop_reader.ts";
import { hasShortfallPrice } from "../../../allocator/limits/items.ts";
import { type AboutMinima, checkText, checkVerdict } from "../../../report/text/check_text.ts";
import { EXIT_DONE, EXIT_RULE } from "../../frame/exit_codes.ts";
import { checkInputs } from "../../frame/output_files.ts";
import { inputSources, type InputValues } from "../../frame/options/input_options.ts";
import { readScenario } from "../../frame/options/scenario_file_option.ts";
import { policyOf } from "../../frame/options/policy_options.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { tableControl } from "../../frame/options/table_options.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import { COUNT_ROUNDING } from "../../../base/numbers/rounding.ts";

/** The options of `divvy check` that are not inputs, reading or policy. */
interface CheckValues {
  assign: string;
  certificate?: string;
  scenario?: string;
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
  options: InputValues & CheckValues,
  given: ReadonlySet<string>,
): Promise<number> {
  const { assign, scenario: scenarioFile, exact, json, quiet } = options;
  const progress = new ProgressLine({ quiet });
  await checkInputs({ "--assign": assign });
  const certificate = await readCertificate(options.certificate);
  const scenario = await readScenario(scenarioFile);
  const drop = await readNotedDrop(options, progress, {
    certificate,
    sources: sourcesFor(options, certificate, scenario),
  });
  if (exact && certificate === undefined) {
    throw new UsageError("--exact needs --certificate, whose figures it recomputes");
  }
  progress.report({ phase: readPhase(assign) });
  const table = await readAssignments(assign, tableControl(options, (note) => progress.note(note)));
  progress.report({ phase: "check" });
  // Options that were not given are as in the certificate; where one was given and differs, the report names both.
  const ofOptions = policyOf(options);
  const changes = Object.fromEntries(
    Object.entries(ofOptions).filter(([name]) => given.has(name)),
  );
  const { instance, policy } = judgedUnder(
    scenario,
    drop.instance,
    certificate === undefined ? ofOptions : judgedBy(undefined, certificate, changes),
  );
  const judged = checkAssignments(instance, table, policy, { certificate, exact });
  const { report, ...minima } = withoutUnmeetable(instance, table, judged, {
    policy,
    certificate,
  });
  progress.finish();

  if (json) {
    const { missing, notCounted } = minima;
    writeJson({
      ...report,
      ...(missing > 0 && { unmeetable_minima: missing }),
      ...(notCounted.length > 0 && { not_counted: notCounted }),
      input: drop.input,
    });
  } else write(Deno.stdout, reportText(report, minima, quiet));
  return report.ok ? EXIT_DONE : EXIT_RULE;
}

/** What is known of minima that are missed. */
interface MissedMinima extends AboutMinima {
  /** Users missing, where it is proven that no allocation misses fewer. */
  missing: number;
}

/** The report for people; of a quiet run only the verdict. */
function reportText(
  report: CheckReport,
  minima: MissedMinima,
  quiet = false,
): string {
  const { style, width } = screenOf(Deno.stdout);
  const { missing, besideLimits } = minima;
  const note = missing === 0
    ? ""
    : `${counted(missing, "user")} missing in minima, as few as in any allocation${
      besideLimits ? " that lacks no more of its limits" : ""
    }: no broken rule\n`;
  if (quiet) return note + checkVerdict(report, style, minima);
  // The verdict is the last line: the note stands before it.
  const text = checkText(report, style, style.isPiped ? Infinity : width, minima);
  const last = text.lastIndexOf("\n", text.length - 2) + 1;
  return text.slice(0, last) + note + text.slice(last);
}

/**
 * The report, in which minima are no broken rule if they miss as few users in all as any allocation must: then the drop is
 * at fault, not the assignments. That least number is found by matching users to sponsored contracts. Where limits that are
 * rules, or pins, may keep more from being met, a certificate's prices may prove it; else it is not known.
 */
function withoutUnmeetable(
  whole: Instance,
  table: AssignmentTable,
  report: CheckReport,
  { policy, certificate }: { policy: Policy; certificate?: Certificate },
): { report: CheckReport } & MissedMinima {
  const minima = report.rules.find(({ rule, count }) => rule === "min_sponsored" && count > 0);
  if (minima === undefined) return { report, ...NONE };
  // Random offers of users held out have taken units already.
  const { instance } = besideHeldOut(whole, table);
  const isLeast = report.shortfall <= leastShortfall(instance, groupRules(instance, policy)).total;
  const notCounted = isLeast ? [] : besidesCaps(instance);
  const lacking = report.shortfall + (report.limit_shortfall ?? 0);
  const besideLimits = !isLeast && hasShortfallPrice(instance.limits);
  const isProven = isLeast || notCounted.length > 0 && certificate !== undefined &&
      lacking <= leastMissing(instance, policy, certificate) * (1 + COUNT_ROUNDING);
  if (!isProven) return { report, ...NONE, notCounted };
  const rules = report.rules.map((rule) =>
    rule === minima ? { ...rule, count: 0, cases: [] } : rule
  );
  const ok = rules.every(({ count }) => count === 0) && report.certificate?.certified !== false;
  return {
    report: { ...report, rules, ok },
    missing: report.shortfall,
    notCounted: [],
    besideLimits,
  };
}

/** Nothing is missed, or nothing known about it. */
const NONE: MissedMinima = { missing: 0, notCounted: [], besideLimits: false };

/** The inputs. Where `--limits` is not given, the limits are those of the certificate, with their amounts under its scenario. */
function sourcesFor(
  options: InputValues,
  certificate: Certificate | undefined,
  scenario: Scenario | undefined,
): DropSources {
  const sources = inputSources(options);
  if (sources.limits !== undefined || certificate?.limit_families === undefined) return sources;
  if (scenario?.limitScale !== undefined) {
    throw new UsageError("--scenario has limit_scale, which needs --limits: the limits before it");
  }
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
