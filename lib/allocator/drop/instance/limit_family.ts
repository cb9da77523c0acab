/**
 * Limits as people declare them: a row of limits.csv is a family, one limit for each combination of the columns it is per.
 *
 * @module
 */
import { InputError, type InputFault, quote } from "../../../base/errors.ts";
import { fieldFault } from "../../../base/given_field.ts";
import type { AttributeTable } from "./attributes.ts";
import { anything, checkOptions, type OptionRule } from "../../../base/validate.ts";

/** A family of limits, as in a row of limits.csv; see docs/limits.md. */
export interface LimitFamily {
  /** Its name, in the summary, the certificate and explain. */
  readonly limit: string;
  /** Columns: there is one limit for each combination of their values. None: one limit. */
  readonly per: readonly string[];
  /** "offers", or a numeric column of caps or elig whose numbers are added up over offers. */
  readonly counts: string;
  /** The most: a number, or the name of a column of the table that `per` names; null: no most. */
  readonly atMost: number | string | null;
  /** The least, likewise. */
  readonly atLeast: number | string | null;
  /** Whether the amounts are shares of all offers within the same `per`. */
  readonly shareOf: "offers" | null;
  /** What each unit beyond the amount costs; null: the most is hard, the least may be missed at the shortfall price. */
  readonly price: number | null;
  /** Selectors: a column, and the values of it that count. Offers must match all of them. */
  readonly where: readonly Selector[];
  /** Where it was declared, for messages: "limits.csv" and a line, or "limits[2]". */
  readonly source: LimitSource;
}

/** Values of a column that a limit selects. */
export interface Selector {
  /** The column. */
  readonly column: string;
  /** Its values that count. */
  readonly values: readonly string[];
}

/** Where a family was declared. */
export interface LimitSource {
  /** File, or place in a list. */
  readonly file: string;
  /** Line in a file. */
  readonly line?: number;
  /** How messages spell fields and tables. @default those of files */
  readonly words?: FamilyWords;
}

/** A family of limits for `Drop.from`. */
export interface LimitInput {
  /** Its name. */
  limit: string;
  /** Columns joined with "+", or a list of them. @default one limit for all */
  per?: string | readonly string[];
  /** What is counted: offers, or a numeric attribute of contracts or pairs. @default "offers" */
  counts?: string;
  /** The most: a number, or an attribute's name. */
  atMost?: number | string;
  /** The least: a number, or an attribute's name. */
  atLeast?: number | string;
  /** "offers": the amounts are shares of all offers within the same `per`. */
  shareOf?: "offers";
  /** What each unit beyond the amount costs. @default the most is hard, the least costs the shortfall price */
  price?: number;
  /** Attributes and the values of them that count. @default all offers */
  where?: Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;
}

/**
 * Checks families given in memory.
 *
 * @throws {InputError} that names the family's place and the field
 */
export function limitFamilies(inputs: readonly LimitInput[]): LimitFamily[] {
  const families = inputs.map((input, i): LimitFamily => {
    checkOptions(`limits[${i}]`, input, FIELDS, " (columns to select by stand in where)");
    checkColumnsNamed(`limits[${i}]`, input);
    const { limit, per = [], counts = "offers", where = {}, ...rest } = input;
    return {
      limit,
      per: typeof per === "string" ? splitPer(per) : per,
      counts,
      atMost: rest.atMost ?? null,
      atLeast: rest.atLeast ?? null,
      shareOf: rest.shareOf ?? null,
      price: rest.price ?? null,
      where: Object.entries(where).map(([column, values]) => ({
        column,
        values: (Array.isArray(values) ? values : [values]).map(String),
      })),
      source: { file: `limits[${i}]`, words: CAMEL },
    };
  });
  checkFamilies(families);
  return families;
}

/** Refuses columns and values to select that are of other kinds than {@link LimitInput} says. */
function checkColumnsNamed(at: string, { per = [], counts = "", where = {} }: LimitInput): void {
  const isText = (value: unknown) => typeof value === "string";
  if (!isText(per) && !(Array.isArray(per) && per.every(isText))) {
    throw fieldFault(at, "per", per, "columns joined with +, or a list of them");
  }
  if (!isText(counts)) throw fieldFault(at, "counts", counts, '"offers", or a column');
  // A Map has no fields: all that it selects would be passed over.
  if (typeof where !== "object" || where === null || Symbol.iterator in where) {
    throw fieldFault(at, "where", where, "an object: columns, and the values of each that count");
  }
  const isValue = (value: unknown) =>
    isText(value) || typeof value === "boolean" || Number.isFinite(value);
  for (const [column, values] of Object.entries(where)) {
    if (Array.isArray(values) ? values.length > 0 && values.every(isValue) : isValue(values)) {
      continue;
    }
    throw fieldFault(at, `where.${column}`, values, "a value of that column, or a list of them");
  }
}

/** What a family given in memory may have; a field that is not known could be one that was meant to be kept. */
const FIELDS: Readonly<Record<keyof LimitInput, OptionRule>> = {
  limit: anything,
  per: anything,
  counts: anything,
  atMost: anything,
  atLeast: anything,
  shareOf: anything,
  price: anything,
  where: anything,
};

/** The columns of a `per` cell; one that is blank has none. {@link checkFamilies} refuses blank columns between. */
export function splitPer(per: string): string[] {
  return per.trim() === "" ? [] : per.split("+").map((column) => column.trim());
}

