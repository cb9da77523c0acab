/**
 * Reads rows of any input, whatever files it is made of and however they are written.
 *
 * @module
 */
import type { Layout } from "../csv/header.ts";
import type { ParquetFile } from "../parquet/parquet_file.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import { type RecordConsumer, scanCsv } from "../csv/scan_csv.ts";
import { Block } from "../csv/block.ts";
import { resolveSource, withPart } from "../bytes/source.ts";
import { plainPart } from "../csv/plain_part.ts";
import type { TableControl } from "../csv/table_control.ts";

/** Takes rows in either form. */
export interface RowTaker {
  /** Bytes of a block that it takes CSV from most quickly; undefined: any will do. */
  readonly blockBytes?: Uint8Array;
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
 * @param optional columns that the taker looks for itself, by `layout.names`
 */
export async function readRows(
  source: string,
  wanted: readonly string[],
  taker: RowTaker,
  control: TableControl = {},
  optional: readonly string[] = [],
): Promise<void> {
  for (const part of await resolveSource(source)) {
    await withPart(part, async (open) => {
      if (open.format === "parquet") {
        const { ParquetFile } = await import("../parquet/parquet_file.ts");
        await taker.addParquet(await ParquetFile.open(part, open, wanted, control));
        return;
      }
      let layout: Layout;
      const { reader } = await plainPart(part, open, wanted, control, optional);
      const consumer: RecordConsumer = {
        header: (found) => layout = found,
        records: (scanner) => taker.addRecords(scanner, layout, part.name),
      };
      const block = new Block(taker.blockBytes, control.limits);
      await scanCsv(reader, part.name, wanted, consumer, block, control.dialect?.columns);
    });
  }
}
