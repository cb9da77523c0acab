/**
 * Types of Parquet columns: how their values become text and numbers.
 *
 * Format: Apache Parquet's "Logical Types" (and the older "converted types" for the same).
 *
 * @module
 */
import type { SchemaElement } from "./parquet_metadata.ts";
import { shortestFloat16 } from "../bytes/float16.ts";
import { shortestFloat32 } from "../bytes/float32.ts";
import { parseNumberText } from "../bytes/parse_number.ts";

/** A column's type. */
export interface ColumnType {
  /** Its name for messages: `DOUBLE`, `DECIMAL(10, 2)`, `STRUCT`. */
  readonly name: string;
  /** What Divvy does with its values; `other`: nothing. */
  readonly kind:
    | "text"
    | "integer"
    | "decimal"
    | "float"
    | "date"
    | "timestamp"
    | "uuid"
    | "boolean"
    | "null"
    | "other";
  /** Whether its values can be ids. */
  readonly isId: boolean;
  /** Whether its values can be numbers; text can, if it spells one. */
  readonly isNumber: boolean;
  /** Bytes of a value in PLAIN encoding, but 1 for booleans; 0 where values differ in length. */
  readonly width: number;
  /** Whether NULs at the end of text are padding. */
  readonly isPadded: boolean;
  /** The text of the value that is the bytes `[from, to)`. */
  readonly text: (view: DataView, from: number, to: number) => string;
  /** The double nearest to that value; NaN where it is no number. */
  readonly number: (view: DataView, from: number, to: number) => number;
}

/** Bytes of a value, for physical types of a fixed length. */
const WIDTHS: Readonly<Record<string, number>> = {
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
};

/** The type of a column; nested and repeated ones are `other`, with a name for messages. */
export function columnType(
  element: SchemaElement,
  arrowType: string | undefined,
): ColumnType {
  const { type, converted, logical, children } = element;
  const name = logical?.type ?? converted;
  if (children > 0) return other(name === "LIST" || name === "MAP" ? name : "STRUCT", 0);
  if (element.repetition === "REPEATED") return other("LIST", 0);
  const width = type === "FIXED_LEN_BYTE_ARRAY" ? element.typeLength ?? 0 : WIDTHS[type!] ?? 0;
  if (arrowType !== undefined) return other(arrowType, width);
  // All values are missing.
  if (name === "NULL") return { ...other("NULL", width), kind: "null", isId: true, isNumber: true };
  if (name === "DECIMAL") return decimalType(element, width);
  if (type === "INT96") return timestampType(width, int96Nanos);
  if (type === "BOOLEAN") {
    const text = (view: DataView, at: number) => String(view.getUint8(at) === 1);
    return { ...other("BOOLEAN", 1), kind: "boolean", text };
  }
  if (type === "FLOAT" || type === "DOUBLE" || name === "FLOAT16") {
    const isHalf = type === "FIXED_LEN_BYTE_ARRAY" && width === 2;
    const isFit = name === "FLOAT16" ? isHalf : name === undefined;
    return isFit ? floatType(type!, width) : other(`${name} in ${type}`, width);
  }
  if (type === "INT32" || type === "INT64") return wholeType(element, width);
  if (name === "UUID" && width === 16) {
    return { ...other("UUID", width), kind: "uuid", isId: true, text: uuidText };
  }
  if (name === undefined || name === "STRING" || name === "UTF8" || name === "ENUM") {
    return textType(name === undefined ? type! : "STRING", width, name === undefined);
  }
  return other(name, width);
}

/** A type whose values are neither ids nor numbers. */
function other(name: string, width: number): ColumnType {
  return {
    name,
    kind: "other",
    isId: false,
    isNumber: false,
    width,
    isPadded: false,
    text: () => "",
    number: () => NaN,
  };
}

const decoder = new TextDecoder();

function textType(name: string, width: number, isPadded: boolean): ColumnType {
  const text = (view: DataView, from: number, to: number) => {
    while (isPadded && to > from && view.getUint8(to - 1) === 0) to--;
    return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + from, to - from).slice());
  };
  return {
    name,
    kind: "text",
    isId: true,
    isNumber: true,
    width,
    isPadded,
    text,
    number: (view, from, to) => parseNumberText(text(view, from, to)),
  };
}

