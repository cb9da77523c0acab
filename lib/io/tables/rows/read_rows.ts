/**
 * Reads the rows of an input of any format, in any number of files.
 *
 * @module
 */
import type { Layout } from "../../csv/header.ts";
import type { ParquetFile } from "../../parquet/parquet_file.ts";
import type { RecordScanner } from "../../csv/record_scanner.ts";
import { type RecordConsumer, scanCsv } from "../../csv/scan_csv.ts";
import { Block } from "../../csv/block.ts";
import { resolveSource, withPart } from "../../bytes/source.ts";
import { plainPart } from "../../csv/plain_part.ts";
import type { TableControl } from "../../csv/table_control.ts";

/** Receives rows from CSV and from Parquet. */
export interface RowTaker {
  /** Memory to read blocks of CSV into, if its fast path needs its own; undefined: any will do. */
  readonly blockBytes?: Uint8Array;
  /** Adds all records of the scanner's block. */
  addRecords(scanner: RecordScanner, layout: Layout, file: string): void;
  /** Adds all rows of a Parquet file. */
  addParquet(file: ParquetFile): Promise<void>;
}

/**
 * Passes the rows of a source to `taker`, in order.
 *
 * @param source a file, `-`, a folder, a glob or a database
 * @param wanted columns that it must have
 * @param optional columns that it may have; the taker finds them in `layout.names`
 * @throws {InputError} where it can't be read or a wanted column is missing, and whatever the taker throws
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
        const { ParquetFile } = await import("../../parquet/parquet_file.ts");
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
