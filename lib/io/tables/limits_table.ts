/**
 * Reads limits: a table with a family of limits in each row, or the same as JSON. See docs/limits.md.
 *
 * @module
 */
import {
  checkFamilies,
  type LimitFamily,
  type LimitSource,
  type Selector,
  splitPer,
} from "../../allocator/drop/instance/limit_family.ts";
import { InputError, quote } from "../../base/errors.ts";
import { didYouMean } from "../../base/ids/near_ids.ts";
import { shownName } from "../../sources/source_url.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import { type DialectOptions, numberExpected, withPoint } from "../csv/dialect_options.ts";
import { LIMIT_COLUMNS } from "../csv/known_columns.ts";
import { noteBlankRows, type TableControl } from "../csv/table_control.ts";
import { truthOf } from "./caps_table.ts";
import { readTables, type Table, type TableRow } from "./rows/table.ts";

/** A selector: a column of the limits table that is named after a column of another table. */
export interface SelectorColumn {
  /** Its name. */
  readonly column: string;
  /** Where it stands, for messages. */
  readonly source: LimitSource;
}

/** Limits as read. */
export interface LimitsRead {
  /** The families, one for each row. */
  readonly families: readonly LimitFamily[];
  /** All selectors, including those that are blank in every row. */
  readonly selectors: readonly SelectorColumn[];
}

/** A family of limits in JSON, with the names of limits.csv; any other name is a selector. */
export type LimitRecord =
  & {
    /** Its name. */
    readonly limit: string;
    /** Columns joined with "+", or a list of them. */
    readonly per?: string | readonly string[];
    /** What is counted: "offers", or a column of numbers. @default "offers" */
    readonly counts?: string;
    /** Upper amount: a number, or a column of the table that `per` names. */
    readonly at_most?: number | string;
    /** Lower amount: a number, or a column of the table that `per` names. */
    readonly at_least?: number | string;
    /** "offers": the amounts are shares of all offers within the same `per`. */
    readonly share_of?: string;
    /** Cost of each unit beyond the amounts. */
    readonly price?: number;
  }
  & { readonly [selector: string]: SelectorValue | undefined };

/** Limits in a JSON document. */
export interface LimitsDocument {
  /** The families. */
  readonly records: readonly LimitRecord[];
  /** The document's name, for messages. */
  readonly file: string;
}

/** Values of a selector in JSON. */
export type SelectorValue = string | number | boolean | readonly (string | number | boolean)[];

/**
 * Reads a table of limits: a file, `-`, a folder, a glob or a database's rows, in any format of tables.
 *
 * @throws {InputError} for the first error, with file, line, column, value and what was expected
 */
export async function readLimits(
  source: string,
  control: TableControl,
): Promise<LimitsRead> {
  const families: LimitFamily[] = [], selectors: SelectorColumn[] = [];
  const others = (names: readonly string[]) => names.filter((name) => name !== "limit");
  for await (const table of readTables(source, ["limit"], others, control)) {
    const file = table.rows[0]?.file ?? shownName(source);
    noteBlankRows(file, table, control);
    const at = { file, ...(table.headerLine === undefined ? {} : { line: table.headerLine }) };
    refuseRepeats(table, at);
    requireAmounts(table, at);
    for (const column of table.optional) {
      const isSelector = !isLimitColumn(column);
      if (isSelector && table.rows.length > 0) selectors.push({ column, source: at });
    }
    for (const row of table.rows) {
      families.push(familyOf(row, table.optional, control.dialect));
    }
  }
  checkFamilies(families);
  return { families, selectors };
}

/**
 * Reads limits from a JSON document.
 *
 * @throws {InputError} for the first error, with its place, name, value and what was expected
 */
export function limitsOfDocument({ records, file }: LimitsDocument): LimitsRead {
  const selectors: SelectorColumn[] = [];
  const families = records.map((given, i): LimitFamily => {
    const source = { file: `${file}: limits[${i}]` };
    const record = withoutNulls(given);
    checkRecord(record, source);
    const { limit, per = [], counts = "offers", ...rest } = record;
    const where = Object.entries(record).filter(([name]) => !isLimitColumn(name));
    for (const [column] of where) selectors.push({ column, source });
    return {
      limit,
      per: typeof per === "string" ? splitPer(per) : per,
      counts,
      atMost: rest.at_most ?? null,
      atLeast: rest.at_least ?? null,
      shareOf: (rest.share_of ?? null) as "offers" | null,
      price: rest.price ?? null,
      where: where.map(([column, values]) =>
        selectorOf(column, (Array.isArray(values) ? values : [values]).map(String), source)
      ),
      source,
    };
  });
  checkFamilies(families);
  return { families, selectors };
}

/** The record without its own fields that are null, as programs write what is blank. A selector's null might be any or none. */
function withoutNulls(record: LimitRecord): LimitRecord {
  return Object.fromEntries(
    Object.entries(record).filter(([name, value]) => value !== null || !isLimitColumn(name)),
  ) as LimitRecord;
}

