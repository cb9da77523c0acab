/**
 * Parses problem files of splits: JSON with comments and trailing commas, or CSV.
 *
 * @module
 */
import { parse as parseCsv } from "../../../deps/std_csv.ts";
import { InputError, type InputFault, quote, UsageError } from "../../../base/errors.ts";
import { optionInWords } from "../../../base/option_words.ts";
import {
  boundOf,
  expectedForWord,
  FIXED_EXPECTED,
  type Good,
  GOOD_EXPECTED,
  GROUP_EXPECTED,
  type GroupRequirement,
  NAME_EXPECTED,
  repeated,
  type Requirement,
  type SplitProblem,
  TARGET_EXPECTED,
  TARGET_WORDS,
  type TargetWord,
} from "../../../woptim/problem/problem.ts";
import { AT_PREVIOUS, NUMERIC_FIELDS } from "../../../woptim/problem/person_fields.ts";
import {
  fieldsOfText,
  FURTHER_COLUMNS,
  furtherFields,
  NUMERIC_COLUMNS,
} from "./split_person_fields.ts";
import { emptyInput, misspelt } from "../../csv/header.ts";
import type { LineMap } from "../../../base/places.ts";
import { parseJson } from "../json_text.ts";
import { linesOf, type ProblemPlaces } from "./problem_places.ts";
import { SplitRow } from "./split_row.ts";
import { parseTable } from "../../tables/rows/table.ts";
import { isDocument, type TableColumns } from "./problem_bytes.ts";

/** Values given beside the file, which replace its own. A CSV file has no place for them. */
export interface GivenAmounts {
  /** Units to be divided. */
  total?: number;
  /** Price of all units. */
  price?: number;
  /** Groups, from a file of their own. */
  groups?: readonly GroupRequirement[];
  /** Goods, from a file of their own: they have totals and prices. */
  goods?: readonly Good[];
}

/** A problem as read from a file. */
export interface ProblemFile {
  /** The problem. Where there are `goods`, its total is the sum of theirs, and each requirement names its good. */
  problem: SplitProblem;
  /** Several goods, which are split one by one. */
  goods?: readonly Good[];
  /** Paths of unknown keys, which were ignored. */
  ignored: string[];
  /** Where it stands. */
  places: ProblemPlaces;
  /** Rows of separators only of a table, which are left out. */
  blankRows?: number;
}

/** Columns that people may have beside a name and a target. */
const OPTIONAL: readonly string[] = [
  "lower",
  "upper",
  ...FURTHER_COLUMNS,
];
/** Columns of a table of people. */
export const PEOPLE_COLUMNS: TableColumns = {
  wanted: ["name", "target"],
  optional: OPTIONAL,
  numbers: ["target", "lower", "upper", "step", ...NUMERIC_COLUMNS],
};
/** All of these columns. */
export const COLUMNS: readonly string[] = [...PEOPLE_COLUMNS.wanted, ...OPTIONAL];

/**
 * Reads a problem from the text of its file: JSON if it begins with a brace, bracket or comment, else CSV with the
 * columns name, lower, upper and target; without lower or upper that side is open.
 *
 * @throws {InputError} for a text that is neither, or with a line for every error in the file
 *
 * @example
 * ```ts
 * import { parseSplitProblem } from "./split_problem_file.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 * const text = "name,lower,upper,target\nann,1,3,center\n";
 * const { problem } = await parseSplitProblem(text, "people.csv", { total: 2 });
 * assertEquals(problem.requirements[0].target, "center");
 * ```
 */
