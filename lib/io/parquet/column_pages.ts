/**
 * Writes the pages of a column in a row group: a dictionary where that is smaller, then one page of values.
 *
 * @module
 */
import {
  type ByteWriter,
  type ColumnChunk,
  snappyCompress,
  writePageHeader,
} from "../../deps/hyparquet_writer.ts";

/** A column's values, encoded; none is missing. */
export interface ColumnPages {
  /** Rows. */
  readonly rows: number;
  /** Physical type. */
  readonly type: "BYTE_ARRAY" | "DOUBLE";
  /** The dictionary in PLAIN encoding, whose indices `values` are; null: `values` are PLAIN themselves. */
  readonly dictionary: { readonly entries: number; readonly bytes: Uint8Array } | null;
  /** The page of values. */
  readonly values: Uint8Array;
  /** Whether to compress the pages. */
  readonly compressed: boolean;
}

/** Writes a column's pages; returns their metadata for the file's footer. */
export function writePages(writer: ByteWriter, name: string, pages: ColumnPages): ColumnChunk {
  const { rows, type, dictionary, values, compressed } = pages;
  const start = writer.offset;
  let uncompressed = 0;
  const write = (bytes: Uint8Array, header: Record<string, unknown>) => {
    const body = compressed ? snappyCompress(bytes) : bytes;
    const at = writer.offset;
    const sizes = {
      uncompressed_page_size: bytes.length,
      compressed_page_size: body.length,
    };
    writePageHeader(writer, { ...header, ...sizes });
    uncompressed += writer.offset - at + bytes.length;
    writer.appendBytes(body);
  };
  if (dictionary !== null) {
    write(dictionary.bytes, {
      type: "DICTIONARY_PAGE",
      dictionary_page_header: { num_values: dictionary.entries, encoding: "PLAIN" },
    });
  }
  const valuesAt = writer.offset;
  const encoding = dictionary === null ? "PLAIN" : "RLE_DICTIONARY";
  write(values, {
    type: "DATA_PAGE",
    data_page_header: {
      num_values: rows,
      encoding,
      definition_level_encoding: "RLE",
      repetition_level_encoding: "RLE",
    },
  });
  return {
    file_offset: BigInt(start),
    meta_data: {
      type,
      encodings: dictionary === null ? ["PLAIN"] : ["PLAIN", "RLE_DICTIONARY"],
      path_in_schema: [name],
      codec: compressed ? "SNAPPY" : "UNCOMPRESSED",
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(uncompressed),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(valuesAt),
      ...(dictionary !== null && { dictionary_page_offset: BigInt(start) }),
    },
  };
}
