/**
 * What `divvy explain` does: read the drop, its assignments and prices, answer.
 *
 * @module
 */
import { isSameObjective } from "../../../base/numbers/rounding.ts";
import { readPhase } from "../../../io/bytes/read_progress.ts";
import { readCertificate } from "../../frame/read_certificate.ts";
import { readNotedDrop } from "../../frame/options/read_noted_drop.ts";
import { type Certificate, policyOfCertificate } from "../../../allocator/model/certificate.ts";
import {
  type ContractExplanation,
  gainOfAmount,
  gainOfMinimum,
  gainOfUnit,
  type GroupExplanation,
  indexOfRow,
  type LimitExplanation,
} from "../../../allocator/explain/explain.ts";
import { type Allocation, policyWithPrice } from "../../../allocator/model/allocation.ts";
import type { Policy } from "../../../allocator/model/policy.ts";
import { besideHeldOut } from "../../../allocator/check/check.ts";
import type { Drop } from "../../../allocator/drop/drop.ts";
import { applyScenario, changedBy } from "../../../allocator/explain/whatif.ts";
import { TimeoutError, UsageError } from "../../../base/errors.ts";
import { allocate } from "../../../api/allocate.ts";
import { explain, findSubject, type Subject } from "../../../api/explain.ts";
import { checkRules } from "../../../api/policy_options.ts";
import { readAssignments } from "../../../io/tables/results/assignments_reader.ts";
import {
  explainContractText,
  explainGroupText,
  explainUserText,
} from "../../../report/text/explain_text.ts";
import { explainLimitText } from "../../../report/text/explain_limit_text.ts";
import type { ReportedAllocation } from "../../../report/facts/facts.ts";
import { allocationFromTable } from "../../../report/facts/read_allocation.ts";
import { total } from "../../../report/words.ts";
import { checkInputs } from "../../frame/output_files.ts";
import type { InputValues } from "../../frame/options/input_options.ts";
import { Interrupt } from "../../frame/interrupt.ts";
import { policyOf, rulesPassedOver } from "../../frame/options/policy_options.ts";
import { threads } from "../../frame/threads.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { readyDrop } from "../../../api/ready_drop.ts";
import { underScenario } from "../../frame/options/scenario_file_option.ts";
import { tableControl } from "../../frame/options/table_options.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";

/** The options of `divvy explain` that are not inputs or reading. */
interface ExplainValues extends Subject {
  assign?: string;
  certificate?: string;
  scenario?: string;
  gap: number;
  workers?: number;
  timeout: number;
  json?: boolean;
  quiet?: boolean;
}

/** Runs `divvy explain`. */
export async function runExplain(
  values: InputValues & ExplainValues,
  _args: string[],
  given: ReadonlySet<string>,
): Promise<void> {
  const { user, contract, group, limit, row, side } = values;
  if ([user, contract, group, limit].filter((id) => id !== undefined).length !== 1) {
    throw new UsageError("explain needs one of --user, --contract, --group, --limit");
  }
  if (row !== undefined && limit === undefined) throw new UsageError("--row needs --limit");
  if (side !== undefined && limit === undefined) throw new UsageError("--side needs --limit");
  const progress = new ProgressLine(values);
  await checkInputs({ "--assign": values.assign, "--scenario": values.scenario });
  const certificate = await readCertificate(values.certificate);
  progress.noteIf(rulesPassedOver(values, given, certificate));
  const { drop, allocation, notes } = await readToExplain(values, certificate, progress);
  progress.report({ phase: "explain" });
  const screen = screenOf(Deno.stdout);
  const [answer, text] = user !== undefined
    ? withText(explain(drop, allocation, { user }), (facts) => explainUserText(facts, screen))
    : contract !== undefined
    ? withText(
      await withGain(drop, allocation, explain(drop, allocation, { contract })),
      (facts) => explainContractText(facts, screen),
    )
    : limit !== undefined
    ? withText(
      await withRowGain(drop, allocation, explain(drop, allocation, { limit, row, side })),
      (facts) => explainLimitText(facts, screen),
    )
    : withText(
      await withGain(drop, allocation, explain(drop, allocation, { group: group! })),
      (facts) => explainGroupText(facts, screen),
    );
  progress.finish();
  if (!values.quiet) { for (const note of notes) progress.note(note); }
  if (values.json) writeJson(answer);
  else write(Deno.stdout, text());
}

/** The answer, with the exact gain of the change where the drop is small enough to be solved again. */
async function withGain<Answer extends ContractExplanation | GroupExplanation>(
  { instance }: Drop,
  allocation: Priced,
  answer: Answer,
): Promise<Answer> {
  const { prices } = allocation, policy = policyWithPrice(allocation);
  const question = { instance, policy, prices: prices!, offers: allocation };
  const gain = "contract_address" in answer
    ? await gainOfUnit(question, instance.contracts.indexOf(answer.contract_address))
    : await gainOfMinimum(question, instance.groups.indexOf(answer.group_id));
  return { ...answer, gain };
}

