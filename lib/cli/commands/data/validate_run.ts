/**
 * What `divvy validate` does: read the drop, preview it, print what makes it impossible.
 *
 * @module
 */
import { readDrop } from "../../../io/drop_reader.ts";
import { leastsInWords } from "../../../report/facts/preview/input_notes.ts";
import { type PreviewFacts, previewFacts } from "../../../report/facts/preview/preview_facts.ts";
import { unreachableInWords } from "../../../report/facts/preview/preview_limits.ts";
import { previewText } from "../../../report/text/preview_text.ts";
import { counted, inFull, limitCalled } from "../../../report/words.ts";
import { EXIT_DONE, EXIT_RULE } from "../../frame/exit_codes.ts";
import { inputSources, type InputValues, readOptions } from "../../frame/options/input_options.ts";
import { policyOf } from "../../frame/options/policy_options.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { readyDrop } from "../../../api/ready_drop.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { visible } from "../../../report/text/terminal.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import { dropTitle, reportFiles } from "../report_page.ts";

/** The options of `divvy validate` that are not inputs, reading or policy. */
interface ValidateValues {
  json?: boolean;
  title?: string;
  quiet?: boolean;
}

/** Runs `divvy validate`. */
export async function runValidate(values: InputValues & ValidateValues): Promise<number> {
  const progress = new ProgressLine(values);
  const sources = inputSources(values);
  const read = await readDrop(sources, { ...readOptions(values), onProgress: progress.report });
  const policy = policyOf(values), drop = readyDrop(read, policy);
  progress.report({ phase: "validate" });
  const facts = previewFacts(drop, policy, {
    title: values.title ?? dropTitle(sources.elig),
    files: reportFiles(sources),
  });
  progress.finish();
  const reasons = reasonsAgainst(facts);
  const ok = reasons.length === 0;
  if (values.json) writeJson({ ...facts, ok, reasons });
  else {
    const screen = screenOf(Deno.stdout);
    const preview = values.quiet ? "" : `${previewText(facts, screen)}\n`;
    const verdict = ok
      ? `${screen.style.green("ok")}: ${
        isKnown(facts)
          ? "the drop can be allocated as it is"
          : "nothing known before solving keeps the drop from being allocated as it is"
      }\n`
      : reasons.map((reason) => `${screen.style.red("FAILS")}: ${visible(reason)}\n`).join("");
    write(Deno.stdout, preview + verdict);
  }
  return ok ? EXIT_DONE : EXIT_RULE;
}

/** Whether all that the drop demands is known to be met; leasts are looked at one by one, and may be in each other's way. */
function isKnown({ feasibility, limits }: PreviewFacts): boolean {
  return feasibility.not_counted === undefined && (limits === undefined || limits.leasts === 0);
}

/** Why no allocation can be as the drop demands, one sentence each; none if the drop is sound. */
function reasonsAgainst(
  { headline, feasibility, limits, model, totals, input }: PreviewFacts,
): string[] {
  const reasons: string[] = [];
  if (totals.pairs === 0) reasons.push("no eligible pair is left, so there is nothing to allocate");
  if (model === "uniform" && feasibility.least_shortfall > 0) reasons.push(headline.minima);
  for (const row of limits?.out_of_reach ?? []) {
    const where = Object.values(row.values).join("+");
    reasons.push(
      `${limitCalled(row.limit)}${where === "" ? "" : `, ${where}`}: at least ${
        inFull(row.amount)
      }, ${unreachableInWords(row)}`,
    );
  }
  if (input.limits !== undefined) reasons.push(`limits: ${leastsInWords(input)}`);
  const most = 20;
  return reasons.length <= most
    ? reasons
    : [...reasons.slice(0, most), `and ${counted(reasons.length - most, "limit")} more`];
}
