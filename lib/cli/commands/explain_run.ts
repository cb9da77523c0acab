/**
 * What `divvy explain` does: read the drop, its assignments and prices, answer.
 *
 * @module
 */
import type { Certificate } from "../../allocator/model/certificate.ts";
import {
  type ContractExplanation,
  findLimitRow,
  gainOfAmount,
  gainOfMinimum,
  gainOfUnit,
  type GroupExplanation,
  type LimitExplanation,
} from "../../allocator/explain/explain.ts";
import { defaultPolicy } from "../../allocator/model/policy.ts";
import { besideHeldOut } from "../../allocator/check/check.ts";
import { Drop } from "../../allocator/drop/drop.ts";
import { UsageError } from "../../base/errors.ts";
import { explain } from "../../api/explain.ts";
import { readAssignments } from "../../io/tables/assignments_reader.ts";
import { parseCertificate } from "../../io/documents/certificate_file.ts";
import { readDrop } from "../../io/drop_reader.ts";
import {
  explainContractText,
  explainGroupText,
  explainUserText,
} from "../../report/text/explain_text.ts";
import { explainLimitText } from "../../report/text/explain_limit_text.ts";
import type { ReportedAllocation } from "../../report/facts/facts.ts";
import { allocationFromTable } from "../../report/facts/read_allocation.ts";
import { total } from "../../report/words.ts";
import type { OptionValues } from "../frame/command.ts";
import { inputSources, readOptions } from "../frame/input_options.ts";
import { ProgressLine } from "../frame/progress_line.ts";
import { readText } from "../frame/read_text.ts";
import { tableControl } from "../frame/table_options.ts";
import { screenOf } from "../frame/screen.ts";
import { write, writeJson } from "../frame/write.ts";

/** The options of `divvy explain` that are not inputs or reading. */
interface ExplainValues {
  assign: string;
  certificate: string;
  user?: string;
  contract?: string;
  group?: string;
  limit?: string;
  row?: string;
  json?: boolean;
  quiet?: boolean;
}

/** Runs `divvy explain`. */
export async function runExplain(options: OptionValues): Promise<void> {
  const values = options as unknown as ExplainValues;
  const { user, contract, group, limit, row } = values;
  if ([user, contract, group, limit].filter((id) => id !== undefined).length !== 1) {
    throw new UsageError("explain needs one of --user, --contract, --group, --limit");
  }
  if (row !== undefined && limit === undefined) throw new UsageError("--row needs --limit");
  const progress = new ProgressLine(values);
  const certificate = parseCertificate(await readText(values.certificate), values.certificate);
  const read = await readDrop(inputSources(options), {
    ...readOptions(options),
    onProgress: progress.report,
  });
  progress.report({ phase: `read ${values.assign}` });
  const rows = await readAssignments(values.assign, {
    ...tableControl(options, (note) => progress.note(note)),
    scores: false,
  });
  const { instance, table } = besideHeldOut(read.instance, rows);
  const drop = new Drop(instance, read.input);
  const allocation = allocationFromTable(
    drop.instance,
    table,
    defaultPolicy,
    { file: values.assign, certificate },
  );
  progress.report({ phase: "explain" });
  const screen = screenOf(Deno.stdout);
  const [answer, text] = user !== undefined
    ? answered(explain(drop, allocation, { user }), (facts) => explainUserText(facts, screen))
    : contract !== undefined
    ? answered(
      await withGain(drop, allocation, explain(drop, allocation, { contract })),
      (facts) => explainContractText(facts, screen),
    )
    : limit !== undefined
    ? answered(
      await withRowGain(drop, allocation, explain(drop, allocation, { limit, row })),
      (facts) => explainLimitText(facts, screen),
    )
    : answered(
      await withGain(drop, allocation, explain(drop, allocation, { group: group! })),
      (facts) => explainGroupText(facts, screen),
    );
  progress.finish();
  const warnings = [...allocation.warnings, ...otherAssignments(certificate, allocation)];
  if (!values.quiet) { for (const warning of warnings) progress.note(warning); }
  if (values.json) writeJson(answer);
  else write(Deno.stdout, text());
}

/** The answer, with what the change brings where the drop is small enough to be solved again. */
async function withGain<Answer extends ContractExplanation | GroupExplanation>(
  { instance }: Drop,
  allocation: ReportedAllocation,
  answer: Answer,
): Promise<Answer> {
  const { policy, prices } = allocation;
  const question = { instance, policy, prices: prices!, offers: allocation };
  const gain = "contract_address" in answer
    ? await gainOfUnit(question, instance.contracts.indexOf(answer.contract_address))
    : await gainOfMinimum(question, instance.groups.indexOf(answer.group_id));
  return { ...answer, gain };
}

/** The same for a row of a limit. */
async function withRowGain(
  { instance }: Drop,
  allocation: ReportedAllocation,
  answer: LimitExplanation,
): Promise<LimitExplanation> {
  const { row } = answer;
  if (row === null) return answer;
  const { policy, prices } = allocation;
  const question = { instance, policy, prices: prices!, offers: allocation };
  const values = Object.values(row.values).join("+");
  const r = findLimitRow(instance.limits, row.limit, values, row.side)!;
  return { ...answer, row: { ...row, gain: await gainOfAmount(question, r) } };
}

/** Says so where the certificate came with other assignments: its prices are right, but reasons may not be theirs. */
function otherAssignments(
  { objective }: Certificate,
  { objective: found }: ReportedAllocation,
): string[] {
  if (Math.abs(objective - found) <= 1e-9 * Math.max(1, Math.abs(objective))) return [];
  return [
    `the certificate came with other assignments: its objective is ${total(objective)}, ` +
    `theirs ${total(found)}`,
  ];
}

/** An answer, and its text for when that is wanted. */
function answered<T>(facts: T, text: (facts: T) => string): [unknown, () => string] {
  return [facts, () => text(facts)];
}
