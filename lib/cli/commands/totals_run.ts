/**
 * What `divvy split --totals` does.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import { writeTextAtomic } from "../../io/bytes/atomic_file.ts";
import { totalsBy, type TotalsSplit, wholeCurve } from "../../woptim/methods/totals_by.ts";
import { screenOf } from "../frame/screen.ts";
import { write } from "../frame/write.ts";
import { dropTitle } from "./report_page.ts";
import { namedColumns, type SplitInput } from "./split_input.ts";
import { methodOptions, type SplitValues, woptimOptions } from "./split_values.ts";
import { parseTotals } from "./totals_option.ts";

/** Most units that are worked out, people times totals. */
const MOST = 50_000_000;

/** Splits each of the totals and says who gets what. */
export async function runTotals(input: SplitInput, values: SplitValues): Promise<void> {
  const { method, quiet, json, out, html } = values;
  const { total: _, price, ...people } = namedColumns(input);
  const options = method === "woptim" ? woptimOptions(values) : methodOptions(values);
  const isCurve = method === "woptim" && values.step === undefined;
  const totals = [
    ...new Set(
      parseTotals(values.totals!).flatMap((piece) => {
        if (!("from" in piece)) return piece;
        if (isCurve) return wholeCurve(people, piece.from, piece.to, woptimOptions(values));
        throw new UsageError(
          `--totals ${piece.from}..${piece.to} needs a step here: ${piece.from}..${piece.to}:${
            values.step ?? 1
          }`,
        );
      }),
    ),
  ];
  if (totals.length * people.names.length > MOST) {
    throw new UsageError(
      `--totals are ${totals.length} for ${people.names.length} people, expected fewer: at most ${MOST} units in all`,
    );
  }
  if (price !== undefined && !quiet) {
    write(Deno.stderr, `${values.input}: the price is left out, as it is that of one total\n`);
  }
  await tell(totalsBy(method, people, totals, options), values);

  async function tell(splits: TotalsSplit, { input }: SplitValues): Promise<void> {
    if (out !== undefined) {
      const { writeTotalsCsv } = await import("../../io/documents/totals_csv.ts");
      await writeTotalsCsv(out, splits);
    }
    if (html !== undefined) {
      const { totalsHtml } = await import("../../report/html/totals_html.ts");
      await writeTextAtomic(html, await totalsHtml(splits, dropTitle(input!)));
    }
    if (json) {
      const { totalsJson } = await import("../../report/totals_json.ts");
      for (const piece of totalsJson(splits)) write(Deno.stdout, piece);
    } else if (!quiet) {
      const { totalsText } = await import("../../report/text/totals_text.ts");
      write(Deno.stdout, totalsText(splits, screenOf(Deno.stdout)));
    }
  }
}