export async function parseSplitProblem(
  text: string,
  file: string,
  given: GivenAmounts,
): Promise<ProblemFile> {
  const bare = text.replace(/^\ufeff/, "");
  const header = headerOf(bare);
  if (header !== null) {
    const { goods } = given;
    const { lines, ...read } = problemOfCsv(bare, file, given);
    return { ...read, goods, ignored: unknownColumns(header, file), places: { file, lines } };
  }
  // Loaded only here, since loading zod takes longer than reading a CSV file.
  const { goodsProblemSchema, splitProblemSchema } = await import("./split_schema.ts");
  const read = parseJson(bare, file, { comments: true });
  const document = withGiven(read, given);
  const hasGoods = isObject(document) && document.goods !== undefined;
  const schema = hasGoods ? goodsProblemSchema : splitProblemSchema;
  const { success, data, error } = schema.safeParse(document);
  const faults = new Map<string, InputFault>();
  for (const { path, message } of error?.issues ?? []) {
    // Report an interval as a whole, not one of its bounds.
    const at = path[2] === "interval" ? path.slice(0, 3) : path;
    const column = pathText(at);
    faults.set(column, { file, column, value: shown(valueAt(document, at)), expected: message });
  }
  namesIn(document).forEach((name, i) => {
    if (typeof name !== "string" || name.isWellFormed()) return;
    const column = `requirements[${i}].name`, value = name.toWellFormed();
    // Written as UTF-8 all of them would be one name.
    const expected = "a name without half a character (\\ud800 …)";
    faults.set(column, { file, column, value, expected });
  });
  for (const i of repeated(namesIn(document))) {
    const at = ["requirements", i, "name"], column = pathText(at);
    const value = shown(valueAt(document, at));
    if (!faults.has(column)) faults.set(column, { file, column, value, expected: NAME_EXPECTED });
  }
  if (success) {
    data.requirements.forEach(({ interval, target }, i) => {
      if (typeof target === "number") return;
      const [lower, upper] = intervalOf(interval);
      const expected = expectedForWord(target, lower, upper);
      if (expected === undefined) return;
      const column = `requirements[${i}].target`;
      faults.set(column, { file, column, value: target, expected });
    });
    for (const fault of faultsOfReferences(data)) faults.set(fault.column, { file, ...fault });
  }
  if (!success || faults.size > 0) throw errorOf([...faults.values()]);
  const { problem, goods } = problemOfJson(data);
  const ignored = unknownKeys(document, file, problem, goods);
  const amounts = (["total", "price"] as const).filter((name) => given[name] === undefined);
  return { problem, goods, ignored, places: { file, amounts } };
}

/** A document that the schema has accepted. */
interface ReadDocument {
  total?: number;
  price?: number;
  requirements: readonly ReadPerson[];
  groups?: readonly ReadGroup[];
  goods?: readonly Good[];
}

/** An interval in a document. */
type ReadInterval = readonly [number | string | null, (number | string | null)?];

interface ReadPerson {
  name: string;
  interval: ReadInterval;
  target: number | TargetWord;
  group?: string | null;
  good?: string | null;
  previous?: unknown;
  fixed?: unknown;
}

interface ReadGroup {
  name: string;
  interval?: ReadInterval | null;
  target?: number | TargetWord | null;
  weight?: unknown;
  group?: string | null;
}

function intervalOf([lower, upper]: ReadInterval): [number, number] {
  return [boundOf(lower, "lower"), boundOf(upper, "upper")];
}

/** The problem in a document. */
function problemOfJson(data: ReadDocument): { problem: SplitProblem; goods?: readonly Good[] } {
  const requirements = data.requirements.map((person): Requirement => ({
    name: person.name.trim(),
    interval: intervalOf(person.interval),
    target: person.target,
    ...furtherFields((field) => person[field as keyof ReadPerson]),
  }));
  const groups = data.groups?.map((group): GroupRequirement => ({
    ...group,
    weight: group.weight as number | null | undefined,
    interval: group.interval && intervalOf(group.interval),
  }));
  const total = data.goods?.reduce((sum, good) => sum + good.total, 0) ?? data.total!;
  return { problem: { ...data, total, requirements, groups }, goods: data.goods };
}

/** Errors about groups, goods and amounts of last time that people refer to and that do not exist. */
function faultsOfReferences(data: ReadDocument) {
  const known = new Set(data.groups?.map(({ name }) => name.trim()));
  const faults = faultsOfGoods(data.goods, data.requirements);
  data.requirements.forEach(({ fixed, previous }, i) => {
    const isAtPrevious = NUMERIC_FIELDS.fixed.read(fixed) === AT_PREVIOUS;
    if (!isAtPrevious || (previous !== undefined && previous !== null)) return;
    faults.push({
      column: `requirements[${i}].fixed`,
      value: String(fixed),
      expected: FIXED_EXPECTED,
    });
  });
  for (const list of ["requirements", "groups"] as const) {
    data[list]?.forEach(({ group }, i) => {
      if (group === undefined || group === null || known.has(group.trim())) return;
      faults.push({ column: `${list}[${i}].group`, value: group, expected: GROUP_EXPECTED });
    });
  }
  return faults;
}

