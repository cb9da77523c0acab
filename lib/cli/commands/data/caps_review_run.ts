/**
 * What `divvy caps --from-review` does: rates from reviews, caps from rates.
 *
 * @module
 */
import type { CapRule } from "../../../allocator/drop/cap_from_budget.ts";
import { UsageError } from "../../../base/errors.ts";
import { resolveSource } from "../../../io/bytes/source.ts";
import type { TableControl } from "../../../io/csv/table_control.ts";
import { parseReview } from "../../../io/documents/review_file.ts";
import { cellRatesCsv, reviewedCapsCsv } from "../../../io/documents/reviewed_caps_csv.ts";
import { readBudgets } from "../../../io/tables/budgets_table.ts";
import { readThisWeeksCaps } from "../../../io/tables/this_weeks_caps.ts";
import { rateFacts } from "../../../report/facts/review/rate_facts.ts";
import { reviewedCapsText } from "../../../report/text/rates_text.ts";
import { visible } from "../../../report/text/terminal.ts";
import {
  type CapFromReview,
  capsFromRates,
  capsOfReviews,
} from "../../../review/caps_from_rates.ts";
import { redemptionRates } from "../../../review/redemption_rates.ts";
import type { ReviewedWeek } from "../../../review/reviewed_weeks.ts";
import type { TableFormat } from "../../../io/records/table_format.ts";
import { writeCsvText } from "../../../io/tables/results/table_writer.ts";
import { checkOutputs } from "../../frame/output_files.ts";
import { checkTables, shownOutput } from "../../frame/table_outputs.ts";
import { readText } from "../../frame/read_text.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { tableControl, type TableValues } from "../../frame/options/table_options.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import { nothingToWrite, writtenCaps } from "./written_caps.ts";

/** The options of `divvy caps --from-review`. */
interface ReviewedCapsValues extends CapRule {
  fromReview: string[];
  budgets?: string;
  caps?: string;
  out: string;
  rates?: string;
  confidence: number;
  backtest: boolean;
  config?: string;
  keepZero?: boolean;
  format?: TableFormat;
  json?: boolean;
  quiet?: boolean;
}

/** Runs `divvy caps --from-review`. */
export async function runReviewedCaps(values: TableValues & ReviewedCapsValues): Promise<void> {
  const { fromReview, budgets, caps, out, confidence, backtest } = values;
  const reviews = Object.fromEntries(
    fromReview.map((file, i) => [`--from-review${i === 0 ? "" : ` (${i + 1})`}`, file]),
  );
  await checkOutputs({ "--out": out, "--rates": values.rates }, {
    ...reviews,
    "--budgets": budgets,
    "--caps": caps,
    "--config": values.config,
  }, values);
  checkTables({ out }, { format: values.format });
  checkTables({ rates: values.rates });
  const weeks = await readReviews(fromReview);
  const control: TableControl = tableControl(
    values,
    (note) => values.quiet || write(Deno.stderr, `${visible(note)}\n`),
  );
  const before = caps === undefined ? null : await readThisWeeksCaps(caps, control);
  const money = budgets === undefined
    ? null
    : await readBudgets(budgets, { ...control, countsKnown: true });
  const rates = redemptionRates(weeks, { confidence, backtest });
  const rows = capsFromRates(
    rates,
    money !== null ? { budgets: money } : { caps: before?.caps ?? capsOfReviews(rates) },
    values,
  );
  if (rows.length === 0) {
    throw new UsageError(
      "the reviews know no caps (they were made without --caps): give --budgets or --caps",
    );
  }
  const written = rows.filter(({ cap, impossible, isDefault }) =>
    impossible === null && (values.keepZero || cap > 0 || isDefault)
  );
  if (written.length === 0) {
    throw nothingToWrite("", rows);
  }
  await writeCsvText(out, reviewedCapsCsv(written, before), { format: values.format });
  if (values.rates !== undefined) await writeCsvText(values.rates, cellRatesCsv(rates.cells));
  if (values.json) writeJson(rateFacts(rates, rows));
  else if (!values.quiet) {
    const text = reviewedCapsText(rates, rows, screenOf(Deno.stderr));
    write(Deno.stderr, `${text}\n${summary(rows, written.length, values)}\n`);
  }
}

/** Reviews in the order given; those of a folder or pattern in the order of their names. */
async function readReviews(sources: readonly string[]): Promise<ReviewedWeek[]> {
  const weeks: ReviewedWeek[] = [];
  for (const source of sources) {
    for (const { name } of await resolveSource(source)) {
      weeks.push(parseReview(await readText(name), name));
    }
  }
  return weeks;
}

/** A line about what was written, and what was not. */
function summary(
  rows: readonly CapFromReview[],
  written: number,
  { out, rates }: ReviewedCapsValues,
): string {
  const impossible = rows.filter((row) => row.impossible !== null).length;
  const counts = writtenCaps(rows.length, written, impossible, shownOutput(out));
  return rates === undefined ? counts : `${counts}, rates of contracts in groups to ${rates}`;
}
