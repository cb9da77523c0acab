/**
 * What `divvy diff` does: read two lists of offers, compare them, show what changed.
 *
 * @module
 */
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";
import { readOffersToCompare } from "../../../io/offers_reader.ts";
import { writeChanges } from "../../../io/tables/results/changes_writer.ts";
import { diffFacts } from "../../../report/facts/compare/diff_facts.ts";
import { diffText } from "../../../report/text/diff_text.ts";
import { shownName } from "../../../sources/source_url.ts";
import { pageDate } from "../../frame/options/page_date.ts";
import { checkEndings, checkInputs, checkOutputs } from "../../frame/output_files.ts";
import { checkTables, shownOutput, streamForPeople } from "../../frame/table_outputs.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { shownOf } from "../../frame/options/show_option.ts";
import { tableControl, type TableValues } from "../../frame/options/table_options.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import { dropTitle } from "../report_page.ts";

/** The options of `divvy diff`. */
interface DiffValues {
  caps?: string;
  userGroups?: string;
  html?: string;
  date?: string;
  json?: boolean;
  changes?: string;
  title?: string;
  config?: string;
  quiet?: boolean;
}

/** Runs `divvy diff`. */
export async function runDiff(
  values: TableValues & DiffValues,
  [before, after]: readonly string[],
): Promise<void> {
  const { caps, userGroups, html, changes } = values;
  const inputs = {
    "the first file": before,
    "the second file": after,
    "--caps": caps,
    "--user-groups": userGroups,
    "--config": values.config,
  };
  await checkOutputs({ "--html": html, "--changes": changes }, inputs, values);
  checkEndings({ "--html": html }, "html");
  checkTables({ changes });
  await checkInputs(inputs);
  const progress = new ProgressLine(values);
  const control = tableControl(values, (note) => progress.note(note));
  const show = shownOf(values);
  // A configuration file may hold it for other commands, so it is no error.
  if (caps === undefined && show !== undefined && show.length > 0) {
    progress.note("--show needs --caps: no columns are shown beside contracts");
  }
  const offers = await readOffersToCompare(
    { before, after, caps, userGroups },
    { ...control, show, onProgress: progress.report },
  );
  const facts = diffFacts(offers.matched, {
    files: [shownName(before), shownName(after)],
    contracts: offers.contracts,
    groupOf: offers.groupOf,
  });
  if (html !== undefined) {
    const title = values.title ?? `${dropTitle(before)} → ${dropTitle(after)}`;
    // Vega is large: loaded for pages only.
    const { diffHtml } = await import("../../../report/html/diff_html.ts");
    await writeTextAtomic(
      html,
      await diffHtml(facts, title, await pageDate(values, [before, after])),
    );
  }
  if (changes !== undefined) await writeChanges(changes, facts.changes);
  progress.finish();
  const stream = streamForPeople(values.quiet, changes);
  if (values.json) writeJson(facts);
  else if (html === undefined && stream !== null) write(stream, diffText(facts, screenOf(stream)));
  const written = [html, changes].filter((name) => name !== undefined).map(shownOutput);
  if (!values.quiet && written.length > 0) {
    write(Deno.stderr, `Written: ${written.join(", ")}\n`);
  }
}
