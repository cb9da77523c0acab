/**
 * Parameter types of SQL templates: which texts are values of a type, and their form on the wire.
 *
 * @module
 */
import type { SourceKind } from "./source_url.ts";

/** How values of a type are read. */
export interface ParameterType {
  /** What values look like, for messages. */
  readonly expected: string;
  /** The value in the form that the server reads, or null where `text` is no value of the type. */
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
  read: (text) =>
    /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))
      ? text
      : null,
};

/** `true` and `false` as the words given. */
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

const date: ParameterType = {
  expected: "such as 2025-08-21",
  read: (value) => /^\d{4}-\d\d-\d\d$/.test(value) && isDate(value) ? value : null,
};

/** An instant; without a zone it is UTC. `write` gives the server's form. */
function instant(write: (time: Date) => string): ParameterType {
  return {
    expected: "such as 2025-08-21T15:00:00Z",
    read: (value) => {
      const parts =
        /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(
          value,
        );
      if (parts === null || !isDate(parts[1])) return null;
      const zone = (parts[3] ?? "Z").replace(/(\d\d)(\d\d)$/, "$1:$2");
      const time = new Date(`${parts[1]}T${parts[2] ?? "00:00"}${zone}`);
      return Number.isNaN(time.getTime()) ? null : write(time);
    },
  };
}

/** Whether the day exists: JavaScript would read 2025-02-30 as 2 March. */
function isDate(value: string): boolean {
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

/** A list of values with commas between them; `write` gives the server's form. */
function list(item: ParameterType, write: (values: string[]) => string): ParameterType {
  return {
    expected: `values with commas between them, each ${item.expected}`,
    read: (value) => {
      const values = value === "" ? [] : value.split(",").map((v) => item.read(v.trim()));
      return values.includes(null) ? null : write(values as string[]);
    },
  };
}

const POSTGRES: Record<string, ParameterType> = {
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
  date,
  timestamp: instant((time) => time.toISOString().replace("Z", "")),
  timestamptz: instant((time) => time.toISOString()),
};

const CLICKHOUSE: Record<string, ParameterType> = {
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
  Date: date,
  // Seconds since 1970 mean the same instant in every time zone that the server may be set to.
  DateTime: instant((time) => String(Math.floor(time.getTime() / 1000)).padStart(10, "0")),
};

/** The type named as in a template of that server, or null where there is none: `bigint[]`, `Array(String)`, … */
export function parameterType(kind: SourceKind, name: string): ParameterType | null {
  if (kind === "postgres") {
    const [, item, array] = /^([a-z0-9 ]+?)\s*(\[\])?$/i.exec(name) ?? [];
    const type = POSTGRES[item?.toLowerCase()];
    if (type === undefined) return null;
    return array === undefined
      ? type
      : list(type, (values) => `{${values.map(pgQuoted).join(",")}}`);
  }
  const item = /^Array\((\w+)\)$/.exec(name)?.[1];
  const type = CLICKHOUSE[item ?? name];
  if (type === undefined) return null;
  if (item === undefined) return type;
  const quoted = type === text || type === uuid || type === date;
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
