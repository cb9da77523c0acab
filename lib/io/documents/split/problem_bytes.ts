/**
 * Reads a file of a split: a JSON document as it is, a table of any format as plain CSV.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { setPlaces } from "../../../base/places.ts";
import { readHead, withHead } from "../../bytes/byte_reader.ts";
import { decodeText, tableRemedy } from "../../bytes/decode_text.ts";
import { HEAD_BYTES } from "../../bytes/format.ts";
import { type OpenPart, readBytes, resolveSource, withPart } from "../../bytes/source.ts";
import { plainBytes } from "../../csv/plain_part.ts";
import type { TableControl } from "../../csv/table_control.ts";
import { isJson } from "../../records/is_json.ts";

/** The columns of a table. */
export interface TableColumns {
  /** Columns that it must have. */
  readonly wanted: readonly string[];
  /** Columns that it may have. */
  readonly optional: readonly string[];
  /** Which of them hold numbers. */
  readonly numbers: readonly string[];
}

/** How a file of a split is read. */
export type ProblemControl = Omit<TableControl, "numbers">;

/** How a problem is read. */
export interface ProblemBytesControl extends ProblemControl {
  /** Called where the first bytes are those of a table, before the others are read: what it throws is known at once. */
  readonly onTable?: () => void;
}

/** If a file has rows of objects, the first of them ends within this many bytes. */
const FIRST_OBJECT = 1 << 16;

/**
 * The bytes of a split's file: a JSON document, or, as plain CSV, a table in CSV, Excel, JSON Lines or an array of objects.
 *
 * @throws {InputError} for more than one file, and for what can't be read
 */
export async function readProblemBytes(
  source: string,
  columns: TableColumns,
  control: ProblemBytesControl,
): Promise<Uint8Array> {
  const [part, ...others] = await resolveSource(source);
  if (others.length > 0) {
    const count = others.length + 1;
    throw new InputError(`${source}: expected one file, and here are ${count}`, { file: source });
  }
  return await withPart(part, async (open) => {
    if (open.format === "parquet") {
      throw new InputError(
        `${source}: Parquet, expected CSV, JSON, JSON Lines or an Excel workbook`,
        { file: source },
      );
    }
    const { wanted, optional, numbers } = columns;
    const table = (open: OpenPart) =>
      plainBytes(part, open, wanted, { ...control, numbers }, optional);
    const head = await readHead(open.raw, HEAD_BYTES);
    if (open.format === "zip" || open.format === "csv" && isTable(head)) control.onTable?.();
    const whole = { ...open, raw: withHead(head, open.raw) };
    if (open.format === "zip") return await table(whole);
    const bytes = await readBytes(whole, part, control.limits);
    // A file of this name may have been read before, with rows of JSON or of a sheet.
    setPlaces(part.name, null);
    const rows = isTable(bytes) ? "columns" : isJson(bytes) ? rowsIn(bytes) : null;
    if (rows === null) return bytes;
    if (rows === "intervals") return asDocument(decodeText(bytes, source));
    const raw = withHead(bytes, { read: () => Promise.resolve(0), close: () => {} });
    return await table({ format: "csv", raw, file: null });
  });
}

/**
 * The text of such bytes.
 *
 * @throws {InputError} where they are not UTF-8, nor UTF-16 with its mark
 */
export function problemText(bytes: Uint8Array, file: string): string {
  return isTable(bytes) ? decodeText(bytes, file, tableRemedy()) : decodeText(bytes, file);
}

/** Whether a text is JSON, which may begin with a comment, and so no CSV. */
export function isDocument(text: string): boolean {
  return /^\s*([{[]|\/[/*])/.test(text);
}

/** Whether a file has a table of CSV; one without a text has nothing. */
function isTable(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  const charset = first === 0xff && second === 0xfe
    ? "utf-16le"
    : first === 0xfe && second === 0xff
    ? "utf-16be"
    : "utf-8";
  const text = new TextDecoder(charset).decode(bytes.subarray(0, FIRST_OBJECT));
  return text.trim() !== "" && !isDocument(text);
}

/**
 * Whether a JSON text is a table, and where its rows have their intervals: in columns lower and upper, or in pairs as in
 * documents. A table is an array of objects, or an object a line; a document is one object, usually of several lines, with a
 * key `requirements`. Null: a document.
 */
function rowsIn(bytes: Uint8Array): "columns" | "intervals" | null {
  const text = new TextDecoder().decode(bytes.subarray(0, FIRST_OBJECT)).replace(/^\ufeff/, "");
  const isArray = /^\s*\[/.test(text);
  const first = isArray
    ? /^\s*\[\s*(\{[^{}]*\})/.exec(text)?.[1]
    : text.trimStart().split("\n", 1)[0];
  const object = objectIn(first ?? "");
  if (object === null) return isArray ? "columns" : null;
  if ("requirements" in object || !("name" in object)) return isArray ? "columns" : null;
  return "interval" in object ? "intervals" : "columns";
}

function objectIn(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** A table whose rows have intervals in pairs, as a document of these people; every row stays on its line. */
function asDocument(decoded: string): Uint8Array {
  const text = decoded.replace(/^\ufeff/, "");
  const people = /^\s*\[/.test(text)
    ? text
    : `[${text.trimEnd().replaceAll(/\}[ \t\r]*\n(?=\s*\{)/g, "},\n")}]`;
  return new TextEncoder().encode(`{"requirements": ${people}}`);
}
