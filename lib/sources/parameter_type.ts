/**
 * Types of parameters in SQL templates: which texts are valid, and the form in which the server reads them.
 *
 * @module
 */
import { decimalOf } from "../base/numbers/decimal_text.ts";
import type { SourceKind } from "./source_url.ts";

/** A type of parameters. */
export interface ParameterType {
  /** What messages say was expected. */
  readonly expected: string;
  /** The value in the form that the server reads; null where `text` is not a value of the type. */
  read(text: string): string | null;
}

/** A whole number in [−2^(bits−1), 2^(bits−1)), or [0, 2^bits). */
function integer(bits: number, signed: boolean): ParameterType {
  const low = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const high = (signed ? 2n ** BigInt(bits - 1) : 2n ** BigInt(bits)) - 1n;
  return {
    expected: `a whole number from ${low} to ${high}`,
    read: (text) => {
      if (!/^[+-]?\d+$/.test(text)) return null;
      const value = BigInt(text.replace(/^\+/, ""));
      return value >= low && value <= high ? String(value) : null;
    },
  };
}

const float: ParameterType = {
  expected: "a number",
  // Blanks around it would go to the server as they are.
  read: (text) => text === text.trim() && Number.isFinite(decimalOf(text)) ? text : null,
};

/** True and false, written for the server as `yes` and `no`. */
function boolean(yes: string, no: string): ParameterType {
  return {
    expected: "true or false",
    read: (text) =>
      /^(?:true|t|yes|1)$/i.test(text) ? yes : /^(?:false|f|no|0)$/i.test(text) ? no : null,
  };
}

const text: ParameterType = {
  expected: "text",
  read: (value) => value.includes("\0") ? null : value,
};

const uuid: ParameterType = {
  expected: "such as 123e4567-e89b-12d3-a456-426614174000",
  read: (value) =>
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? value.toLowerCase() : null,
};

/** A day from `first` to `last`. */
function day(first: string, last: string): ParameterType {
  return {
    expected: `such as 2025-08-21, from ${first} to ${last}`,
    read: (value) =>
      /^\d{4}-\d\d-\d\d$/.test(value) && isDate(value) && value >= first && value <= last
        ? value
        : null,
  };
}

/** A time: whole seconds since 1970, and the digits of the fraction as written. */
interface Instant {
  readonly seconds: number;
  readonly fraction: string;
}

/** A time, in UTC unless it has a zone. `write` returns the server's form; null where the type has no such value. */
function instant(range: string, write: (instant: Instant) => string | null): ParameterType {
  return {
    expected: `such as 2025-08-21T15:00:00Z, ${range}`,
    read: (value) => {
      const parts =
        /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?)?$/.exec(
          value,
        );
      if (parts === null || !isDate(parts[1])) return null;
      const [, date, time = "00:00", fraction = "", zone = "Z"] = parts;
      if (fraction !== "" && time.length < 8) return null;
      const at = new Date(`${date}T${time}${zone.replace(/(\d\d)(\d\d)$/, "$1:$2")}`).getTime();
      return Number.isNaN(at) ? null : write({ seconds: at / 1000, fraction });
    },
  };
}

/** First second of year 1 and last second of year 9999, since 1970. */
const YEAR_1 = Date.UTC(2000, 0, 1) / 1000 - 63_082_281_600, YEAR_9999 = 253_402_300_799;

