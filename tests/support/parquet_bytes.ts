/** Parquet files for tests. */
import { type BasicType, parquetWriteBuffer } from "../../lib/deps/hyparquet_writer.ts";

/** A Parquet file with these columns, each a type and its values. */
export function parquetBytes(columns: Record<string, [BasicType, unknown[]]>): Uint8Array {
  const columnData = Object.entries(columns).map(([name, [type, data]]) => ({ name, type, data }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
