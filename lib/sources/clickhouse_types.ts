/**
 * Types of a ClickHouse query's columns, and what they mean for the texts of its values.
 *
 * @module
 */
import { ClickHouseError, type ClickHouseServer, runStatement } from "../deps/clickhouse.ts";
import { InputError } from "../base/errors.ts";
import { isIdColumn } from "./id_types.ts";
import { clickhouseTime } from "./time_text.ts";

/** A column: its name, as SQL, and its type. */
interface DescribedColumn {
  readonly name: string;
  readonly sql: string;
  readonly type: string;
}

/** Types whose values can be ids, without what says that some are missing or how they are stored. */
const ID_TYPES =
  /^(String|FixedString\(\d+\)|U?Int\d+|UUID|Date|Date32|DateTime.*|Enum(8|16)\(.*\)|IPv[46]|Decimal\(\d+, 0\)|Nothing)$/s;

/** The columns of a query; none where the server can't tell, as of statements that are no SELECT. */
export async function describedColumns(
  server: ClickHouseServer,
  sql: string,
  options: Parameters<typeof runStatement>[2],
): Promise<DescribedColumn[]> {
  try {
    const text = await runStatement(server, `DESCRIBE TABLE (\n${sql}\n)`, options);
    return text.trimEnd().split("\n").map((line) => {
      // Tabs and line breaks in a name are escaped as they are inside backticks.
      const [name, type = ""] = line.split("\t");
      return { name, type, sql: `\`${name.replaceAll("`", "\\`")}\`` };
    });
  } catch (error) {
    if (error instanceof ClickHouseError && !options?.signal?.aborted) return [];
    throw error;
  }
}

/** A type without what says that values may be missing, or are stored as numbers of a list. */
function bare(type: string): string {
  return type.replace(/^LowCardinality\((.*)\)$/s, "$1").replace(/^Nullable\((.*)\)$/s, "$1");
}

/** @throws InputError where a column of ids has a type whose values can't be told apart */
export function requireClickHouseIds(
  file: string,
  columns: readonly Pick<DescribedColumn, "name" | "type">[],
): void {
  for (const { name, type } of columns) {
    if (!isIdColumn(name) || ID_TYPES.test(bare(type))) continue;
    throw new InputError(
      `${file}: ${name} is of type ${type}, expected text, integers, dates, timestamps or UUIDs`,
      { file, column: name, value: type, expected: "an id" },
    );
  }
}

/** For each column whether NULs at the end of its cells are padding. */
export function paddedColumns(columns: readonly DescribedColumn[]): boolean[] {
  return columns.map(({ type }) => bare(type).startsWith("FixedString("));
}

/** The query with times as the texts that they are in Parquet. */
export function inParquetTexts(sql: string, columns: readonly DescribedColumn[]): string {
  const texts = columns.map((column) => clickhouseTime(column.sql, bare(column.type)));
  if (texts.every((text) => text === null)) return sql;
  const cells = columns.map(({ sql }, c) => texts[c] === null ? sql : `${texts[c]} AS ${sql}`);
  return `SELECT ${cells.join(", ")} FROM (\n${sql}\n)`;
}