/** Errors about goods whose name occurs twice, and about goods that people name and that do not exist. */
function faultsOfGoods(
  goods: readonly Good[] | undefined,
  requirements: readonly { good?: string | null }[],
): { column: string; value?: string; expected: string }[] {
  const known = new Set(goods?.map(({ name }) => name.trim()));
  const twice = repeated(goods?.map(({ name }) => name.trim()) ?? []).map((g) => ({
    column: `goods[${g}].name`,
    value: goods![g].name,
    expected: NAME_EXPECTED,
  }));
  const unknown = requirements.flatMap(({ good }, i) => {
    const isFine = good === undefined || good === null
      ? goods === undefined
      : known.has(good.trim());
    const column = `requirements[${i}].good`;
    return isFine ? [] : [{ column, value: good ?? undefined, expected: GOOD_EXPECTED }];
  });
  return [...twice, ...unknown];
}

function problemOfCsv(
  text: string,
  file: string,
  { total, price, groups, goods }: GivenAmounts,
): Pick<ProblemFile, "problem" | "blankRows"> & { lines: LineMap } {
  if (text.trim() === "") throw emptyInput(file, ["name", "lower", "upper", "target"]);
  const { rows, blankRows } = parseTable(text, file, PEOPLE_COLUMNS.wanted, OPTIONAL);
  const faults: InputFault[] = [];
  const goodColumn = COLUMNS.indexOf("good");
  const twice = new Set(
    repeated(rows.map(({ fields }) => `${fields[goodColumn] ?? ""}\n${fields[0]}`)),
  );
  const known = {
    groups: groups && new Set(groups.map(({ name }) => name)),
    goods: goods && new Set(goods.map(({ name }) => name)),
  };
  const requirements = rows.map(({ line, fields }, i): Requirement => {
    const [name = "", targetText = "", lowerText = "", upperText = ""] = fields;
    const textOf = (column: string) => fields[COLUMNS.indexOf(column)] ?? "";
    const row = new SplitRow({ file, line }, faults);
    row.checkName(name, twice.has(i));
    const [lower, upper] = row.interval(lowerText, upperText);
    const wordFor = (word: TargetWord) => {
      const expected = expectedForWord(word, lower, upper);
      if (expected !== undefined && lower <= upper) row.fault("target", word, expected);
      return word;
    };
    const target = TARGET_WORDS.includes(targetText as TargetWord)
      ? wordFor(targetText as TargetWord)
      : row.number("target", targetText, TARGET_EXPECTED);
    const further = fieldsOfText(
      textOf,
      known,
      (column, value, expected) => row.fault(column, value, expected),
    );
    if (goods !== undefined && textOf("good") === "") row.fault("good", "", GOOD_EXPECTED);
    return { name, interval: [lower, upper], target, ...further };
  });
  if (rows.length === 0) {
    throw new InputError(`${file}: no rows, expected at least one person`, { file });
  }
  if (faults.length > 0) throw errorOf(faults);
  const all = goods === undefined ? total : goods.reduce((sum, good) => sum + good.total, 0);
  if (all === undefined) {
    throw new UsageError(`${file} is a table, which has no total: give ${optionInWords("total")}`);
  }
  const problem = { total: all, price, requirements, ...(groups !== undefined && { groups }) };
  return { problem, lines: linesOf(rows), blankRows };
}

/** Names of the columns in a CSV's first line; null where the text is JSON. */
export function headerOf(text: string): string[] | null {
  if (isDocument(text)) return null;
  try {
    const header = parseCsv(text.slice(0, text.search(/\r?\n|$/)))[0] ?? [];
    return header.map((name) => name.trim());
  } catch {
    // The reader of the table reports what is wrong.
    return [];
  }
}

