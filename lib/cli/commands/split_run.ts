/**
 * What `divvy split` does: read the problem, split, tell.
 *
 * @module
 */
import { InputError, UsageError } from "../../base/errors.ts";
import { writeTextAtomic } from "../../io/bytes/atomic_file.ts";
import { readText, resolveSource, withPart } from "../../io/bytes/source.ts";
import { parseSplitProblem, type ProblemFile } from "../../io/documents/split_problem_file.ts";
import type { SplitOptions } from "../../woptim/options.ts";
import { type GoodSplit, splitGoods } from "../../woptim/goods.ts";
import { type Split, split, type SplitPerson } from "../../woptim/split.ts";
import type { OptionValues } from "../frame/command.ts";
import { checkEndings, checkOutputs } from "../frame/output_files.ts";
import { screenOf } from "../frame/screen.ts";
import { write, writeJson } from "../frame/write.ts";

/** The options of `divvy split`. */
interface SplitValues extends SplitOptions {
  input?: string;
  config?: string;
  total?: number;
  price?: number;
  groups?: string;
  goods?: string;
  schema?: boolean;
  out?: string;
  json?: boolean;
  ascii?: boolean;
  quiet?: boolean;
}

/** Runs `divvy split`. */
export async function runSplit(options: OptionValues): Promise<void> {
  const values = options as SplitValues;
  if (values.schema) {
    writeJson((await import("../../io/documents/split_schema.ts")).splitJsonSchema());
    return;
  }
  const { input, out, json, quiet, ascii, currencyDigits, step } = values;
  if (input === undefined) throw new UsageError("split needs --input (see: divvy split --help)");
  const inputs = {
    "--input": input,
    "--config": values.config,
    "--groups": values.groups,
    "--goods": values.goods,
  };
  await checkOutputs({ "--out": out }, inputs);
  checkEndings({ "--out": out }, ["csv"]);

  const { problem, goods, ignored } = await readProblem(input, values);
  if (ignored.length > 0 && !quiet) {
    write(Deno.stderr, `${input}: not understood, so left out: ${ignored.join(", ")}\n`);
  }
  const results: readonly (Split | GoodSplit)[] = goods === undefined
    ? [split(problem, values)]
    : splitGoods({ goods, requirements: problem.requirements }, values).goods;
  const alike = belowTMin(results.flatMap(({ people }) => people), values);
  if (alike !== undefined && !quiet) write(Deno.stderr, `${input}: ${alike}\n`);
  if (out !== undefined) {
    const { splitCsv } = await import("../../report/text/split_table.ts");
    await writeTextAtomic(out, splitCsv(...results));
  }
  if (json) {
    const { goodsJson, splitJson } = await import("../../report/split_json.ts");
    const pieces = goods === undefined ? splitJson(results[0]) : goodsJson(results as GoodSplit[]);
    for (const piece of pieces) write(Deno.stdout, piece);
  } else if (!quiet) {
    const { splitText } = await import("../../report/text/split_text.ts");
    const layout = { ...screenOf(Deno.stdout), ascii, currencyDigits, step };
    write(Deno.stdout, results.map((result) => splitText(result, layout)).join("\n"));
  }
}

/** Reads the problem, and the files of its groups and goods. */
async function readProblem(input: string, values: SplitValues): Promise<ProblemFile> {
  const { total, price } = values;
  const groups = values.groups === undefined
    ? undefined
    : (await import("../../io/documents/split_groups_file.ts")).parseSplitGroups(
      await textOf(values.groups),
      values.groups,
    );
  const goods = values.goods === undefined
    ? undefined
    : (await import("../../io/documents/split_goods_file.ts")).parseSplitGoods(
      await textOf(values.goods),
      values.goods,
    );
  const read = await parseSplitProblem(await textOf(input), input, { total, price, groups, goods });
  if (read.goods === undefined) return read;
  for (const [name, given] of Object.entries({ "--total": total, "--price": price })) {
    if (given !== undefined) throw new UsageError(`${name} is for one good; goods have their own`);
  }
  if (read.problem.groups !== undefined) {
    throw new InputError("groups and goods can't be combined: give one of them");
  }
  return read;
}

/** What to say where half of the targets or more are so small that all of them weigh the same. */
function belowTMin(
  people: readonly SplitPerson[],
  { tMin = 0.5, absolute }: SplitValues,
): string | undefined {
  const below = people.filter(({ target }) => target > 0 && target < tMin).length;
  if (absolute || below < 2 || 2 * below < people.length) return undefined;
  return `${below} of ${people.length} targets are below ${tMin}, where all weigh the same: ` +
    "a smaller --t-min tells them apart";
}

async function textOf(source: string): Promise<string> {
  const [part, ...others] = await resolveSource(source);
  if (others.length > 0) {
    const count = others.length + 1;
    throw new InputError(`${source}: a split is one file, and here are ${count}`, { file: source });
  }
  return await withPart(part, (open) => readText(open, part));
}
