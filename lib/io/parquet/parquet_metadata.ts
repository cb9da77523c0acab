/**
 * Reads a Parquet file's metadata: its schema, its row groups and where their columns lie.
 *
 * Format: Apache Parquet's parquet.thrift, whose field numbers the functions below compare with.
 *
 * @module
 */
import { BINARY, BYTE, FALSE, I32, I64, LIST, STRUCT, ThriftReader, TRUE } from "./thrift.ts";

/** A file's metadata, as far as it is used here. */
export interface FileMetadata {
  /** The tree of columns, each element before its children. */
  readonly schema: readonly SchemaElement[];
  /** Rows of the file. */
  readonly rows: number;
  /** Its row groups. */
  readonly rowGroups: readonly RowGroup[];
  /** Further entries by key; each byte of a value is one character. */
  readonly keyValues: ReadonlyMap<string, string>;
}

/** An element of the schema. */
export interface SchemaElement {
  /** Name. */
  name: string;
  /** Physical type; absent for one with children. */
  type?: string;
  /** Bytes of a value of fixed length. */
  typeLength?: number;
  /** Values in a row: exactly one, at most one, any number; absent: one. */
  repetition?: "REQUIRED" | "OPTIONAL" | "REPEATED";
  /** Number of children. */
  children: number;
  /** What the values mean, in older files. */
  converted?: string;
  /** Decimal places, in older files. */
  scale?: number;
  /** Digits, in older files. */
  precision?: number;
  /** What the values mean. */
  logical?: LogicalType;
}

/** What a column's values mean. */
export interface LogicalType {
  /** `STRING`, `DECIMAL`, …; `UNKNOWN` for types newer than this program. */
  type: string;
  /** Decimal places. */
  scale?: number;
  /** Digits. */
  precision?: number;
  /** Bits of a whole number. */
  bitWidth?: number;
  /** Whether a whole number can be negative. */
  isSigned?: boolean;
  /** Unit of a time. */
  unit?: "MILLIS" | "MICROS" | "NANOS";
}

/** Some rows of the file. */
export interface RowGroup {
  /** How many. */
  readonly rows: number;
  /** Its columns, in the order of the schema's leaves. */
  readonly columns: readonly ChunkMetadata[];
}

/** A column of a row group. */
export interface ChunkMetadata {
  /** The file that holds it, where that is another one. */
  file?: string;
  /** Whether it is encrypted. */
  isEncrypted: boolean;
  /** Its pages; absent where this is encrypted. */
  data?: ChunkData;
}

/** Where the pages of a column lie. */
export interface ChunkData {
  /** Physical type. */
  readonly type: string;
  /** Names from the root on. */
  readonly path: readonly string[];
  /** Compression of its pages. */
  readonly codec: string;
  /** Values, missing ones included. */
  readonly values: number;
  /** Bytes of its pages. */
  readonly size: number;
  /** Where its first data page begins. */
  readonly dataAt: number;
  /** Where its dictionary begins; absent where it has none or the writer did not say. */
  readonly dictionaryAt?: number;
}

const TYPES = [
  "BOOLEAN",
  "INT32",
  "INT64",
  "INT96",
  "FLOAT",
  "DOUBLE",
  "BYTE_ARRAY",
  "FIXED_LEN_BYTE_ARRAY",
];
const CONVERTED = [
  "UTF8",
  "MAP",
  "MAP_KEY_VALUE",
  "LIST",
  "ENUM",
  "DECIMAL",
  "DATE",
  "TIME_MILLIS",
  "TIME_MICROS",
  "TIMESTAMP_MILLIS",
  "TIMESTAMP_MICROS",
  "UINT_8",
  "UINT_16",
  "UINT_32",
  "UINT_64",
  "INT_8",
  "INT_16",
  "INT_32",
  "INT_64",
  "JSON",
  "BSON",
  "INTERVAL",
];
const REPETITIONS = ["REQUIRED", "OPTIONAL", "REPEATED"] as const;
const CODECS = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"];
/** Names of logical types, by their field number in the union LogicalType. */
const LOGICAL: Readonly<Record<number, string>> = {
  1: "STRING",
  2: "MAP",
  3: "LIST",
  4: "ENUM",
  5: "DECIMAL",
  6: "DATE",
  7: "TIME",
  8: "TIMESTAMP",
  10: "INTEGER",
  11: "NULL",
  12: "JSON",
  13: "BSON",
  14: "UUID",
  15: "FLOAT16",
  16: "VARIANT",
  17: "GEOMETRY",
  18: "GEOGRAPHY",
};
const UNITS = ["MILLIS", "MICROS", "NANOS"] as const;