/**
 * Names of a header that are not columns of people.
 *
 * @throws {InputError} for one that is probably meant as a column: what stands in it would count for nothing
 */
export function unknownColumns(header: readonly string[], file: string): string[] {
  const unknown = header.filter((name) => !COLUMNS.includes(name));
  const found = misspelt(unknown, COLUMNS, { there: header });
  if (found === null) return unknown;
  const { near, column } = found;
  throw new InputError(
    `${file}: the header has ${quote(near)}, expected ${column}, or another name`,
    { file, column: near, expected: column },
  );
}

/** The document with the given values in place of its own. */
function withGiven(document: unknown, { total, price, groups, goods }: GivenAmounts): unknown {
  if (!isObject(document) || Array.isArray(document)) return document;
  return {
    ...document,
    ...(total !== undefined && { total }),
    ...(price !== undefined && { price }),
    ...(groups !== undefined && { groups }),
    ...(goods !== undefined && { goods }),
  };
}

/** Most faults that an error tells one by one: a table whose groups are missing has as many as rows. */
const MOST_TOLD = 20;

/** One error for several faults, with a line for each of the first and the number of the others. */
export function errorOf(faults: InputFault[]): InputError {
  const lines = faults.slice(0, MOST_TOLD).map((fault) => InputError.at(fault).message);
  const more = faults.length - lines.length;
  if (more > 0) lines.push(`… and ${more} more`);
  return new InputError(lines.join("\n"), faults[0]);
}

/** A path as text: `requirements[3].interval`. */
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

/** A value as messages show it; undefined where there is none. */
function shown(value: unknown): string | undefined {
  if (Array.isArray(value)) return `[${value.map(inList).join(", ")}]`;
  return typeof value === "string" || value === undefined ? value : inList(value);
}

/** A value as JSON, but with words for infinite numbers, which JSON lacks. */
function inList(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function namesIn(document: unknown): unknown[] {
  const people = valueAt(document, ["requirements"]);
  if (!Array.isArray(people)) return [];
  // A missing name is another error; its index stands in for it, so that two missing names are not a repeated one.
  return people.map((person, i) => {
    const name = valueAt(person, ["name"]), good = valueAt(person, ["good"]);
    const own = typeof name === "string" ? name.trim() : name ?? i;
    // A name may occur once for each good.
    return typeof good === "string" ? `${good.trim()}\n${own}` : own;
  });
}

/**
 * Paths of keys that mean nothing.
 *
 * @throws {InputError} for one that is probably meant as another
 */
function unknownKeys(
  document: unknown,
  file: string,
  { requirements, groups = [] }: SplitProblem,
  goods: readonly Good[] = [],
): string[] {
  const beside = (value: unknown, known: readonly string[], path: string) => {
    const keys = Object.keys(value as object), unknown = keys.filter((key) => !known.includes(key));
    const bound = unknown.find((key) => key === "lower" || key === "upper");
    const found = bound !== undefined && known.includes("interval")
      ? { near: bound, column: "interval" }
      : misspelt(unknown, known, { there: keys });
    if (found === null) return unknown.map((key) => path + key);
    const { near, column } = found, at = path + near;
    throw new InputError(`${file}: key ${quote(at)}, expected ${column}, or another name`, {
      file,
      column: at,
      expected: column,
    });
  };
  return [
    ...beside(document, ["total", "price", "requirements", "groups", "goods", "$schema"], ""),
    ...requirements.flatMap((_, i) =>
      beside(
        valueAt(document, ["requirements", i]),
        ["interval", ...COLUMNS.filter((column) => column !== "lower" && column !== "upper")],
        `requirements[${i}].`,
      )
    ),
    ...goods.flatMap((_, g) =>
      beside(valueAt(document, ["goods", g]), ["name", "total", "price"], `goods[${g}].`)
    ),
    ...groups.flatMap((_, g) =>
      beside(
        valueAt(document, ["groups", g]),
        ["name", "interval", "target", "weight", "group"],
        `groups[${g}].`,
      )
    ),
  ];
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
