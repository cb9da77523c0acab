/**
 * Problem files of splits: JSON with comments and trailing commas, or CSV.
 *
 * @module
 */
import { parse } from "../../deps/std_jsonc.ts";
import { InputError, type InputFault, UsageError } from "../../base/errors.ts";
import { LARGEST } from "../../woptim/options.ts";
import {
  FINITE_EXPECTED,
  NAME_EXPECTED,
  repeated,
  type Requirement,
  type SplitProblem,
  TARGET_EXPECTED,
  TARGET_WORDS,
  type TargetWord,
} from "../../woptim/problem.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import { parseTable } from "../tables/table.ts";

/** What the command line gives beside the file, and wins over it. A CSV file has no place for either. */
export interface GivenAmounts {
  /** Units to be divided. */
  total?: number;
  /** Price of all units. */
  price?: number;
}

/** A problem, and what of its file was not understood. */
export interface ProblemFile {
  problem: SplitProblem;
  /** Paths of the keys that mean nothing here; nothing was made of them. */
  ignored: string[];
}

/** Columns of a problem in CSV. */
const COLUMNS = ["name", "lower", "upper", "target"] as const;

/**
 * Reads a problem from the text of its file: JSON if it begins with a brace, bracket or comment, else CSV with the
 * columns name, lower, upper and target.
 *
 * @throws {InputError} for a text that is neither; with one line for each of all the faults in it
 *
 * @example
 * ```ts
 * import { parseSplitProblem } from "./split_problem_file.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const text = "name,lower,upper,target\nann,1,3,center\n";
 * const { problem } = await parseSplitProblem(text, "people.csv", { total: 2 });
 * assertEquals(problem.requirements[0].target, "center");
 * ```
 */
export async function parseSplitProblem(
  text: string,
  file: string,
  given: GivenAmounts = {},
): Promise<ProblemFile> {
  const bare = text.replace(/^\ufeff/, "");
  if (!/^\s*([{[]|\/[/*])/.test(bare)) {
    return { problem: problemOfCsv(bare, file, given), ignored: [] };
  }
  // Only now, as zod takes longer to load than a CSV file to read.
  const { splitProblemSchema } = await import("./split_schema.ts");
  const document = withGiven(parseJson(bare, file), given);
  const { success, data, error } = splitProblemSchema.safeParse(document);
  const faults = new Map<string, InputFault>();
  for (const { path, message } of error?.issues ?? []) {
    // An interval is at fault as a whole.
    const at = path[2] === "interval" ? path.slice(0, 3) : path;
    const column = pathText(at);
    faults.set(column, { file, column, value: shown(valueAt(document, at)), expected: message });
  }
  for (const i of repeated(namesIn(document))) {
    const at = ["requirements", i, "name"], column = pathText(at);
    const value = shown(valueAt(document, at));
    if (!faults.has(column)) faults.set(column, { file, column, value, expected: NAME_EXPECTED });
  }
  if (!success || faults.size > 0) throw errorOf([...faults.values()]);
  return { problem: data, ignored: unknownKeys(document, data) };
}

function problemOfCsv(text: string, file: string, { total, price }: GivenAmounts): SplitProblem {
  const { rows } = parseTable(text, file, COLUMNS);
  const faults: InputFault[] = [];
  const names = rows.map(({ fields }) => fields[0]!);
  const twice = new Set(repeated(names));
  const requirements = rows.map(({ line, fields }, i): Requirement => {
    const [name, lowerText, upperText, targetText] = fields as string[];
    const fault = (column: string, value: string, expected: string) =>
      faults.push({ file, line, column, value, expected });
    const number = (column: string, value: string, expected: string) => {
      const parsed = parseNumberText(value);
      if (!(Math.abs(parsed) <= LARGEST)) fault(column, value, expected);
      return parsed;
    };
    if (name === "") fault("name", name, "a name");
    else if (twice.has(i)) fault("name", name, NAME_EXPECTED);
    const lower = number("lower", lowerText, FINITE_EXPECTED);
    const upper = number("upper", upperText, FINITE_EXPECTED);
    if (lower > upper) fault("lower", lowerText, `at most the upper bound, ${upperText}`);
    const target = TARGET_WORDS.includes(targetText as TargetWord)
      ? targetText as TargetWord
      : number("target", targetText, TARGET_EXPECTED);
    return { name, interval: [lower, upper], target };
  });
  if (rows.length === 0) {
    throw new InputError(`${file}: no rows, expected at least one person`, { file });
  }
  if (faults.length > 0) throw errorOf(faults);
  if (total === undefined) throw new UsageError(`${file} is CSV, which has no total: give --total`);
  return { total, price, requirements };
}

function parseJson(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    // "Cannot parse JSONC: unexpected token "}" in JSONC at position 6"
    const message = error instanceof Error ? error.message : String(error);
    const found = /^Cannot parse JSONC: (.*?)(?: in JSONC at position (\d+))?$/s.exec(message);
    const what = (found?.[1] ?? message).replaceAll("\n", " ");
    const line = text.slice(0, Number(found?.[2] ?? text.length)).split("\n").length;
    throw new InputError(`${file}:${line}: not valid JSON: ${what}`, { file, line });
  }
}

/** The document with the amounts given in place of its own. */
function withGiven(document: unknown, { total, price }: GivenAmounts): unknown {
  if (!isObject(document) || Array.isArray(document)) return document;
  return {
    ...document,
    ...(total !== undefined && { total }),
    ...(price !== undefined && { price }),
  };
}

/** One error for all faults, a line each. */
function errorOf(faults: InputFault[]): InputError {
  const lines = faults.map((fault) => InputError.at(fault).message);
  return new InputError(lines.join("\n"), faults[0]);
}

/** `requirements[3].interval`. */
function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the document";
  return path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`)
    .join("").slice(1);
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => isObject(inside) ? inside[key] : undefined,
    document,
  );
}

/** A value as the message shows it; undefined for none. */
function shown(value: unknown): string | undefined {
  if (Array.isArray(value)) return `[${value.map(inList).join(", ")}]`;
  return typeof value === "string" || value === undefined ? value : inList(value);
}

/** As JSON, which has no word for what is infinite. */
function inList(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function namesIn(document: unknown): unknown[] {
  const people = valueAt(document, ["requirements"]);
  if (!Array.isArray(people)) return [];
  // A name that is missing is a fault of its own; a place no one else has keeps it from being a repeated one.
  return people.map((person, i) => valueAt(person, ["name"]) ?? i);
}

function unknownKeys(document: unknown, { requirements }: SplitProblem): string[] {
  const beside = (value: unknown, known: readonly string[], path: string) =>
    Object.keys(value as object).filter((key) => !known.includes(key)).map((key) => path + key);
  return [
    ...beside(document, ["total", "price", "requirements", "$schema"], ""),
    ...requirements.flatMap((_, i) =>
      beside(
        valueAt(document, ["requirements", i]),
        ["name", "interval", "target"],
        `requirements[${i}].`,
      )
    ),
  ];
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