/**
 * Decodes a file's metadata.
 *
 * @throws {RangeError} where it is damaged
 */
export function readMetadata(bytes: Uint8Array): FileMetadata {
  const reader = new ThriftReader(bytes, 0);
  const schema: SchemaElement[] = [], rowGroups: RowGroup[] = [];
  const keyValues = new Map<string, string>();
  let version: number | undefined, rows: number | undefined;
  let hasSchema = false, hasGroups = false;
  reader.struct((field, type) => {
    if (field === 1 && type === I32) version = reader.i32();
    else if (field === 2 && type === LIST) {
      hasSchema = true;
      reader.list(STRUCT, () => schema.push(schemaElement(reader)));
    } else if (field === 3 && type === I64) rows = reader.i64();
    else if (field === 4 && type === LIST) {
      hasGroups = true;
      reader.list(STRUCT, () => rowGroups.push(rowGroup(reader)));
    } else if (field === 5 && type === LIST) {
      reader.list(STRUCT, () => keyValue(reader, keyValues));
    } else return false;
    return true;
  });
  if (!hasSchema || !hasGroups) throw missing();
  needed(version);
  return { schema, rows: needed(rows), rowGroups, keyValues };
}

function schemaElement(reader: ThriftReader): SchemaElement {
  const element: SchemaElement = { name: "", children: 0 };
  let name: string | undefined;
  reader.struct((field, type) => {
    if (field === 4 && type === BINARY) name = reader.text();
    else if (field === 10 && type === STRUCT) element.logical = logicalType(reader);
    else if (type !== I32 || field > 8 || field === 4) return false;
    else {
      const value = reader.i32();
      if (field === 1) element.type = named(TYPES, value);
      else if (field === 2) element.typeLength = value;
      else if (field === 3) element.repetition = named(REPETITIONS, value);
      else if (field === 5) element.children = value;
      else if (field === 6) element.converted = named(CONVERTED, value);
      else if (field === 7) element.scale = value;
      else if (field === 8) element.precision = value;
    }
    return true;
  });
  element.name = needed(name);
  return element;
}

function logicalType(reader: ThriftReader): LogicalType {
  const logical: LogicalType = { type: "UNKNOWN" };
  let isAdjusted: boolean | undefined;
  reader.struct((field, type) => {
    if (type !== STRUCT) return false;
    logical.type = LOGICAL[field] ?? "UNKNOWN";
    reader.struct((part, type) => {
      if (field === 5 && type === I32 && (part === 1 || part === 2)) {
        logical[part === 1 ? "scale" : "precision"] = reader.i32();
      } else if ((field === 7 || field === 8) && part === 1 && (type === TRUE || type === FALSE)) {
        isAdjusted = type === TRUE;
      } else if ((field === 7 || field === 8) && part === 2 && type === STRUCT) {
        reader.struct((unit) => {
          logical.unit = named(UNITS, unit - 1);
          return false;
        });
      } else if (field === 10 && part === 1 && type === BYTE) {
        logical.bitWidth = reader.byte();
      } else if (field === 10 && part === 2 && (type === TRUE || type === FALSE)) {
        logical.isSigned = type === TRUE;
      } else return false;
      return true;
    });
    return true;
  });
  const { type, scale, precision, unit, bitWidth, isSigned } = logical;
  const fields: Readonly<Record<string, readonly unknown[]>> = {
    DECIMAL: [scale, precision],
    TIME: [unit, isAdjusted],
    TIMESTAMP: [unit, isAdjusted],
    INTEGER: [bitWidth, isSigned],
  };
  fields[type]?.forEach(needed);
  return logical;
}

