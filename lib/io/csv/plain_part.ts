/**
 * One file of a table (CSV of any dialect, JSON, a workbook, rows of a database) as plain CSV.
 *
 * @module
 */
import { InputError, quote } from "../../base/errors.ts";
import { setPlaces } from "../../base/places.ts";
import { type ByteReader, readHead, withHead } from "../bytes/byte_reader.ts";
import { HEAD_BYTES } from "../bytes/format.ts";
import { type Partition, withColumns } from "../bytes/partitions.ts";
import { DEFAULT_LIMITS } from "../bytes/read_limits.ts";
import { decompressed, type OpenPart, type Part, readWhole, workbookOf } from "../bytes/source.ts";
import { hasJsonName, isJson, isWideJson } from "../records/is_json.ts";
import type { DialectOptions } from "./dialect_options.ts";
import { plainCsv } from "./plain_csv.ts";
import type { TableControl } from "./table_control.ts";

/** A file's text as plain CSV. */
export interface PlainPart {
  /** Its bytes from the first on, with the columns that its path gives. */
  readonly reader: ByteReader;
  /** Whether they are the file's own bytes, unchanged. */
  readonly isAsWritten: boolean;
}

/** Those columns in a part's path that are wanted, under Divvy's names or those that `dialect` gives them. */
export function wantedPartitions(
  { partitions = [] }: Part,
  wanted: readonly string[],
  dialect: DialectOptions,
): Partition[] {
  const names = new Set(wanted.flatMap((column) => [column, namesOf(dialect).get(column)]));
  return partitions.filter(({ column }) => names.has(column));
}

function namesOf({ columns = {} }: DialectOptions): ReadonlyMap<string, string> {
  return new Map(Object.entries(columns));
}

/**
 * All bytes of {@link plainPart}, for small tables.
 *
 * @throws {InputError} for what can't be read or is too large
 */
export async function plainBytes(
  part: Part,
  open: OpenPart,
  wanted: readonly string[],
  control: TableControl,
  optional: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { reader } = await plainPart(part, open, wanted, control, optional);
  return await readWhole(reader, part, control.limits ?? DEFAULT_LIMITS);
}

/**
 * An opened part that is not Parquet as plain CSV, which rows of databases are already.
 *
 * @param wanted columns that it must have
 * @param optional columns that it may have
 * @throws {InputError} at once or from the reader's `read`, for what can't be read
 */
export async function plainPart(
  part: Part,
  open: OpenPart,
  wanted: readonly string[],
  { dialect = {}, limits = DEFAULT_LIMITS, numbers = [], onNote = () => {} }: TableControl,
  optional: readonly string[] = [],
): Promise<PlainPart> {
  // Columns that the path gives need not be in the file.
  const given = wantedPartitions(part, [...wanted, ...optional], dialect);
  const isGiven = (name: string | undefined) => given.some(({ column }) => column === name);
  const inFile = wanted.filter((column) =>
    !isGiven(column) && !isGiven(namesOf(dialect).get(column))
  );
  const requested = { wanted: inFile, optional, names: dialect.columns ?? {} };
  const withGiven = (reader: ByteReader) =>
    given.length === 0 ? reader : withColumns(reader, given);
  // Numbers may be texts with decimal commas in other formats too.
  const { decimal, columns } = dialect;
  const withPoints = async (reader: ByteReader) =>
    decimal === ","
      ? (await plainCsv(reader, part.name, inFile, { decimal, columns }, limits, numbers, optional))
        .reader
      : reader;
  const book = open.format === "zip" ? await workbookOf(open, part) : null;
  if (book?.bytes != null) {
    const { workbookRows } = await import("../records/workbook_rows.ts");
    const { reader, notes } = await workbookRows(book.bytes, part, requested, limits);
    notes.forEach((note) => onNote(`${part.name}: read ${note}`));
    return { reader: withGiven(await withPoints(reader)), isAsWritten: false };
  }
  if (part.sheet !== undefined) {
    throw new InputError(`${part.name}: not a workbook, so it has no sheet ${quote(part.sheet)}`, {
      file: part.name,
    });
  }
  const reader = await decompressed(book?.open ?? open, part, limits);
  if (part.database !== undefined) {
    const isAsWritten = open.format === "csv" && decimal !== ",";
    return { reader: await withPoints(reader), isAsWritten };
  }
  const head = await readHead(reader, HEAD_BYTES), whole = withHead(head, reader);
  if (isJson(head) || (head.every((byte) => byte <= 32) && hasJsonName(part.name))) {
    const { jsonRows } = await import("../records/json_rows.ts");
    const rows = await jsonRows(whole, part.name, requested, limits);
    return { reader: withGiven(await withPoints(rows)), isAsWritten: false };
  }
  if (isWideJson(head)) {
    throw new InputError(`${part.name}: JSON in UTF-16, expected UTF-8 (save it as UTF-8)`, {
      file: part.name,
    });
  }
  setPlaces(part.name, null);
  const text = await plainCsv(whole, part.name, inFile, dialect, limits, numbers, optional);
  if (text.notes.length > 0) onNote(`${part.name}: read ${text.notes.join(", ")}`);
  return {
    reader: withGiven(text.reader),
    isAsWritten: text.isAsWritten && open.format === "csv" && given.length === 0,
  };
}
