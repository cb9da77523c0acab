/**
 * Reads rows of any input, whatever files it is made of and however they are written.
 *
 * @module
 */
import type { Layout } from "../csv/header.ts";
import type { ParquetFile } from "../parquet/parquet_file.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import { scanCsv } from "../csv/scan_csv.ts";
import { decompressed, openPart, resolveSource } from "../bytes/source.ts";

/** Takes rows in either form. */
export interface RowTaker {
  /** Takes the CSV records that the scanner has. */
  addRecords(scanner: RecordScanner, layout: Layout, file: string): void;
  /** Takes all rows of a Parquet file. */
  addParquet(file: ParquetFile): Promise<void>;
}

/**
 * Gives the rows of a source to `taker`, in order.
 *
 * @param source a file, `-`, a folder or a glob
 * @param wanted columns that must be there
 */
export async function readRows(
  source: string,
  wanted: readonly string[],
  taker: RowTaker,
): Promise<void> {
  for (const part of await resolveSource(source)) {
    const open = await openPart(part);
    try {
      if (open.format === "parquet") {
        const { ParquetFile } = await import("../parquet/parquet_file.ts");
        await taker.addParquet(await ParquetFile.open(part, open.raw, wanted));
      } else {
        let layout: Layout;
        await scanCsv(await decompressed(open, part.name), part.name, wanted, {
          header: (found) => layout = found,
          records: (scanner) => taker.addRecords(scanner, layout, part.name),
        });
      }
    } finally {
      open.raw.close();
    }
  }
}
