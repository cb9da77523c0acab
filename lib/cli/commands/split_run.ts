/**
 * What `divvy split` does: read the problem, split, tell.
 *
 * @module
 */
import { InputError, UsageError } from "../../base/errors.ts";
import { writeTextAtomic } from "../../io/bytes/atomic_file.ts";
import { readText, resolveSource, withPart } from "../../io/bytes/source.ts";
import { parseSplitProblem } from "../../io/documents/split_problem_file.ts";
import type { SplitOptions } from "../../woptim/options.ts";
import { type Split, split } from "../../woptim/split.ts";
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
  const inputs = { "--input": input, "--config": values.config, "--groups": values.groups };
  await checkOutputs({ "--out": out }, inputs);
  checkEndings({ "--out": out }, ["csv"]);

  const groups = values.groups === undefined
    ? undefined
    : (await import("../../io/documents/split_groups_file.ts")).parseSplitGroups(
      await textOf(values.groups),
      values.groups,
    );
  const { total, price } = values;
  const given = { total, price, groups };
  const { problem, ignored } = await parseSplitProblem(await textOf(input), input, given);
  if (ignored.length > 0 && !quiet) {
    write(Deno.stderr, `${input}: not understood, so left out: ${ignored.join(", ")}\n`);
  }
  const result = split(problem, values);
  const alike = belowTMin(result, values);
  if (alike !== undefined && !quiet) write(Deno.stderr, `${input}: ${alike}\n`);
  if (out !== undefined) {
    const { splitCsv } = await import("../../report/text/split_table.ts");
    await writeTextAtomic(out, splitCsv(result));
  }
  if (json) {
    const { splitJson } = await import("../../report/split_json.ts");
    for (const piece of splitJson(result)) write(Deno.stdout, piece);
  } else if (!quiet) {
    const { splitText } = await import("../../report/text/split_text.ts");
    write(
      Deno.stdout,
      splitText(result, { ...screenOf(Deno.stdout), ascii, currencyDigits, step }),
    );
  }
}

/** What to say where half of the targets or more are so small that all of them weigh the same. */
function belowTMin({ people }: Split, { tMin = 0.5, absolute }: SplitValues): string | undefined {
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
