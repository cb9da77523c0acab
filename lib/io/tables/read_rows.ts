/**
 * Reads rows of any input, whatever files it is made of and however they are written.
 *
 * @module
 */
import type { Layout } from "../csv/header.ts";
import type { ParquetFile } from "../parquet/parquet_file.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import { scanCsv } from "../csv/scan_csv.ts";
import { Block } from "../csv/block.ts";
import { DEFAULT_LIMITS, type ReadLimits } from "../bytes/read_limits.ts";
import { decompressed, resolveSource, withPart } from "../bytes/source.ts";

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
 * @param limits what is too large. @default DEFAULT_LIMITS
 * @param optional columns that the taker looks for itself, by `layout.names`
 */
export async function readRows(
  source: string,
  wanted: readonly string[],
  taker: RowTaker,
  limits: ReadLimits = DEFAULT_LIMITS,
  optional: readonly string[] = [],
): Promise<void> {
  for (const part of await resolveSource(source)) {
    await withPart(part, async (open) => {
      if (open.format === "parquet") {
        const { ParquetFile } = await import("../parquet/parquet_file.ts");
        await taker.addParquet(await ParquetFile.open(part, open, wanted, limits));
        return;
      }
      let layout: Layout;
      const columns = [...wanted, ...optional];
      const text = await decompressed(open, part, { columns, limits });
      await scanCsv(text, part.name, wanted, {
        header: (found) => layout = found,
        records: (scanner) => taker.addRecords(scanner, layout, part.name),
      }, new Block(undefined, limits));
    });
  }
}
