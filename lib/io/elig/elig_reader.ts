/**
 * Reads the eligibility file into rows of the directory's indices.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import type { Directory } from "../../allocator/drop/directory.ts";
import { noRows } from "../../allocator/drop/pair_rows.ts";
import { ParallelCsv, type ParallelFile } from "./elig_parallel.ts";
import { ELIG_COLUMNS, EligParser } from "./elig_parser.ts";
import type { EligPool } from "./elig_pool.ts";
import { Block } from "../csv/block.ts";
import { addRows, type EligRows } from "./pairs_read.ts";
import { PlainRows } from "./plain_rows.ts";
import { ReadProgress } from "../bytes/read_progress.ts";
import { scanCsv } from "../csv/scan_csv.ts";
import {
  decompressed,
  type OpenPart,
  openPart,
  type Part,
  resolveSource,
} from "../bytes/source.ts";

/** How the eligible pairs are read. */
export interface EligControl extends RunControl {
  /** Threads to read large files with; null: this one alone. @default null */
  pool?: EligPool | null;
  /** Bytes of a range that a thread reads at once. @default depends on the file's size */
  rangeBytes?: number;
}

/** Files from this size on are worth more than one thread; Parquet says more in a byte, and takes a thread longer to get into. */
export const PARALLEL_BYTES = 1 << 23, PARALLEL_PARQUET_BYTES = 1 << 26;

/**
 * Reads the eligible pairs: user_id, contract_address, score.
 *
 * @param directory may still be on its way: threads that know the contracts begin without it
 * @throws {InputError} for the first row at fault; a directory that fails comes first
 */
export async function readElig(
  source: string,
  directory: Directory | Promise<Directory>,
  control: EligControl = {},
): Promise<EligRows> {
  const { pool = null } = control;
  const known = Promise.resolve(directory).then((directory) => {
    pool?.lookUpIn(directory);
    return directory;
  });
  // Whatever goes wrong before it is awaited, its own error is awaited below.
  known.catch(() => {});
  try {
    const parts = await resolveSource(source);
    const progress = new ReadProgress(source, parts, control);
    const all: EligRows = { chunks: [], leftOut: noRows() };
    for (const part of parts) {
      const rows = await readPart(part, known, control, progress);
      addRows(all, rows);
      progress.finishPart();
    }
    return all;
  } catch (error) {
    await known;
    throw error;
  }
}

async function readPart(
  part: Part,
  known: Promise<Directory>,
  { pool = null, rangeBytes }: EligControl,
  progress: ReadProgress,
): Promise<EligRows> {
  if (part.database !== undefined) await known;
  const open = await openPart(part);
  try {
    const least = open.format === "parquet" ? PARALLEL_PARQUET_BYTES : PARALLEL_BYTES;
    if (pool !== null && isLarge(part, rangeBytes ?? least)) {
      const read = open.format === "csv"
        ? new ParallelCsv(part, pool, rangeBytes)
        : open.format === "parquet"
        ? await startParquet(part, open, pool)
        : null;
      const directory = await known;
      if (read !== null && await pool.ready) return await read.rows(directory, progress);
    }
    return await readAlone(part, open, await known, progress);
  } finally {
    open.raw.close();
  }
}

function isLarge(part: Part, least: number): part is ParallelFile {
  return part.path !== null && part.size !== null && part.size > least;
}

async function startParquet(part: ParallelFile, { raw }: OpenPart, pool: EligPool) {
  const { ParallelParquet } = await import("./elig_row_groups.ts");
  return await ParallelParquet.start(part, raw, pool);
}

async function readAlone(
  part: Part,
  open: OpenPart,
  directory: Directory,
  progress: ReadProgress,
): Promise<EligRows> {
  if (open.format === "parquet") {
    const { readEligParquet } = await import("./elig_row_groups.ts");
    return await readEligParquet(part, open.raw, directory, progress);
  }
  let parser: EligParser | undefined;
  const reader = await decompressed({ ...open, raw: progress.watch(open.raw) }, part.name);
  await scanCsv(reader, part.name, ELIG_COLUMNS, {
    header: (layout) => parser = new EligParser(directory, part.name, layout),
    records: (scanner) => parser!.records(scanner),
    progress: () => progress.rows(parser!.leftOut.rows),
  }, new Block(PlainRows.of(directory)?.bytes));
  return { chunks: parser!.rows.chunks, leftOut: parser!.leftOut };
}
