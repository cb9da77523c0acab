/**
 * Writing Parquet. Import this module when first needed.
 *
 * @module
 */
export {
  type BasicType,
  ByteWriter,
  parquetWriteBuffer,
  ParquetWriter,
  schemaFromColumnData,
} from "npm:hyparquet-writer@0.17.0";
