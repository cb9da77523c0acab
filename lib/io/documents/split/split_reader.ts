/**
 * Reads the problem of a split from its files: people, and optionally groups and goods.
 *
 * @module
 */
import { InputError, UsageError } from "../../../base/errors.ts";
import { optionInWords } from "../../../base/option_words.ts";
import type { GoodsProblem, SplitProblem } from "../../../woptim/problem/problem.ts";
import { noteBlankRows } from "../../csv/table_control.ts";
import { DIALECT_OPTIONS, type DialectOptions } from "../../csv/dialect_options.ts";
import { nameOfSource } from "../../bytes/source.ts";
import { checkLimits, limitsOf, type ReadLimits } from "../../bytes/read_limits.ts";
import { type ProblemControl, problemText, readProblemBytes } from "./problem_bytes.ts";
import {
  aNumber,
  anything,
  aText,
  checkOptions,
  checkValue,
  type OptionRule,
} from "../../../base/validate.ts";
import { PEOPLE_TABLE } from "./split_people_file.ts";
import { parseSplitProblem, type ProblemFile, totalNeeded } from "./split_problem_file.ts";
import type { SplitTable, TableForm } from "./split_table.ts";

/** Values and files given beside the file of the people; they replace what that file says. */
export interface ReadSplitOptions {
  /** Units to be divided; required for a CSV, which has no place for them. @default what a JSON file says */
  total?: number;
  /** Price of all units. @default what a JSON file says, or none */
  price?: number;
  /** A table of groups: name, lower, upper, target, weight, group. @default those of a JSON file, or none */
  groups?: string;
  /** A table of goods: name, total, price; or true if the JSON file has goods itself. @default none */
  goods?: string | true;
  /** Limits on the size of the files, in bytes. @default DEFAULT_LIMITS, for each not given */
  limits?: Partial<ReadLimits>;
  /** How tables of CSV are written. @default recognised from each file */
  dialect?: Pick<DialectOptions, "encoding" | "separator" | "decimal">;
}

const OPTIONS: Readonly<Record<keyof ReadSplitOptions, OptionRule>> = {
  total: aNumber(),
  price: aNumber(),
  groups: aText,
  goods: {
    expected: "a file, or true",
    accepts: (value) => value === true || typeof value === "string",
  },
  // Checked by checkLimits and checkOptions.
  limits: anything,
  dialect: anything,
};
const { columns: _, ...DIALECT } = DIALECT_OPTIONS;

/**
 * Reads the problem of a split, for `split` or, with `goods`, for `splitGoods`: a file, `-` (standard input) or an address;
 * JSON with comments, or a table (CSV, plain or compressed, JSON Lines, an array of objects, an Excel workbook) with the columns
 * name, lower, upper, target and those of docs/split.md.
 *
 * @throws {InputError} for a file that can't be read, with a line for each error
 * @throws {UsageError} for an unknown option or one out of range, where the file has goods and `goods` was not given, or the other way round, and for a total or a price
 * beside goods
 *
 * @example
 * ```ts
 * import { readSplit, split } from "../../../../mod.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 *
 * const { people } = split(await readSplit("examples/split/pizza.csv", { total: 13 }));
 * assertEquals(people.map(({ name }) => name), ["ann", "ben", "cleo", "dan"]);
 * ```
 */
export function readSplit(
  source: string,
  options: ReadSplitOptions & { goods: string | true },
): Promise<GoodsProblem>;
/** Reads the problem of a split of one good; see above. */
export function readSplit(
  source: string,
  options?: Omit<ReadSplitOptions, "goods">,
): Promise<SplitProblem>;
export async function readSplit(
  source: string,
  options: ReadSplitOptions = {},
): Promise<SplitProblem | GoodsProblem> {
  checkValue("source", source, aText);
  checkOptions("readSplit", options, OPTIONS);
  checkLimits(options.limits);
  checkOptions("dialect", options.dialect === undefined ? {} : options.dialect, DIALECT);
  const { goods: wanted, dialect } = options, limits = limitsOf(options.limits);
  const name = nameOfSource(source);
  const onTable = totalNeeded(name, options);
  const bytes = await readProblemBytes(source, PEOPLE_TABLE, { limits, dialect, onTable });
  const text = problemText(bytes, name);
  const { problem, goods } = await readProblem(text, name, {
    ...options,
    goods: wanted === true ? undefined : wanted,
  }, { limits, dialect });
  if (wanted === undefined && goods === undefined) return problem;
  refuseBesideGoods(goods, options);
  if (wanted === undefined) {
    throw new UsageError(`${name} has goods: readSplit(…, { goods: true }) is for splitGoods`);
  }
  if (goods === undefined) throw new UsageError(`${name} has no goods, expected a key goods`);
  return { goods, requirements: problem.requirements };
}

/** Refuses a total or a price beside goods. @throws {UsageError} that names it */
export function refuseBesideGoods(
  goods: ProblemFile["goods"],
  given: Pick<ReadSplitOptions, "total" | "price">,
): void {
  for (const name of ["total", "price"] as const) {
    if (goods === undefined || given[name] === undefined) continue;
    throw new UsageError(
      `${optionInWords(name)} can't be given with several goods, which have their own`,
    );
  }
}

/** The values and files that {@link readProblem} takes beside a problem's text. */
export type GivenFiles = Pick<ReadSplitOptions, "total" | "price" | "groups"> & { goods?: string };

/**
 * Reads a problem from its text, and groups and goods from their files.
 *
 * @throws {InputError} with a line for each error
 */
export async function readProblem(
  text: string,
  source: string,
  { total, price, ...files }: GivenFiles,
  control: ProblemControl,
): Promise<ProblemFile> {
  const readTable = async <Item>(
    file: string,
    form: TableForm,
    parse: (text: string, file: string) => SplitTable<Item>,
  ) => {
    const text = problemText(await readProblemBytes(file, form, control), file);
    return noteBlankRows(file, parse(text, file), control);
  };
  const readGroups = async (file: string) => {
    const { GROUP_TABLE, parseSplitGroups } = await import("./split_groups_file.ts");
    return await readTable(file, GROUP_TABLE, parseSplitGroups);
  };
  const readGoods = async (file: string) => {
    const { GOOD_TABLE, parseSplitGoods } = await import("./split_goods_file.ts");
    return await readTable(file, GOOD_TABLE, parseSplitGoods);
  };
  const groups = files.groups === undefined ? undefined : await readGroups(files.groups);
  const goods = files.goods === undefined ? undefined : await readGoods(files.goods);
  const read = await parseSplitProblem(text, source, {
    total,
    price,
    groups: groups?.items,
    goods: goods?.items,
  });
  if (read.goods !== undefined && read.problem.groups !== undefined) {
    throw new InputError("groups and goods can't be combined: give one of them");
  }
  noteBlankRows(source, read, control);
  return {
    ...read,
    places: { ...read.places, groups: groups?.places, goods: goods?.places },
  };
}