function keyValue(reader: ThriftReader, into: Map<string, string>): void {
  let key: string | undefined, value = "";
  reader.struct((field, type) => {
    if (type !== BINARY || field > 2) return false;
    if (field === 1) key = reader.text();
    else value = reader.bytes();
    return true;
  });
  into.set(needed(key), value);
}

function rowGroup(reader: ThriftReader): RowGroup {
  const columns: ChunkMetadata[] = [];
  let size: number | undefined, rows: number | undefined, hasColumns = false;
  reader.struct((field, type) => {
    if (field === 1 && type === LIST) {
      hasColumns = true;
      reader.list(STRUCT, () => columns.push(chunk(reader)));
    } else if (field === 2 && type === I64) size = reader.i64();
    else if (field === 3 && type === I64) rows = reader.i64();
    else if (field === 4 && type === LIST) reader.list(STRUCT, () => complete(reader, SORTING));
    else return false;
    return true;
  });
  if (!hasColumns) throw missing();
  needed(size);
  return { rows: needed(rows), columns };
}

function chunk(reader: ThriftReader): ChunkMetadata {
  const chunk: ChunkMetadata = { isEncrypted: false };
  let offset: number | undefined;
  reader.struct((field, type) => {
    if (field === 1 && type === BINARY) chunk.file = reader.text();
    else if (field === 2 && type === I64) offset = reader.i64();
    else if (field === 3 && type === STRUCT) chunk.data = chunkData(reader);
    else {
      chunk.isEncrypted ||= field === 8 || field === 9;
      return false;
    }
    return true;
  });
  needed(offset);
  return chunk;
}

function chunkData(reader: ThriftReader): ChunkData {
  const path: string[] = [];
  let type: number | undefined, codec: number | undefined, values: number | undefined;
  let unpacked: number | undefined, size: number | undefined, dataAt: number | undefined;
  let dictionaryAt: number | undefined, hasEncodings = false, hasPath = false;
  reader.struct((field, kind) => {
    if (kind === I32 && field === 1) type = reader.i32();
    else if (kind === LIST && field === 2) {
      hasEncodings = true;
      return false;
    } else if (kind === LIST && field === 3) {
      hasPath = true;
      reader.list(BINARY, () => path.push(reader.text()));
    } else if (kind === I32 && field === 4) codec = reader.i32();
    else if (kind === I64 && field === 5) values = reader.i64();
    else if (kind === I64 && field === 6) unpacked = reader.i64();
    else if (kind === I64 && field === 7) size = reader.i64();
    else if (kind === I64 && field === 9) dataAt = reader.i64();
    else if (kind === I64 && field === 11) dictionaryAt = reader.i64();
    else if (kind === LIST && field === 13) reader.list(STRUCT, () => complete(reader, STATS));
    else return false;
    return true;
  });
  if (!hasEncodings || !hasPath) throw missing();
  needed(unpacked);
  return {
    type: named(TYPES, needed(type)),
    path,
    codec: named(CODECS, needed(codec)),
    values: needed(values),
    size: needed(size),
    dataAt: needed(dataAt),
    ...(dictionaryAt === undefined ? {} : { dictionaryAt }),
  };
}

/** Types of the required fields of SortingColumn and of PageEncodingStats. */
const SORTING = [[I32], [TRUE, FALSE], [TRUE, FALSE]], STATS = [[I32], [I32], [I32]];

/** Skips a struct that is not used here, but refuses one without its required fields, a sign of damage. */
function complete(reader: ThriftReader, fields: readonly (readonly number[])[]): void {
  let found = 0;
  reader.struct((field, type) => {
    if (fields[field - 1]?.includes(type)) found |= 1 << field;
    return false;
  });
  if (found !== 2 ** (fields.length + 1) - 2) throw missing();
}

/** The name of an enum's number. @throws {RangeError} where there is none */
export function named<T>(names: readonly T[], number: number): T {
  const name = names[number];
  if (name === undefined) {
    throw new RangeError(`its metadata has an unknown code ${number}`);
  }
  return name;
}

/** The value of a required field. @throws {RangeError} where it is missing */
export function needed<T>(value: T | undefined): T {
  if (value === undefined) throw missing();
  return value;
}

function missing(): RangeError {
  return new RangeError("its metadata lacks a required field");
}