/** Checks the types of a record's values; in a table, where all are texts, they can't be wrong. */
function checkRecord(record: LimitRecord, source: LimitSource): void {
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  const isValue = (value: unknown) =>
    isText(value) || typeof value === "boolean" || Number.isFinite(value);
  const oneOrMore = (accepts: (value: unknown) => boolean) => (value: unknown) =>
    accepts(value) || (Array.isArray(value) && value.length > 0 && value.every(accepts));
  const rules = new Map<string, [(value: unknown) => boolean, string]>(Object.entries({
    limit: [isText, "a name"],
    per: [(value) => Array.isArray(value) ? value.every(isText) : typeof value === "string", PER],
    counts: [isText, '"offers", or a column'],
    at_most: [isValue, "a number of at least 0, or a column"],
    at_least: [isValue, "a number of at least 0, or a column"],
    price: [(value) => typeof value === "number", "a finite number of at least 0, or nothing"],
  }));
  // A blank selects the pairs that have no value, as it does in the library.
  const selector: [(value: unknown) => boolean, string] = [
    oneOrMore((value) => value === "" || isValue(value)),
    "a value of that column, or a list of them",
  ];
  for (const [column, value] of Object.entries(record)) {
    const [accepts, expected] = rules.get(column) ?? selector;
    if (accepts(value)) continue;
    const found = typeof value === "string" ? value : JSON.stringify(value);
    throw InputError.at({ ...source, column, value: found, expected });
  }
}

const PER = "columns joined with +, or a list of them";

function isLimitColumn(name: string): boolean {
  return (LIMIT_COLUMNS as readonly string[]).includes(name);
}

/** Refuses a header that has a column twice. */
function refuseRepeats({ optional }: Table, source: LimitSource): void {
  const seen = new Set<string>();
  const twice = optional.find((name) => seen.size === seen.add(name).size);
  if (twice === undefined) return;
  const fault = { ...source, column: twice, expected: "each column once" };
  throw InputError.ofLine(`the header has ${quote(twice)} twice`, fault);
}

/** Refuses a header with neither at_most nor at_least; one of them is probably misspelt, and would count as a selector. */
function requireAmounts({ optional, rows }: Table, source: LimitSource): void {
  if (rows.length === 0 || optional.includes("at_most") || optional.includes("at_least")) return;
  const near = optional.filter((name) => !isLimitColumn(name))
    .map((name) => didYouMean(name, ["at_most", "at_least"]))
    .find((words) => words !== "") ?? "";
  throw InputError.ofLine(
    `missing column at_most or at_least (the header has ${
      ["limit", ...optional].map(quote).join(", ")
    })${near}`,
    { ...source, column: "at_most", expected: "a column at_most or at_least" },
  );
}

/** The family in a row; `names` are the columns of the fields after the first. */
function familyOf(
  { file, line, fields }: TableRow,
  names: readonly string[],
  dialect?: DialectOptions,
): LimitFamily {
  const source = { file, line };
  const cell = (name: typeof LIMIT_COLUMNS[number]): string => {
    const at = names.indexOf(name);
    return at < 0 ? "" : fields[at + 1]!;
  };
  const amount = (column: "at_most" | "at_least") =>
    amountOf(withPoint(cell(column), dialect), { ...source, column });
  const shareOf = cell("share_of");
  const where: Selector[] = [];
  names.forEach((column, i) => {
    const text = fields[i + 1]!;
    if (isLimitColumn(column) || text === "") return;
    const values = text.split("|").map((value) => value.trim());
    // In a cell a blank is all, or a slip; JSON can say that a pair without a value is meant.
    if (values.includes("")) {
      const expected = "values with | between them, none of them blank";
      throw InputError.at({ ...source, column, value: values.join("|"), expected });
    }
    where.push(selectorOf(column, values, source));
  });
  return {
    limit: fields[0]!,
    per: splitPer(cell("per")),
    counts: cell("counts") || "offers",
    atMost: amount("at_most"),
    atLeast: amount("at_least"),
    shareOf: shareOf === "" ? null : shareOf as "offers",
    price: priceOf(withPoint(cell("price"), dialect), source),
    where,
    source,
  };
}

/** An amount: a number, the name of a column, or null where it is blank. */
function amountOf(text: string, at: LimitSource & { column: string }): number | string | null {
  if (text === "") return null;
  const number = parseNumberText(text), plain = "a number of at least 0, or a column";
  const expected = numberExpected(text, plain), isTooLarge = Math.abs(number) === Infinity;
  if (expected !== plain || isTooLarge) throw InputError.at({ ...at, value: text, expected });
  return Number.isNaN(number) ? text : number;
}

function priceOf(text: string, source: LimitSource): number | null {
  if (text === "") return null;
  const price = parseNumberText(text);
  if (price >= 0 && price < Infinity) return price;
  throw InputError.at({
    ...source,
    column: "price",
    value: text,
    expected: numberExpected(text, "a finite number of at least 0, or nothing"),
  });
}

/** A selector with its values; for is_sponsored every spelling of true and false that caps may have. */
function selectorOf(
  column: string,
  values: readonly string[],
  source: LimitSource,
): Selector {
  if (column !== "is_sponsored") return { column, values };
  return { column, values: values.map((value) => String(truthOf(value, { ...source, column }))) };
}
