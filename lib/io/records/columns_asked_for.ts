/**
 * Which columns of a table of records someone asks for, and which hold ids.
 *
 * @module
 */

/** Columns that someone asks for, and what the table calls them. */
export interface AskedColumns {
  /** Columns that must be there. */
  readonly wanted: readonly string[];
  /** Columns that may be there. */
  readonly optional: readonly string[];
  /** What the table calls our columns, where it has names of its own. */
  readonly names: Readonly<Record<string, string>>;
}

/** Columns of ids; others hold numbers or words. */
const IDS: readonly string[] = ["user_id", "contract_address", "group_id", "brand_id"];

/** Both names of columns: ours, and what the table calls them. */
function bothNames(columns: readonly string[], { names }: AskedColumns): ReadonlySet<string> {
  return new Set(columns.flatMap((column) => [column, names[column] ?? column]));
}

/** Names that columns of ids may have. */
export function idColumns(asked: AskedColumns): ReadonlySet<string> {
  return bothNames(IDS, asked);
}

/** Names that the columns asked for may have. */
export function askedColumns(asked: AskedColumns): ReadonlySet<string> {
  return bothNames([...asked.wanted, ...asked.optional], asked);
}

/** What the table calls the columns that must be there, where it has them. */
export function wantedNames({ wanted, names }: AskedColumns, found: readonly string[]): string[] {
  return wanted.map((column) =>
    names[column] !== undefined && found.includes(names[column]) ? names[column] : column
  );
}