/** A time as PostgreSQL's timestamps are written, to the microsecond. PostgreSQL has no year 0. */
function timestamp({ seconds, fraction }: Instant, zone: string): string | null {
  if (seconds < YEAR_1 || seconds > YEAR_9999 || fraction.length > 6) return null;
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${text}${fraction === "" ? "" : `.${fraction}`}${zone}`;
}

/** Last second of a DateTime in servers of every version; in 18.16 the type ends with the year 2105. */
const LAST_SECOND = 4_291_747_199;

/** A time as seconds since 1970, which mean the same whatever the server's time zone. */
function seconds({ seconds, fraction }: Instant): string | null {
  if (seconds < 0 || seconds > LAST_SECOND || /[1-9]/.test(fraction)) return null;
  return String(seconds).padStart(10, "0");
}

/** DateTime64 with that many digits, which servers have since 20.1. Times before 1970 are refused, as servers misread them. */
function subSeconds(digits: number): ParameterType {
  const last = Date.UTC(2261, 0, 1) / 1000;
  return instant(`from 1970 to 2260, at most ${digits} digits of a second`, (instant) => {
    const { seconds, fraction } = instant;
    if (seconds < 0 || seconds >= last || fraction.length > digits) return null;
    const whole = String(seconds).padStart(10, "0");
    return digits === 0 ? whole : `${whole}.${fraction.padEnd(digits, "0")}`;
  });
}

/** Whether a day exists; JavaScript alone would take 2025-02-30 for 2 March. */
function isDate(value: string): boolean {
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

/** A list of values with commas between them; `write` returns the server's form. */
function list(item: ParameterType, write: (values: string[]) => string): ParameterType {
  return {
    expected: `values with commas between them, each ${item.expected}`,
    read: (value) => {
      const values = value === "" ? [] : value.split(",").map((v) => item.read(v.trim()));
      return values.includes(null) ? null : write(values as string[]);
    },
  };
}

/** Types of PostgreSQL, which SQLite and DuckDB take as well, by their names in lower case. */
const POSTGRES = new Map<string, ParameterType>(Object.entries({
  smallint: integer(16, true),
  integer: integer(32, true),
  int: integer(32, true),
  bigint: integer(64, true),
  numeric: float,
  real: float,
  float8: float,
  "double precision": float,
  boolean: boolean("true", "false"),
  text,
  varchar: text,
  uuid,
  date: day("0001-01-01", "9999-12-31"),
  timestamp: instant("from year 1 to 9999", (at) => timestamp(at, "")),
  timestamptz: instant("from year 1 to 9999", (at) => timestamp(at, "Z")),
}));

/** Types of ClickHouse by their names. */
const CLICKHOUSE = new Map<string, ParameterType>(Object.entries({
  UInt8: integer(8, false),
  UInt16: integer(16, false),
  UInt32: integer(32, false),
  UInt64: integer(64, false),
  Int8: integer(8, true),
  Int16: integer(16, true),
  Int32: integer(32, true),
  Int64: integer(64, true),
  Float32: float,
  Float64: float,
  String: text,
  UUID: uuid,
  // Server 18.16 silently turns later days into other days.
  Date: day("1970-01-01", "2105-12-31"),
  DateTime: instant("a whole second from 1970 to 2105", seconds),
  ...Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`DateTime64(${n})`, subSeconds(n)])),
}));

/** The type that has this name in templates for that server (`bigint[]`, `Array(String)`, …); null where there is none. */
export function parameterType(kind: SourceKind, name: string): ParameterType | null {
  if (kind === "clickhouse") return clickhouseType(name);
  const [, item, array] = /^([a-z0-9 ]+?)\s*(\[\])?$/i.exec(name) ?? [];
  const type = POSTGRES.get(item?.toLowerCase());
  if (type === undefined) return null;
  if (array === undefined) return type;
  // SQLite has no lists.
  if (kind === "sqlite") return null;
  const [open, close] = kind === "duckdb" ? "[]" : "{}";
  return list(type, (values) => `${open}${values.map(pgQuoted).join(",")}${close}`);
}

function clickhouseType(name: string): ParameterType | null {
  const item = /^Array\((\w+(?:\(\d\))?)\)$/.exec(name)?.[1];
  const type = CLICKHOUSE.get(item ?? name);
  if (type === undefined) return null;
  if (item === undefined) return type;
  const quoted = type === text || type === uuid || item.startsWith("Date");
  return list(type, (values) => `[${values.map((v) => quoted ? chQuoted(v) : v).join(",")}]`);
}

/** An item of PostgreSQL's array text. */
function pgQuoted(value: string): string {
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}

/** A string inside ClickHouse's array text. */
function chQuoted(value: string): string {
  return `'${value.replace(/['\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}'`;
}
