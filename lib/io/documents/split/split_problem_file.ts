/**
 * Parses problem files of splits: JSON with comments and trailing commas, or CSV.
 *
 * @module
 */
import type { z } from "../../../deps/zod.ts";
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
  type TargetWord,
} from "../../../woptim/problem/problem.ts";
import { AT_PREVIOUS, NUMERIC_FIELDS } from "../../../woptim/problem/person_fields.ts";
import { misspelt } from "../../../base/ids/near_names.ts";
import { parseJson, pathText, valueAt } from "../json_text.ts";
import type { ProblemPlaces } from "./problem_places.ts";
import { headerOf, parseSplitPeople, PEOPLE_COLUMNS, unknownColumns } from "./split_people_file.ts";
import { furtherFields } from "./split_person_fields.ts";
import { errorOf } from "./split_table.ts";

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
  if (header !== null) return problemOfTable(bare, header, file, given);
  // Loaded only here, since loading zod takes longer than reading a CSV file.
  const { goodsProblemSchema, splitProblemSchema } = await import("./split_schema.ts");
  const read = parseJson(bare, file, { comments: true });
  const document = withGiven(read, given);
  const hasGoods = isObject(document) && document.goods !== undefined;
  const schema = hasGoods ? goodsProblemSchema : splitProblemSchema;
  const { success, data, error } = schema.safeParse(document);
  // One fault for each place.
  const faults = new Map<string, InputFault>();
  const add = (found: readonly DocumentFault[]) => {
    for (const fault of found) faults.set(fault.column, { file, ...fault });
  };
  add(faultsOfSchema(document, error?.issues ?? []));
  add(faultsOfNames(document).filter(({ column }) => !faults.has(column)));
  if (success) add([...faultsOfWords(data), ...faultsOfReferences(data)]);
  if (!success || faults.size > 0) throw errorOf([...faults.values()]);
  const { problem, goods } = problemOfJson(data);
  const ignored = unknownKeys(document, file, problem, goods);
  const amounts = (["total", "price"] as const).filter((name) => given[name] === undefined);
  return { problem, goods, ignored, places: { file, amounts } };
}

/** What is to be called where a file turns out to be a table: it has no total of its own; undefined: one is given, or goods have theirs. */
export function totalNeeded(
  file: string,
  { total, goods }: { readonly total?: number; readonly goods?: unknown },
): (() => never) | undefined {
  return total !== undefined || goods !== undefined ? undefined : () => {
    throw withoutTotal(file);
  };
}

function withoutTotal(file: string): UsageError {
  return new UsageError(`${file} is a table, which has no total: give ${optionInWords("total")}`);
}

/** The problem of a table of people. */
function problemOfTable(
  text: string,
  header: readonly string[],
  file: string,
  given: GivenAmounts,
): ProblemFile {
  const { price, groups, goods } = given;
  const { items: requirements, places, blankRows } = parseSplitPeople(text, file, given);
  const total = goods === undefined ? given.total : totalOf(goods);
  if (total === undefined) {
    throw withoutTotal(file);
  }
  const problem = { total, price, requirements, ...(groups !== undefined && { groups }) };
  return { problem, goods, ignored: unknownColumns(header, file), places, blankRows };
}

function totalOf(goods: readonly Good[]): number {
  return goods.reduce((sum, good) => sum + good.total, 0);
}

/** A fault of a document. */
interface DocumentFault extends InputFault {
  /** The path at fault. */
  column: string;
}

/** What the schema refuses; of an interval as a whole, not of one of its bounds. */
function faultsOfSchema(document: unknown, issues: readonly z.core.$ZodIssue[]): DocumentFault[] {
  return issues.map(({ path, message: expected }) => {
    const at = path[2] === "interval" ? path.slice(0, 3) : path;
    return {
      column: pathText(at) || "the document",
      value: shown(valueAt(document, at)),
      expected,
    };
  });
}

/** Names that are no text of their own. */
function faultsOfNames(document: unknown): DocumentFault[] {
  const names = namesIn(document);
  // Written as UTF-8 all of them would be one name.
  const halves = names.flatMap((name, i) => {
    if (typeof name !== "string" || name.isWellFormed()) return [];
    const expected = "a name without half a character (\\ud800 …)";
    return [{ column: `requirements[${i}].name`, value: name.toWellFormed(), expected }];
  });
  const twice = repeated(names).map((i) => {
    const at = ["requirements", i, "name"];
    return { column: pathText(at), value: shown(valueAt(document, at)), expected: NAME_EXPECTED };
  });
  return [...halves, ...twice];
}

/** Targets whose word names no number in the interval. */
function faultsOfWords({ requirements }: ReadDocument): DocumentFault[] {
  return requirements.flatMap(({ interval, target }, i) => {
    const expected = typeof target === "number"
      ? undefined
      : expectedForWord(target, ...intervalOf(interval));
    return expected === undefined
      ? []
      : [{ column: `requirements[${i}].target`, value: String(target), expected }];
  });
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
  const total = data.goods === undefined ? data.total! : totalOf(data.goods);
  return { problem: { ...data, total, requirements, groups }, goods: data.goods };
}

/** Errors about groups, goods and amounts of last time that people refer to and that do not exist. */
function faultsOfReferences(data: ReadDocument): DocumentFault[] {
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
): DocumentFault[] {
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
        [
          "interval",
          ...PEOPLE_COLUMNS.filter((column) => column !== "lower" && column !== "upper"),
        ],
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
