/** Whether Divvy reads a Parquet file right: what pyarrow reads, or an error in one line that names the file. */
import { InputError } from "../../../lib/base/errors.ts";
import { IdTable } from "../../../lib/base/ids/id_table.ts";
import { withPart } from "../../../lib/io/bytes/source.ts";
import { ParquetFile } from "../../../lib/io/parquet/parquet_file.ts";
import { interning } from "../../../lib/io/parquet/parquet_ids.ts";
import type { ColumnValues, OracleReading } from "./oracle.ts";

/** Values of a column: as ids, null for none; as numbers, NaN for none. A string: why it was refused. */
interface Reading {
  readonly ids: readonly (string | null)[] | string;
  readonly texts: readonly (string | null)[] | string;
  readonly numbers: readonly number[] | string;
}

/** How it went. */
export interface FileVerdict {
  /** What is wrong. */
  readonly faults: readonly string[];
  /** Whether Divvy refused all of it, or some. */
  readonly refused: boolean;
}

/** Columns of the files. */
export const COLUMNS = ["user_id", "contract_address", "score"] as const;

/**
 * Judges the file at `path`.
 *
 * @param original what pyarrow reads of it undamaged: a file that pyarrow refuses for a damage in what Divvy has no use for
 * may be read as that
 */
export async function judgeFile(
  path: string,
  oracle: OracleReading,
  original: OracleReading,
): Promise<FileVerdict> {
  const faults: string[] = [];
  let refused = false;
  for (const column of COLUMNS) {
    const began = performance.now(), own = await reading(path, column, faults);
    if (performance.now() - began > 5000) faults.push(`${column}: slow`);
    const theirs = valuesOf(oracle, column), before = valuesOf(original, column);
    // A column that pyarrow can't read at all says nothing.
    if (before === null) continue;
    const check = (
      kind: string,
      value: readonly unknown[] | string,
      of: (values: ColumnValues) => readonly unknown[] | null,
    ) => {
      if (typeof value === "string") refused ||= !isTypeRefusal(value);
      else if (theirs !== null && isSame(value, of(theirs))) return;
      else if (theirs === null && isSame(value, of(before))) return;
      else faults.push(`${column} ${kind}: ${difference(value, theirs && of(theirs))}`);
    };
    check("ids", own.ids, idsOf);
    check("texts", own.texts, textsOf);
    check("numbers", own.numbers, numbersOf);
  }
  return { faults, refused };
}

/** That the undamaged file is read, whatever types it has: what is refused is refused for its type. */
export function isTypeRefusal(message: string): boolean {
  return / is (?:\S+ )?of type | is missing, expected an id| is not UTF-8 text/.test(message);
}

/** What Divvy reads of a column. */
export async function reading(path: string, column: string, faults: string[]): Promise<Reading> {
  const attempt = async <T>(read: (file: ParquetFile) => Promise<T>): Promise<T | string> => {
    const part = { name: path, path, size: null };
    try {
      return await withPart(
        part,
        async (open) => await read(await ParquetFile.open(part, open, [column])),
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const isOneLine = error instanceof InputError && message.startsWith(`${path}:`) &&
        // deno-lint-ignore no-control-regex
        !/[\x00-\x1f]/.test(message) && message.length < path.length + 400;
      if (!isOneLine) faults.push(`not an error in a line that names the file: ${message}`);
      return message;
    }
  };
  return {
    ids: await attempt(async (file) => {
      const table = new IdTable(), ids: (string | null)[] = [];
      const read = await file.ids(column, interning(table));
      for (const range of file.ranges) {
        for (const [i, id] of (await read(range)).entries()) {
          if (id === -3) throw await file.fault(column, range.rowStart + i + 1, "an id");
          ids.push(id < 0 ? null : table.pool.at(id));
        }
      }
      return ids;
    }),
    texts: await attempt(async (file) => {
      const texts: (string | null)[] = [], read = await file.texts(column, true);
      for (const range of file.ranges) texts.push(...await read(range));
      return texts;
    }),
    numbers: await attempt(async (file) => {
      const numbers: number[] = [], read = await file.numbers(column);
      for (const range of file.ranges) {
        const into = new Float64Array(range.rowEnd - range.rowStart);
        numbers.push(...await read(range, into));
      }
      return numbers;
    }),
  };
}

function valuesOf({ columns }: OracleReading, column: string): ColumnValues | null {
  const values = columns?.[column];
  return values === undefined || "error" in values ? null : values;
}

function idsOf({ ids }: ColumnValues) {
  return ids && ids.map((id) => id === "" ? null : id);
}

function textsOf({ ids }: ColumnValues) {
  return ids;
}

function numbersOf({ numbers }: ColumnValues) {
  return numbers &&
    numbers.map((text) =>
      text === null || text === "nan"
        ? NaN
        : text.endsWith("inf")
        ? text.startsWith("-") ? -Infinity : Infinity
        : Number(text)
    );
}

function isSame(a: readonly unknown[], b: readonly unknown[] | null): boolean {
  return b !== null && a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

function difference(own: readonly unknown[], theirs: readonly unknown[] | null): string {
  if (theirs === null) return `${own.length} values (${own.slice(0, 3)}), pyarrow has none`;
  if (own.length !== theirs.length) return `${own.length} values, pyarrow has ${theirs.length}`;
  const i = own.findIndex((value, i) => !Object.is(value, theirs[i]));
  return `row ${i + 1} is ${own[i]}, pyarrow has ${theirs[i]}`;
}
