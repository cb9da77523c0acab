/**
 * Options for the dialect and the size of tables, of every command that reads one.
 *
 * @module
 */
import { quote, UsageError } from "../../../base/errors.ts";
import {
  DEFAULT_LIMITS,
  limitsOf,
  MOST_LINE,
  MOST_TABLE,
  type ReadLimits,
} from "../../../io/bytes/read_limits.ts";
import {
  type DialectOptions,
  ENCODINGS,
  parseColumns,
  separatorOf,
} from "../../../io/csv/dialect_options.ts";
import type { OnNote, TableControl } from "../../../io/csv/table_control.ts";
import type { OptionValues } from "../command.ts";
import { choice, number, text, texts, type ValuesFrom } from "../option_kinds.ts";

/** Options for tables that are not plain CSV; `columns`: whether their columns may have other names. */
export function dialectOptions({ columns = true } = {}) {
  const written = [
    choice(
      "--encoding <name>",
      "encoding of CSV inputs (default: utf-8; UTF-16 with a byte order mark needs none)",
      ENCODINGS,
    ),
    text(
      "--separator <char>",
      'separator of CSV inputs: ";", "|" or tab (default: what fits the header)',
    ),
    text("--decimal <char>", 'decimal sign of CSV inputs: "," as in 0,5 (default: ".")'),
  ];
  if (!columns) return written;
  return [
    ...written,
    texts(
      "--columns <names>",
      "names of Divvy's columns in the inputs: user_id=Customer,score=Points",
    ),
  ];
}

/** Their values. */
export type DialectValues = ValuesFrom<typeof dialectOptions>;

/** The dialect given on the command line. @throws {UsageError} for an invalid value */
export function dialectOf(
  { encoding, separator, decimal, columns }: DialectValues,
): DialectOptions {
  if (separator !== undefined && separatorOf(separator) === null) {
    throw new UsageError(
      `--separator is ${quote(separator)}, expected one character such as ";" or "|", or tab`,
    );
  }
  if (decimal !== undefined && decimal !== "." && decimal !== ",") {
    throw new UsageError(`--decimal is ${quote(decimal)}, expected "," or "."`);
  }
  return {
    encoding,
    separator,
    decimal,
    columns: columns === undefined ? undefined : parseColumns(columns),
  };
}

const MIB = 1 << 20;

/** Options for the size of inputs; `wholeOnly`: for commands whose tables are all read whole, without lines and fields. */
export function limitOptions({ wholeOnly = false } = {}) {
  const size = (limit: keyof ReadLimits, what: string, most?: number) =>
    number(`--max-${limit} <MiB>`, what, {
      min: 0,
      above: true,
      ...(most !== undefined && { max: most / MIB }),
    });
  const whole = [
    size("table", "largest table that is read whole (caps, ratios, budgets, a split)", MOST_TABLE)
      .default(DEFAULT_LIMITS.table / MIB),
    size("inflated", "most that a compressed input may hold (else 1024, or 200 times its size)"),
  ];
  if (wholeOnly) return whole;
  return [
    size("line", "longest line of a CSV input", MOST_LINE).default(DEFAULT_LIMITS.line / MIB),
    size("field", "longest field of a CSV input", MOST_LINE).default(DEFAULT_LIMITS.field / MIB),
    ...whole,
  ];
}

/** Their values. */
export type LimitValues = {
  readonly [Limit in keyof ReadLimits as `max${Capitalize<Limit>}`]?: number;
};

/** The limits given on the command line, in bytes. */
export function limitsGiven(
  { maxLine, maxField, maxTable, maxInflated }: LimitValues,
): Partial<ReadLimits> {
  const bytes = (size: number | undefined) =>
    size === undefined ? undefined : Math.max(1, Math.floor(size * MIB));
  return {
    line: bytes(maxLine),
    field: bytes(maxField),
    table: bytes(maxTable),
    inflated: bytes(maxInflated),
  };
}

/** What a command gets that reads tables. */
export type TableValues = OptionValues & DialectValues & LimitValues;

/** Options for reading a table that is not an input of a drop. */
export function tableControl(options: DialectValues & LimitValues, onNote?: OnNote): TableControl {
  return { dialect: dialectOf(options), limits: limitsOf(limitsGiven(options)), onNote };
}
