/** Columns of Parquet files as the reading library gives them, value by value. */
import { parquetScan } from "../../lib/deps/hyparquet.ts";
import { compressors } from "../../lib/deps/hyparquet_compressors.ts";

/** The values of a column of a file. */
export async function parquetColumn(bytes: Uint8Array, column: string): Promise<unknown[]> {
  const { buffer } = bytes.slice();
  const file = {
    byteLength: buffer.byteLength,
    slice: (from: number, to?: number) => buffer.slice(from, to),
  };
  const scan = await parquetScan({ file, compressors, columns: [column] });
  const values: unknown[] = [];
  for (const range of scan.ranges) {
    const read = Array.from(await scan.readColumn({ column, ...range }) as ArrayLike<unknown>);
    for (const value of read) values.push(value);
  }
  return values;
}
