/**
 * The header before each page of a Parquet file.
 *
 * Format: Apache Parquet's parquet.thrift, PageHeader.
 *
 * @module
 */
import { named, needed } from "./parquet_metadata.ts";
import { FALSE, I32, STRUCT, ThriftReader, TRUE } from "./thrift.ts";

/** A page's header. */
export interface PageHeader {
  /** Kind of page. */
  readonly type: "DATA_PAGE" | "INDEX_PAGE" | "DICTIONARY_PAGE" | "DATA_PAGE_V2";
  /** Bytes of the page, decompressed. */
  readonly size: number;
  /** Bytes of the page as stored. */
  readonly packedSize: number;
  /** Its checksum; absent where it has none. */
  readonly crc?: number;
  /** Number of its values, missing ones included. */
  readonly values: number;
  /** Encoding of the values. */
  readonly encoding: string;
  /** Encoding of the definition levels, which say which values are missing; for pages of the first version. */
  readonly levels: string;
  /** What only headers of the second version have; null for others. */
  readonly second: SecondVersion | null;
  /** Where the header ends and the page begins. */
  readonly end: number;
}

/** Fields of a page header of the second version. */
export interface SecondVersion {
  /** Number of missing values. */
  readonly missing: number;
  /** Bytes of the definition levels, which say which values are missing. */
  readonly levelBytes: number;
  /** Bytes of the repetition levels, which come before those. */
  readonly repetitionBytes: number;
  /** Whether the values are compressed by the column's codec. */
  readonly isPacked: boolean;
}

const TYPES = ["DATA_PAGE", "INDEX_PAGE", "DICTIONARY_PAGE", "DATA_PAGE_V2"] as const;
const ENCODINGS = [
  "PLAIN",
  "GROUP_VAR_INT",
  "PLAIN_DICTIONARY",
  "RLE",
  "BIT_PACKED",
  "DELTA_BINARY_PACKED",
  "DELTA_LENGTH_BYTE_ARRAY",
  "DELTA_BYTE_ARRAY",
  "RLE_DICTIONARY",
  "BYTE_STREAM_SPLIT",
];
/** Number of the field in PageHeader that holds the header of each kind of page, in the order of {@link TYPES}. */
const FIELDS = [5, 6, 7, 8];

/**
 * The header that begins at `at`.
 *
 * @throws {Error} where it is damaged
 */
export function readPageHeader(bytes: Uint8Array, at: number): PageHeader {
  const reader = new ThriftReader(bytes, at);
  /** Integer fields of the header, and of the header of its kind, by field number; undefined: absent. */
  const common: (number | undefined)[] = [], own: (number | undefined)[][] = [];
  reader.struct((field, type) => {
    if (type === I32 && field <= 4) common[field] = reader.i32();
    else if (type === STRUCT && FIELDS.includes(field)) {
      const fields: (number | undefined)[] = own[field] = [];
      reader.struct((part, type) => {
        if (type === I32 && part <= 6) fields[part] = reader.i32();
        else if (part === 7 && (type === TRUE || type === FALSE)) fields[part] = type;
        else return false;
        return true;
      });
    } else return false;
    return true;
  });
  const kind = needed(common[1]), type = named(TYPES, kind), fields = own[FIELDS[kind]] ?? [];
  const page = {
    type,
    size: needed(common[2]),
    packedSize: needed(common[3]),
    ...(common[4] === undefined ? {} : { crc: common[4] }),
    end: reader.at,
  };
  if (type === "INDEX_PAGE") return { ...page, values: 0, encoding: "", levels: "", second: null };
  const isSecond = type === "DATA_PAGE_V2";
  const encoding = named(ENCODINGS, needed(fields[isSecond ? 4 : 2]));
  const levels = type === "DATA_PAGE" ? named(ENCODINGS, needed(fields[3])) : "RLE";
  if (type === "DATA_PAGE") needed(fields[4]);
  if (isSecond) needed(fields[3]);
  const second = !isSecond ? null : {
    missing: needed(fields[2]),
    levelBytes: needed(fields[5]),
    repetitionBytes: needed(fields[6]),
    isPacked: fields[7] !== FALSE,
  };
  return { ...page, values: needed(fields[1]), encoding, levels, second };
}
