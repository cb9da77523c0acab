/**
 * What `divvy review` does: read what was offered and what came of it, gather the facts, show them.
 *
 * @module
 */
import { snakeCase } from "../../../base/text/snake_case.ts";
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";
import { readReviewData, type ReviewSources } from "../../../io/review_reader.ts";
import { writeChoseNone } from "../../../io/tables/results/chose_none_writer.ts";
import { reviewFacts } from "../../../report/facts/review/gather_review.ts";
import type { ReviewFacts } from "../../../report/facts/review/review_facts.ts";
import { reviewHeadlineText, reviewText } from "../../../report/text/review_text.ts";
import type { ReviewData } from "../../../review/review_data.ts";
import { shownName } from "../../../sources/source_url.ts";
import { pageDate } from "../../frame/options/page_date.ts";
import { checkEndings, checkInputs, checkOutputs } from "../../frame/output_files.ts";
import { checkTables, shownOutput, streamForPeople } from "../../frame/table_outputs.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { tableControl, type TableValues } from "../../frame/options/table_options.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import { shownOf } from "../../frame/options/show_option.ts";
import { dropTitle } from "../report_page.ts";

/** The options of `divvy review`. */
interface ReviewValues extends Omit<ReviewSources, "assignments"> {
  assign: string;
  html?: string;
  date?: string;
  json?: boolean;
  facts?: string;
  choseNone?: string;
  title?: string;
  confidence: number;
  since?: string;
  until?: string;
  config?: string;
  quiet?: boolean;
}

/** Runs `divvy review`. */
export async function runReview(values: TableValues & ReviewValues): Promise<void> {
  const progress = new ProgressLine(values);
  const sources = sourcesOf(values);
  const inputs = {
    "--assign": values.assign,
    "--selections": values.selections,
    "--redemptions": values.redemptions,
    "--holdout": values.holdout,
    "--caps": values.caps,
    "--user-groups": values.userGroups,
    "--group-ratios": values.groupRatios,
    "--config": values.config,
  };
  await checkOutputs(
    { "--html": values.html, "--facts": values.facts, "--chose-none": values.choseNone },
    inputs,
    values,
  );
  checkEndings({ "--html": values.html }, "html");
  checkEndings({ "--facts": values.facts }, "json");
  checkTables({ choseNone: values.choseNone });
  await checkInputs(inputs);
  const { since, until } = values;
  const control = tableControl(values, (note) => progress.note(note));
  const data = await readReviewData(sources, {
    ...control,
    since,
    until,
    show: shownOf(values),
    onProgress: progress.report,
  });
  const facts = reviewFacts(data, {
    title: values.title ?? dropTitle(values.assign),
    confidence: values.confidence,
    files: namedFiles(sources),
  });
  await writeFiles(facts, data, values);
  progress.finish();
  printResults(facts, values);
}

async function writeFiles(
  facts: ReviewFacts,
  data: ReviewData,
  values: ReviewValues,
): Promise<void> {
  if (values.html !== undefined) {
    // Vega is large: loaded for pages only.
    const { reviewHtml } = await import("../../../report/html/review_html.ts");
    await writeTextAtomic(
      values.html,
      await reviewHtml(facts, await pageDate(values, [values.assign])),
    );
  }
  if (values.facts !== undefined) {
    await writeTextAtomic(values.facts, `${JSON.stringify(facts)}\n`);
  }
  if (values.choseNone !== undefined) await writeChoseNone(values.choseNone, data);
}

/** Prints the facts, or where a page was written their headline, and which files were written. */
function printResults(facts: ReviewFacts, values: ReviewValues): void {
  const stream = streamForPeople(values.quiet, values.choseNone, values.facts);
  if (values.json) writeJson(facts);
  else if (values.html === undefined && stream !== null) {
    write(stream, reviewText(facts, screenOf(stream)));
  }
  const written = [values.html, values.facts, values.choseNone].filter((name) => name !== undefined)
    .map(shownOutput);
  if (values.quiet || written.length === 0) return;
  // A run that writes a page prints no full text, but its headline.
  const headline = values.html === undefined || values.json
    ? ""
    : `${reviewHeadlineText(facts, screenOf(Deno.stderr))}\n`;
  write(Deno.stderr, `${headline}Written: ${written.join(", ")}\n`);
}

function sourcesOf(values: ReviewValues): ReviewSources {
  const { assign, selections, redemptions, holdout, caps, userGroups, groupRatios } = values;
  return {
    assignments: assign,
    selections,
    redemptions,
    holdout,
    caps,
    userGroups,
    groupRatios,
  };
}

/** The inputs as the facts list them, by name of the table; passwords of databases are left out. */
function namedFiles(sources: ReviewSources): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sources).filter(([, source]) => source !== undefined)
      .map(([name, source]) => [snakeCase(name), shownName(source)]),
  );
}
