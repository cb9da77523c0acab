/**
 * What `divvy split` does: read the problem, split, print and write the result.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import { nameOfSource } from "../../../io/bytes/source.ts";
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";
import {
  listedBy,
  type ListedSplit,
  listedSplit,
  pieces,
} from "../../../woptim/methods/person_list.ts";
import { splitArraysBy, splitBy } from "../../../woptim/methods/split_by.ts";
import { type GoodSplit, splitGoods } from "../../../woptim/goods.ts";
import { split, splitArrays } from "../../../woptim/split.ts";
import { pageDate } from "../../frame/options/page_date.ts";
import { checkEndings, checkOutputs } from "../../frame/output_files.ts";
import { checkTables, streamForPeople } from "../../frame/table_outputs.ts";
import { tableControl, type TableValues } from "../../frame/options/table_options.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import { dropTitle } from "../report_page.ts";
import { placed } from "../../../io/documents/split/problem_places.ts";
import { idleOptions } from "./idle_options.ts";
import { readSplit, type SplitInput } from "./split_input.ts";
import {
  checkForGoods,
  checkSplitValues,
  methodOptions,
  type SplitValues,
} from "./split_values.ts";

/** Runs `divvy split`. */
export async function runSplit(
  values: TableValues & SplitValues,
  given: ReadonlySet<string>,
): Promise<void> {
  if (values.schema) {
    writeJson((await import("../../../io/documents/split/split_schema.ts")).splitJsonSchema());
    return;
  }
  const { input: file, out, html, quiet, config } = values;
  if (file === undefined) throw new UsageError("split needs --input (see: divvy split --help)");
  checkSplitValues(values, given);
  const inputs = {
    "--input": file,
    "--config": config,
    "--groups": values.groups,
    "--goods": values.goods,
  };
  await checkOutputs({ "--out": out, "--html": html }, inputs, values);
  checkTables({ out }, { format: values.format });
  checkEndings({ "--html": html }, "html");

  const onNote = (note: string) => quiet || write(Deno.stderr, `${note}\n`);
  const input = await readSplit(file, values, tableControl(values, onNote));
  // The problem's file may have several goods, too, without --goods.
  if (input.people === null && input.goods !== undefined) checkForGoods(given);
  if (input.ignored.length > 0 && !quiet) {
    write(Deno.stderr, `${nameOfSource(file)}: unknown, so ignored: ${input.ignored.join(", ")}\n`);
  }
  for (const line of idleOptions(input, values, given)) onNote(line);
  try {
    await splitAndWrite(input, file, values);
  } catch (error) {
    throw placed(error, input.places);
  }
}

/** Splits what was read, and prints and writes the result. */
async function splitAndWrite(input: SplitInput, file: string, values: SplitValues): Promise<void> {
  if (values.totals !== undefined) {
    await (await import("./totals_run.ts")).runTotals(input, values);
  } else if (values.explain !== undefined) {
    await (await import("./explain_person_run.ts")).runExplainPerson(input, values);
  } else await writeResults(splitsOf(input, values), file, values);
}

/** Writes the output files and prints the result. */
async function writeResults(
  results: readonly CliSplit[],
  file: string,
  values: SplitValues,
): Promise<void> {
  const { out, html, json, quiet, ascii, currencyDigits, step } = values;
  const [result] = results;
  const note = noteOfTMin(results, values);
  if (note !== undefined && !quiet) write(Deno.stderr, `${nameOfSource(file)}: ${note}\n`);
  if (out !== undefined) {
    const { writeSplitCsv } = await import("../../../io/documents/split/split_csv.ts");
    await writeSplitCsv(out, results, values.format);
  }
  if (html !== undefined) {
    const options = { title: dropTitle(file), step, currencyDigits, ...await pageDate({}, [file]) };
    const page = result.good === undefined
      ? await (await import("../../../report/html/split_html.ts")).splitHtml(result, options)
      : await (await import("../../../report/html/goods_html.ts")).goodsHtml(
        results as readonly GoodSplit[],
        options,
      );
    await writeTextAtomic(html, page);
  }
  const stream = streamForPeople(quiet, out, html);
  if (json) {
    const { goodsJson, splitJson } = await import("../../../report/split_json.ts");
    const pieces = result.good === undefined
      ? splitJson(result)
      : goodsJson(results as readonly GoodSplit[]);
    for (const piece of pieces) write(Deno.stdout, piece);
  } else if (stream !== null) {
    const { splitText } = await import("../../../report/text/split_text.ts");
    const layout = { ...screenOf(stream), ascii, currencyDigits, step };
    write(stream, results.map((result) => splitText(result, layout)).join("\n"));
  }
}

/** A split, and its good where there are several. */
type CliSplit = ListedSplit & { readonly good?: string };

function splitsOf(input: SplitInput, values: SplitValues): CliSplit[] {
  if (input.people !== null || input.goods === undefined) return [splitOf(input, values)];
  const { goods, problem: { requirements } } = input;
  return [...splitGoods({ goods, requirements }, values).goods];
}

function splitOf(input: SplitInput, values: SplitValues): ListedSplit {
  const { method } = values;
  if (input.people === null) {
    return method === "woptim"
      ? split(input.problem, values)
      : splitBy(method, input.problem, methodOptions(method, values));
  }
  const { people, columns } = input;
  return method === "woptim"
    ? listedSplit(people.names, people, splitArrays(columns, values))
    : listedBy(people.names, people, splitArraysBy(method, columns, methodOptions(method, values)));
}

/** A note for problems in which at least half of the targets are below `--t-min`, so that all of those weigh the same. */
function noteOfTMin(splits: readonly ListedSplit[], values: SplitValues): string | undefined {
  const { tMin = 0.5, absolute, method } = values;
  if (absolute || method !== "woptim") return undefined;
  let below = 0, all = 0;
  for (const { people } of splits) {
    all += people.length;
    for (const piece of pieces(people)) {
      for (const { target } of piece) if (target > 0 && target < tMin) below++;
    }
  }
  if (below < 2 || 2 * below < all) return undefined;
  return `${below} of ${all} targets are below ${tMin}, where all weigh the same: ` +
    "a smaller --t-min tells them apart";
}
