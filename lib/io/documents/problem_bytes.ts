/**
 * The files of a split, however their rows are written: a document as it stands, a table as plain CSV.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { withHead } from "../bytes/byte_reader.ts";
import { decodeText } from "../bytes/decode_text.ts";
import type { ReadLimits } from "../bytes/read_limits.ts";
import { type OpenPart, readBytes, resolveSource, withPart } from "../bytes/source.ts";
import { plainBytes } from "../csv/plain_part.ts";
import type { OnNote } from "../csv/table_control.ts";
import { isJson } from "../records/is_json.ts";

/** The columns of a table: those that must be there, and those that may be. */
export interface TableColumns {
  readonly wanted: readonly string[];
  readonly optional: readonly string[];
}

/** How a file is read. */
export interface ProblemControl {
  /** How large it may be. @default DEFAULT_LIMITS */
  limits?: ReadLimits;
  /** Told how a table is read where that is not plain: the sheet of a workbook. */
  onNote?: OnNote;
}

/** Bytes in which the first object of a file of rows ends, or it is no such file. */
const FIRST_OBJECT = 1 << 16;

/**
 * The bytes of a split's file: a JSON document, or a table as CSV, whether it is written as CSV, as an Excel workbook, as JSON
 * Lines or as an array of objects.
 *
 * @throws {InputError} for more than one file, and for what can't be read
 */
export async function readProblemBytes(
  source: string,
  columns: TableColumns,
  control: ProblemControl = {},
): Promise<Uint8Array> {
  const [part, ...others] = await resolveSource(source);
  if (others.length > 0) {
    const count = others.length + 1;
    throw new InputError(`${source}: a split is one file, and here are ${count}`, { file: source });
  }
  return await withPart(part, async (open) => {
    if (open.format === "parquet") {
      throw new InputError(
        `${source}: Parquet, expected CSV, JSON, JSON Lines or an Excel workbook`,
        { file: source },
      );
    }
    const table = (open: OpenPart) =>
      plainBytes(part, open, columns.wanted, control, columns.optional);
    if (open.format === "zip") return await table(open);
    const bytes = await readBytes(open, part, control.limits);
    const rows = isJson(bytes) ? rowsIn(bytes) : null;
    if (rows === null) return bytes;
    if (rows === "intervals") return asDocument(decodeText(bytes, source));
    const raw = withHead(bytes, { read: () => Promise.resolve(0), close: () => {} });
    return await table({ format: "csv", raw, file: null });
  });
}

/**
 * Whether JSON has rows: an array of objects, or an object a line, where a document is one object of several lines or has
 * `requirements`. Rows may have their intervals as documents have them, as pairs, and not in columns.
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

/** Rows with intervals as the document that they are the people of; each stays on its line. */
function asDocument(decoded: string): Uint8Array {
  const text = decoded.replace(/^\ufeff/, "");
  const people = /^\s*\[/.test(text)
    ? text
    : `[${text.trimEnd().replaceAll(/\}[ \t\r]*\n(?=\s*\{)/g, "},\n")}]`;
  return new TextEncoder().encode(`{"requirements": ${people}}`);
}
