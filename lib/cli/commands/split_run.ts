/**
 * What `divvy split` does: read the problem, split, tell.
 *
 * @module
 */
import { InputError, UsageError } from "../../base/errors.ts";
import { decodeText } from "../../io/bytes/decode_text.ts";
import { readBytes, resolveSource, withPart } from "../../io/bytes/source.ts";
import { readPlainPeople } from "../../io/documents/plain_people.ts";
import {
  COLUMNS,
  headerOf,
  parseSplitProblem,
  unknownColumns,
} from "../../io/documents/split_problem_file.ts";
import type { SplitOptions } from "../../woptim/options.ts";
import type { MethodOption } from "../../woptim/methods/method.ts";
import { type MethodName, METHODS } from "../../woptim/methods/methods.ts";
import {
  listedBy,
  type ListedSplit,
  listedSplit,
  pieces,
} from "../../woptim/methods/person_list.ts";
import { split, splitArrays } from "../../woptim/split.ts";
import {
  type MethodOptions,
  notTaken,
  splitArraysBy,
  splitBy,
} from "../../woptim/methods/split_by.ts";
import type { OptionValues } from "../frame/command.ts";
import { checkEndings, checkOutputs } from "../frame/output_files.ts";
import { screenOf } from "../frame/screen.ts";
import { write, writeJson } from "../frame/write.ts";

/** The header of a table is within so many bytes, or the table is read with care. */
const HEADER_BYTES = 1 << 16;

/** The options of `divvy split`. */
interface SplitValues extends SplitOptions {
  input?: string;
  method: MethodName | "woptim";
  config?: string;
  total?: number;
  price?: number;
  schema?: boolean;
  out?: string;
  json?: boolean;
  ascii?: boolean;
  quiet?: boolean;
}

/** Runs `divvy split`. */
export async function runSplit(
  options: OptionValues,
  given: ReadonlySet<string>,
): Promise<void> {
  const values = options as unknown as SplitValues;
  if (values.schema) {
    writeJson((await import("../../io/documents/split_schema.ts")).splitJsonSchema());
    return;
  }
  const { input, out, json, quiet, ascii, currencyDigits, step } = values;
  if (input === undefined) throw new UsageError("split needs --input (see: divvy split --help)");
  checkMethod(values.method, given);
  await checkOutputs({ "--out": out }, { "--input": input, "--config": values.config });
  checkEndings({ "--out": out }, ["csv"]);

  const { split: result, ignored } = await splitOf(await bytesOf(input), input, values);
  if (ignored.length > 0 && !quiet) {
    write(Deno.stderr, `${input}: not understood, so left out: ${ignored.join(", ")}\n`);
  }
  const alike = belowTMin(result, values);
  if (alike !== undefined && !quiet) write(Deno.stderr, `${input}: ${alike}\n`);
  if (out !== undefined) {
    const { writeSplitCsv } = await import("../../io/documents/split_csv.ts");
    await writeSplitCsv(out, result);
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

/** Reads the problem and splits it: a plain table of people as columns, anything else as objects. */
async function splitOf(
  bytes: Uint8Array,
  file: string,
  values: SplitValues,
): Promise<{ split: ListedSplit; ignored: string[] }> {
  const { total, price, method } = values;
  const header = headerOf(new TextDecoder().decode(bytes.subarray(0, HEADER_BYTES)));
  const people = header !== null && total !== undefined
    ? await readPlainPeople(bytes, header, COLUMNS)
    : null;
  if (people === null) {
    const { problem, ignored } = await parseSplitProblem(decodeText(bytes, file), file, values);
    const found = method === "woptim"
      ? split(problem, values)
      : splitBy(method, problem, pick(values, METHODS[method].takes));
    return { split: found, ignored };
  }
  const ignored = unknownColumns(header!), asked = { total: total!, price, ...people };
  if (method !== "woptim") {
    const found = splitArraysBy(method, asked, pick(values, METHODS[method].takes));
    return { split: listedBy(people.names, people, found), ignored };
  }
  return { split: listedSplit(people.names, people, splitArrays(asked, values)), ignored };
}

/** The options that a method gets: those it takes, and those of payments. */
function pick(values: SplitValues, takes: readonly MethodOption[]): MethodOptions {
  const { currencyDigits, coin, step } = values;
  return { currencyDigits, coin, ...(takes.includes("step") && { step }) };
}

/** Refuses options that the method makes nothing of. */
function checkMethod(method: SplitValues["method"], given: ReadonlySet<string>): void {
  if (method === "woptim") return;
  const refused = notTaken(method, given).map((name) =>
    `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`
  );
  if (refused.length === 0) return;
  const { takes } = METHODS[method];
  throw new UsageError(
    `--method ${method} takes no ${refused.join(", ")}` +
      (takes.includes("step")
        ? ""
        : method === "proportional"
        ? " (for whole units: hamilton)"
        : ""),
  );
}

/** What to say where half of the targets or more are so small that all of them weigh the same. */
function belowTMin({ people }: ListedSplit, { tMin = 0.5, absolute, method }: SplitValues) {
  if (absolute || method !== "woptim") return undefined;
  let below = 0;
  for (const piece of pieces(people)) {
    for (const { target } of piece) if (target > 0 && target < tMin) below++;
  }
  if (below < 2 || 2 * below < people.length) return undefined;
  return `${below} of ${people.length} targets are below ${tMin}, where all weigh the same: ` +
    "a smaller --t-min tells them apart";
}

async function bytesOf(source: string): Promise<Uint8Array> {
  const [part, ...others] = await resolveSource(source);
  if (others.length > 0) {
    const count = others.length + 1;
    throw new InputError(`${source}: a split is one file, and here are ${count}`, { file: source });
  }
  return await withPart(part, (open) => readBytes(open, part));
}