/** The names of a family's fields and of the drop's tables, as messages spell them for files and JSON or for TypeScript. */
export interface FamilyWords {
  /** The most. */
  readonly atMost: string;
  /** The least. */
  readonly atLeast: string;
  /** Whether amounts are shares. */
  readonly shareOf: string;
  /** The tables. */
  readonly tables: Readonly<Record<AttributeTable, string>>;
  /** What names a column: where columns are looked for. */
  readonly column: string;
  /** Said where a column is not found: which of the tables, in which it may have been looked for, is not there. @default all are */
  readonly lacking?: string;
}

/** What limits are declared by, a family or a selector, where its messages say that there is no table of group ratios. */
export function withoutRatiosTable<Declared extends Pick<LimitFamily, "source">>(
  declared: Declared,
): Declared {
  const words = { ...wordsOf(declared), lacking: " (no table of group ratios is given)" };
  return { ...declared, source: { ...declared.source, words } };
}

const SNAKE: FamilyWords = {
  atMost: "at_most",
  atLeast: "at_least",
  shareOf: "share_of",
  tables: { caps: "caps", elig: "elig", user_groups: "user_groups", group_ratios: "group_ratios" },
  column: "a column of caps, user_groups, group_ratios or elig",
};

const CAMEL: FamilyWords = {
  atMost: "atMost",
  atLeast: "atLeast",
  shareOf: "shareOf",
  tables: { caps: "contracts", elig: "pairs", user_groups: "users", group_ratios: "groups" },
  column: "a column of contracts, users, groups or pairs, such as one of their attributes",
};

/** How messages about a family or selector spell fields and tables: as they were given. */
export function wordsOf({ source }: Pick<LimitFamily, "source">): FamilyWords {
  return source.words ?? SNAKE;
}

/** The error about a field of a family, which names the place where it was declared. */
export function limitFault(
  { source: { words: _, ...place } }: Pick<LimitFamily, "source">,
  fault: Pick<InputFault, "column" | "value" | "expected">,
): InputError {
  return InputError.at({ ...place, ...fault });
}

/** The error for a selector that is a column of no table: it is probably misspelt. `near`: what may be meant, in words. */
export function unknownSelector(
  selector: { readonly column: string; readonly source: LimitSource },
  near = "",
): InputError {
  const { column, source: { file, line } } = selector;
  return InputError.ofLine(
    `there is no column ${quote(column)} in caps, user_groups, group_ratios or elig${
      wordsOf(selector).lacking ?? ""
    }${near}`,
    { file, line, column, expected: "a column of limits, or of a table to select by" },
  );
}

/**
 * Checks what can be checked without a drop: names, amounts, prices.
 *
 * @throws {InputError} that names the family's place and the field
 */
export function checkFamilies(families: readonly LimitFamily[]): void {
  const names = new Set<string>();
  for (const family of families) {
    const { limit, per, atMost, atLeast, shareOf, price } = family;
    const fault = faultAt(family), words = wordsOf(family);
    if (typeof limit !== "string" || limit.trim() === "") throw fault("limit", limit, "a name");
    if (names.has(limit)) throw fault("limit", limit, "a name that no other limit has");
    names.add(limit);
    if (per.includes("") || new Set(per).size < per.length) {
      throw fault("per", per.join("+"), "columns joined with +, each once");
    }
    if (atMost === null && atLeast === null) {
      throw fault(words.atMost, undefined, `a number or a column, here or in ${words.atLeast}`);
    }
    if (shareOf !== null && shareOf !== "offers") {
      throw fault(words.shareOf, shareOf, '"offers", or nothing');
    }
    checkAmount(words.atMost, atMost, shareOf, fault);
    checkAmount(words.atLeast, atLeast, shareOf, fault);
    if (typeof atMost === "number" && typeof atLeast === "number" && atLeast > atMost) {
      throw fault(words.atLeast, atLeast, `at most ${words.atMost}, ${atMost}`);
    }
    if (price !== null && !(typeof price === "number" && price >= 0 && price < Infinity)) {
      throw fault("price", price, "a finite number of at least 0, or nothing");
    }
    if (isShareOfItself(family)) {
      throw fault(
        words.shareOf,
        shareOf,
        "a selector beside it, of a column that is not in per: without one all offers count, of themselves",
      );
    }
  }
}

/** Makes the error for a field of the family that was declared here. */
type FieldFault = (column: string, value: unknown, expected: string) => InputError;

function faultAt(family: LimitFamily): FieldFault {
  return (column, value, expected) =>
    limitFault(family, {
      column,
      value: value === undefined || value === null ? undefined : String(value),
      expected,
    });
}

/** Whether a share counts all offers that it is a share of: at most a half of them would be none, and no least asks for anything. */
function isShareOfItself({ shareOf, counts, per, where }: LimitFamily): boolean {
  return shareOf !== null && counts === "offers" &&
    where.every(({ column }) => per.includes(column));
}

/** Refuses an amount that is neither a number in its range nor the name of a column. */
function checkAmount(
  name: string,
  amount: LimitFamily["atMost"],
  shareOf: LimitFamily["shareOf"],
  fault: FieldFault,
): void {
  if (amount === null) return;
  const most = shareOf === null ? Infinity : 1;
  const range = shareOf === null ? "a number of at least 0" : "a share from 0 to 1";
  const isNumber = typeof amount === "number" && amount >= 0 && amount <= most &&
    amount < Infinity;
  if (!isNumber && (typeof amount !== "string" || amount === "")) {
    throw fault(name, amount, `${range}, or a column`);
  }
}
