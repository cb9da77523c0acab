/**
 * What `divvy split --totals` does.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";
import {
  isCurve,
  type NamedColumns,
  totalsBy,
  type TotalsSplit,
} from "../../../woptim/methods/totals_by.ts";
import { knots } from "../../../woptim/totals.ts";
import { pageDate } from "../../frame/options/page_date.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { streamForPeople } from "../../frame/table_outputs.ts";
import { write } from "../../frame/terminal/write.ts";
import { dropTitle } from "../report_page.ts";
import { namedColumns, type SplitInput } from "./split_input.ts";
import { type SplitValues, takenOptions } from "./split_values.ts";
import { parseTotals } from "./totals_option.ts";

/** Most amounts that are computed: people times totals. */
const MOST = 50_000_000;

/**
 * Splits each of the totals, and prints and writes who gets what.
 *
 * @throws {UsageError} for too many totals, and for a range that needs a step
 */
export async function runTotals(input: SplitInput, values: SplitValues): Promise<void> {
  const { method, quiet } = values;
  const { total: _, price, ...people } = namedColumns(input);
  const options = takenOptions(values);
  const totals = totalsOf(people, values);
  if (totals.length * people.names.length > MOST) {
    throw new UsageError(
      `--totals are ${totals.length} for ${people.names.length} people, expected people times totals to be at most ${MOST}`,
    );
  }
  if (price !== undefined && !quiet) {
    write(Deno.stderr, `${values.input}: the price is left out, as it is that of one total\n`);
  }
  const problem = input.people === null ? input.problem : undefined;
  await writeResults(totalsBy(method, people, totals, options, problem), values);
}

/** The totals asked for, each once, in the order of the list. */
function totalsOf(people: NamedColumns, values: SplitValues): number[] {
  const { method, step, totals } = values;
  const all = parseTotals(totals!).flatMap((piece) => {
    if (!("from" in piece)) return piece;
    const { from, to } = piece;
    if (isCurve(method, people, values)) return knots(people, from, to, values);
    throw new UsageError(`--totals ${from}..${to} needs a step here: ${from}..${to}:${step ?? 1}`);
  });
  return [...new Set(all)];
}

/** Writes the output files and prints the result. */
async function writeResults(splits: TotalsSplit, values: SplitValues): Promise<void> {
  const { input, out, html, json, quiet } = values;
  if (out !== undefined) {
    const { writeTotalsCsv } = await import("../../../io/documents/split/totals_csv.ts");
    await writeTotalsCsv(out, splits, values.format);
  }
  if (html !== undefined) {
    const { totalsHtml } = await import("../../../report/html/totals_html.ts");
    await writeTextAtomic(
      html,
      await totalsHtml(splits, dropTitle(input!), await pageDate({}, [input])),
    );
  }
  const stream = streamForPeople(quiet, out, html);
  if (json) {
    const { totalsJson } = await import("../../../report/totals_json.ts");
    for (const piece of totalsJson(splits)) write(Deno.stdout, piece);
  } else if (stream !== null) {
    const { totalsText } = await import("../../../report/text/totals_text.ts");
    write(stream, totalsText(splits, screenOf(stream)));
  }
}
