/**
 * Reads the eligibility file into rows of the directory's indices.
 *
 * @module
 */
import type { RunControl } from "../progress.ts";
import type { Directory } from "../allocator/directory.ts";
import { addLeftOut, type LeftOutRows, noRows, type PairChunk } from "../allocator/pair_rows.ts";
import { ELIG_COLUMNS, EligParser } from "./elig_parser.ts";
import { ReadProgress } from "./read_progress.ts";
import { scanCsv } from "./scan_csv.ts";
import { decompressed, type OpenPart, openPart, type Part, resolveSource } from "./source.ts";

/** Rows in the order of the input, and counts of those left out. */
export interface EligRows {
  /** Rows that can be used. */
  chunks: PairChunk[];
  /** Counts of all rows and of those left out. */
  leftOut: LeftOutRows;
}

/**
 * Reads the eligible pairs: user_id, contract_address, score.
 *
 * @throws {InputError} for the first row at fault
 */
export async function readElig(
  source: string,
  directory: Directory,
  control: RunControl & { workers?: number } = {},
): Promise<EligRows> {
  const parts = await resolveSource(source);
  const progress = new ReadProgress(source, parts, control);
  const all: EligRows = { chunks: [], leftOut: noRows() };
  for (const part of parts) {
    const open = await openPart(part);
    try {
      const { chunks, leftOut } = await readPart(part, open, directory, progress);
      all.chunks.push(...chunks);
      addLeftOut(all.leftOut, leftOut);
    } finally {
      open.raw.close();
    }
  }
  return all;
}

async function readPart(
  part: Part,
  open: OpenPart,
  directory: Directory,
  progress: ReadProgress,
): Promise<EligRows> {
  let parser: EligParser | undefined;
  const reader = await decompressed({ ...open, raw: progress.watch(open.raw) }, part.name);
  await scanCsv(reader, part.name, ELIG_COLUMNS, {
    header: (layout) => parser = new EligParser(directory, part.name, layout),
    records: (scanner) => parser!.records(scanner),
    progress: () => progress.rows(parser!.leftOut.rows),
  });
  progress.finishPart();
  return { chunks: parser!.rows.chunks, leftOut: parser!.leftOut };
}
