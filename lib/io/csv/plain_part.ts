/**
 * The text of any file of a table as plain CSV.
 *
 * @module
 */
import { InputError, quote } from "../../base/errors.ts";
import { setPlaces } from "../../base/places.ts";
import { type ByteReader, withHead } from "../bytes/byte_reader.ts";
import { type Partition, withColumns } from "../bytes/partitions.ts";
import { DEFAULT_LIMITS } from "../bytes/read_limits.ts";
import { decompressed, type OpenPart, type Part, readHead, workbookOf } from "../bytes/source.ts";
import { hasJsonName, isJson } from "../records/is_json.ts";
import type { DialectOptions } from "./dialect_options.ts";
import { plainCsv } from "./plain_csv.ts";
import type { TableControl } from "./table_control.ts";

/** A file's text as plain CSV. */
export interface PlainPart {
  /** Its bytes from the first on, with the columns that its path gives. */
  readonly reader: ByteReader;
  /** Whether they are those of the file. */
  readonly isAsWritten: boolean;
}

/** The columns of a part's path that are wanted, under our names or those that `dialect` gives them. */
export function partitionsOf(
  { partitions = [] }: Part,
  wanted: readonly string[],
  dialect: DialectOptions = {},
): Partition[] {
  const names = new Set(wanted.flatMap((column) => [column, namesOf(dialect).get(column)]));
  return partitions.filter(({ column }) => names.has(column));
}

function namesOf({ columns = {} }: DialectOptions): ReadonlyMap<string, string> {
  return new Map(Object.entries(columns));
}

/** A table that is read as CSV, with the columns that its path gives. */
function withGiven(
  reader: ByteReader,
  part: Part,
  asked: readonly string[],
  dialect: DialectOptions,
): PlainPart {
  const given = partitionsOf(part, asked, dialect);
  return { reader: given.length === 0 ? reader : withColumns(reader, given), isAsWritten: false };
}

/**
 * The text of an opened part that is not Parquet as plain CSV; rows of databases are that already.
 *
 * @param wanted columns that it must have
 * @param optional columns that it may have
 * @throws {InputError} at once or later on, from its `read`, for what can't be read
 */
export async function plainPart(
  part: Part,
  open: OpenPart,
  wanted: readonly string[],
  { dialect = {}, limits = DEFAULT_LIMITS, numbers = [], onNote = () => {} }: TableControl,
  optional: readonly string[] = [],
): Promise<PlainPart> {
  const asked = { wanted, optional, names: dialect.columns ?? {} };
  const book = open.format === "zip" ? await workbookOf(open, part) : null;
  if (book?.bytes != null) {
    const { workbookRows } = await import("../records/workbook_rows.ts");
    const { reader, notes } = await workbookRows(book.bytes, part.name, asked, part.sheet);
    notes.forEach((note) => onNote(`${part.name}: read ${note}`));
    return withGiven(reader, part, [...wanted, ...optional], dialect);
  }
  if (part.sheet !== undefined) {
    throw new InputError(`${part.name}: not a workbook, so it has no sheet ${quote(part.sheet)}`, {
      file: part.name,
    });
  }
  const reader = await decompressed(book?.open ?? open, part, limits);
  if (part.database !== undefined) return { reader, isAsWritten: open.format === "csv" };
  // Columns of the path are not in the header.
  const given = partitionsOf(part, [...wanted, ...optional], dialect);
  const isGiven = (name: string | undefined) => given.some(({ column }) => column === name);
  const inFile = wanted.filter((column) =>
    !isGiven(column) && !isGiven(namesOf(dialect).get(column))
  );
  const head = await readHead(reader), whole = withHead(head, reader);
  if (isJson(head) || (head.every((byte) => byte <= 32) && hasJsonName(part.name))) {
    const { jsonRows } = await import("../records/json_rows.ts");
    const rows = await jsonRows(whole, part.name, { ...asked, wanted: inFile }, limits);
    return withGiven(rows, part, [...wanted, ...optional], dialect);
  }
  setPlaces(part.name, null);
  const text = await plainCsv(whole, part.name, inFile, dialect, limits, numbers);
  if (text.notes.length > 0) onNote(`${part.name}: read ${text.notes.join(", ")}`);
  if (given.length === 0) {
    return { reader: text.reader, isAsWritten: text.isAsWritten && open.format === "csv" };
  }
  return { reader: withColumns(text.reader, given), isAsWritten: false };
}