/** The same for a row of a limit, if the answer is about one row. */
async function withRowGain(
  { instance }: Drop,
  allocation: Priced,
  answer: LimitExplanation,
): Promise<LimitExplanation> {
  const { row } = answer;
  if (row === null) return answer;
  const { prices } = allocation, policy = policyWithPrice(allocation);
  const question = { instance, policy, prices: prices!, offers: allocation };
  const gain = await gainOfAmount(question, indexOfRow(instance.limits!, row));
  return { ...answer, row: { ...row, gain } };
}

/** What is explained: assignments with prices, and notes about them to print. */
interface Explained {
  readonly drop: Drop;
  readonly allocation: Priced;
  readonly notes: readonly string[];
}

/** Assignments and prices to explain them by. */
type Priced = Pick<
  Allocation,
  "policy" | "shortfallPrice" | "prices" | "ownLimitsKept" | "offerStart" | "offerPair"
>;

/** Reads drop, assignments and prices. Where assignments or prices are not given, the drop is solved for them. */
async function readToExplain(
  values: InputValues & ExplainValues,
  certificate: Certificate | undefined,
  progress: ProgressLine,
): Promise<Explained> {
  const { assign } = values;
  const { drop: whole, policy: own } = await underScenario(
    await readNotedDrop(values, progress, { certificate }),
    policyOf(values),
    values.scenario,
    assign === undefined ? applyScenario : changedBy,
  );
  const policy = certificate === undefined ? own : policyOfCertificate(certificate);
  checkRules(whole.instance, policy);
  // A misspelt id is reported before anything is solved for it.
  const find = ({ instance }: Drop) => findSubject(instance, values);
  let reread: ((rules: Policy) => ReportedAllocation) | null = null, drop: Drop;
  if (assign === undefined) find(drop = readyDrop(whole, policy));
  else {
    progress.report({ phase: readPhase(assign) });
    const rows = await readAssignments(assign, {
      ...tableControl(values, (note) => progress.note(note)),
      scores: false,
    });
    const { instance, table } = besideHeldOut(whole.instance, rows);
    drop = whole.withInstance(instance);
    find(drop);
    reread = (rules) => allocationFromTable(instance, table, rules, { file: assign, certificate });
    // Faults in it are reported before anything is solved.
    const read = reread(policy);
    if (certificate !== undefined) {
      const notes = [...read.warnings, ...otherAssignments(certificate, read)];
      return { drop, allocation: read, notes };
    }
  }
  const solved = await solvedFirst(drop, policy, certificate, values, progress);
  if (reread === null) return { drop, allocation: solved, notes: [...solved.warnings] };
  // Both objectives at one shortfall price, so that they can be compared.
  const read = reread(policyWithPrice(solved));
  const notes = [...read.warnings, pricesOfTheBest(read, solved)];
  const { prices, shortfallPrice, ownLimitsKept } = solved;
  return { drop, allocation: { ...read, prices, shortfallPrice, ownLimitsKept }, notes };
}

/** Solves the drop for its prices, and says so. */
async function solvedFirst(
  drop: Drop,
  policy: Policy,
  startPrices: Certificate | undefined,
  { assign, gap, timeout, workers }: ExplainValues,
  progress: ProgressLine,
): Promise<Allocation> {
  progress.finish();
  progress.note(
    assign === undefined
      ? "no assignments: the drop is solved first, and the best allocation explained"
      : "no certificate: the drop is solved first, for its prices",
  );
  using interrupt = new Interrupt(() =>
    progress.note("stopping with the prices so far; Ctrl-C again to abort")
  );
  await interrupt.listening;
  // Users held out have got their offers, and the caps are what is left: no more is drawn for them.
  const others = drop.withInstance({ ...drop.instance, heldOut: undefined });
  const solved = await allocate(others, {
    ...policy,
    solver: "optimal",
    startPrices,
    gap,
    timeout,
    workers: threads(workers),
    onProgress: progress.report,
    signal: interrupt.signal,
  });
  if (solved.prices === null) throw new TimeoutError("stopped before there were prices");
  return solved;
}

/** A note that the prices are those of the best allocation, and how far these assignments are from it. */
function pricesOfTheBest({ objective }: ReportedAllocation, best: Allocation): string {
  if (isSameObjective(objective, best.objective)) {
    return "the prices are those of the best allocation found, which is worth as much as these " +
      "assignments";
  }
  return `the prices are those of the best allocation found, whose objective is ` +
    `${total(best.objective)}; these assignments have ${
      total(objective)
    }, so they may go against the prices`;
}

/**
 * A note where the certificate came with other assignments: its prices are valid, but they need not explain these
 * assignments.
 */
function otherAssignments(
  { objective }: Certificate,
  { objective: found }: ReportedAllocation,
): string[] {
  if (isSameObjective(objective, found)) return [];
  return [
    `the certificate came with other assignments: its objective is ${total(objective)}, ` +
    `theirs ${total(found)}`,
  ];
}

/** An answer, and a function that makes its text. */
function withText<T>(facts: T, text: (facts: T) => string): [unknown, () => string] {
  return [facts, () => text(facts)];
}