/** INT32 and INT64: whole numbers, dates, times. */
function wholeType({ converted, logical }: SchemaElement, width: number): ColumnType {
  const name = logical?.type ?? converted ?? "";
  if (name === "DATE" && width === 4) {
    const text = (view: DataView, at: number) => dateText(view.getInt32(at, true));
    return { ...other("DATE", width), kind: "date", isId: true, text };
  }
  if (name.startsWith("TIMESTAMP") && width === 8) {
    const unit = logical?.type === "TIMESTAMP" ? logical.unit : name.slice(10);
    const nanos = unit === "NANOS" ? 1n : unit === "MICROS" ? 1000n : 1_000_000n;
    return timestampType(width, (view, at) => view.getBigInt64(at, true) * nanos);
  }
  const isUnsigned = name.startsWith("UINT_") ||
    (logical?.type === "INTEGER" && !logical.isSigned);
  if (!(name === "" || name === "INTEGER" || name.startsWith("INT_") || isUnsigned)) {
    return other(name.startsWith("TIME") ? "TIME" : name, width);
  }
  const bits = logical?.type === "INTEGER"
    ? logical.bitWidth ?? 0
    : Number(name.match(/\d+$/)?.[0] ?? 8 * width);
  if (!(bits > 0 && bits <= 8 * width)) return other(name, width);
  const typeName = `${isUnsigned ? "U" : ""}INT${bits}`;
  const whole = width === 4 ? wholeOf32(typeName, bits, isUnsigned) : wholeOf64(isUnsigned);
  return { ...other(typeName, width), kind: "integer", isId: true, isNumber: true, ...whole };
}

/** Readers for whole numbers stored in 32 bits; those beyond the `bits` of the type are refused. */
function wholeOf32(
  name: string,
  bits: number,
  isUnsigned: boolean,
): Pick<ColumnType, "text" | "number"> {
  const low = isUnsigned ? 0 : -(2 ** (bits - 1)), high = low + 2 ** bits;
  const number = (view: DataView, at: number) => {
    const value = isUnsigned ? view.getUint32(at, true) : view.getInt32(at, true);
    if (value < low || value >= high) throw new RangeError(`${value} is no ${name}`);
    return value;
  };
  return { number, text: (view, at) => String(number(view, at)) };
}

function wholeOf64(isUnsigned: boolean): Pick<ColumnType, "text" | "number"> {
  const value = isUnsigned
    ? (view: DataView, at: number) => view.getBigUint64(at, true)
    : (view: DataView, at: number) => view.getBigInt64(at, true);
  return {
    number: (view, at) => Number(value(view, at)),
    text: (view, at) => String(value(view, at)),
  };
}

function floatType(type: string, width: number): ColumnType {
  const name = type === "FIXED_LEN_BYTE_ARRAY" ? "FLOAT16" : type;
  const number = name === "DOUBLE"
    ? (view: DataView, at: number) => view.getFloat64(at, true)
    : name === "FLOAT"
    ? (view: DataView, at: number) => shortestFloat32(view.getFloat32(at, true))
    : (view: DataView, at: number) => shortestFloat16(view.getUint16(at, true));
  const text = (view: DataView, at: number) => String(number(view, at));
  return { ...other(name, width), kind: "float", isNumber: true, text, number };
}

function decimalType(element: SchemaElement, width: number): ColumnType {
  const { type, logical } = element;
  const isLogical = logical?.type === "DECIMAL";
  const scale = (isLogical ? logical.scale : element.scale) ?? 0;
  const precision = (isLogical ? logical.precision : element.precision) ?? 0;
  const unscaled = type === "INT32"
    ? (view: DataView, from: number) => BigInt(view.getInt32(from, true))
    : type === "INT64"
    ? (view: DataView, from: number) => view.getBigInt64(from, true)
    : bigEndian;
  // Decimal digits that always fit the bytes of a value.
  const digits = width > 0
    ? Math.floor((8 * width - 1) * Math.log10(2))
    : type === "BYTE_ARRAY"
    ? Infinity
    : 0;
  const isStored = type === "INT32" || type === "INT64" || /BYTE_ARRAY$/.test(type!);
  const isKnown = isStored && scale >= 0 && precision >= Math.max(1, scale) && precision <= digits;
  const text = (view: DataView, from: number, to: number) =>
    decimalText(unscaled(view, from, to), scale);
  // Where both are exact doubles, their quotient is the nearest double.
  const unit = 10 ** scale, isExact = scale <= 22;
  const number = (view: DataView, from: number, to: number) => {
    const value = unscaled(view, from, to);
    if (isExact && value <= MOST_EXACT && value >= -MOST_EXACT) return Number(value) / unit;
    return Number(`${value}e-${scale}`);
  };
  const name = `DECIMAL(${precision}, ${scale})`;
  if (!isKnown) return other(name, width);
  return {
    ...other(name, width),
    kind: "decimal",
    isId: scale === 0,
    isNumber: true,
    text,
    number,
  };
}

const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** A whole number in two's complement, big-endian. */
function bigEndian(view: DataView, from: number, to: number): bigint {
  let value = 0n;
  for (let i = from; i < to; i++) {
    value = value << 8n | BigInt(i === from ? view.getInt8(i) : view.getUint8(i));
  }
  return value;
}

function decimalText(value: bigint, scale: number): string {
  if (scale === 0) return String(value);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const at = digits.length - scale;
  return `${value < 0n ? "-" : ""}${digits.slice(0, at)}.${digits.slice(at)}`;
}

function uuidText(view: DataView, from: number): string {
  let hex = "";
  for (let i = from; i < from + 16; i++) hex += view.getUint8(i).toString(16).padStart(2, "0");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function timestampType(
  width: number,
  nanos: (view: DataView, at: number) => bigint,
): ColumnType {
  const text = (view: DataView, at: number) => timestampText(nanos(view, at));
  return { ...other("TIMESTAMP", width), kind: "timestamp", isId: true, text };
}

const DAY_NANOS = 86_400_000_000_000n;

/** Nanoseconds since 1970 of an INT96, the old timestamps of Spark and Impala: nanoseconds of the day and the Julian day. */
function int96Nanos(view: DataView, at: number): bigint {
  const day = view.getInt32(at + 8, true), nanos = view.getBigInt64(at, true);
  if (day < 1) throw new RangeError(`a time on day ${day}`);
  if (nanos < 0n || nanos >= DAY_NANOS) throw new RangeError(`a day has no ${nanos} nanoseconds`);
  return (BigInt(day) - 2_440_588n) * DAY_NANOS + nanos;
}

/**
 * The ISO 8601 text, in UTC, of a time in nanoseconds since 1970: `2024-03-01T09:00:00Z`. Fractions of a second have three,
 * six or nine digits, as few as needed, so that the same time has the same text whatever its unit in the file.
 */
function timestampText(nanos: bigint): string {
  let days = nanos / DAY_NANOS, rest = nanos % DAY_NANOS;
  if (rest < 0n) {
    days -= 1n;
    rest += DAY_NANOS;
  }
  const seconds = Number(rest / 1_000_000_000n);
  const fraction = String(rest % 1_000_000_000n).padStart(9, "0").replace(/(?:000){1,3}$/, "");
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const time = `${two(seconds / 3600)}:${two(seconds / 60 % 60)}:${two(seconds % 60)}`;
  return `${dateText(Number(days))}T${time}${fraction === "" ? "" : `.${fraction}`}Z`;
}

/**
 * The ISO 8601 text of a date in days since 1970. Years outside 0 … 9999 have a sign and at least six digits. Method: Howard
 * Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
 */
function dateText(days: number): string {
  // Count from 1 March of the year 0, so that leap days come last, in eras of 400 years.
  const shifted = days + 719_468, era = Math.floor(shifted / 146_097);
  const day = shifted - era * 146_097;
  const year = Math.floor(
    (day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365,
  );
  const dayOfYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * month + 2) / 5) + 1;
  const civilMonth = month < 10 ? month + 3 : month - 9;
  const civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0);
  const yearText = civilYear >= 0 && civilYear <= 9999
    ? String(civilYear).padStart(4, "0")
    : `${civilYear < 0 ? "-" : "+"}${String(Math.abs(civilYear)).padStart(6, "0")}`;
  return `${yearText}-${String(civilMonth).padStart(2, "0")}-${
    String(dayOfMonth).padStart(2, "0")
  }`;
}

const strict = new TextDecoder("utf-8", { fatal: true });

/** Whether the bytes `[from, to)` are UTF-8. */
export function isUtf8(view: DataView, from: number, to: number): boolean {
  let i = from;
  for (; i + 4 <= to; i += 4) if ((view.getInt32(i) & 0x80808080) !== 0) break;
  while (i < to && view.getUint8(i) < 0x80) i++;
  if (i === to) return true;
  try {
    strict.decode(new Uint8Array(view.buffer, view.byteOffset + from, to - from).slice());
    return true;
  } catch {
    return false;
  }
}
