/**
 * Reads the eligibility file into rows of the directory's indices.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import type { Directory } from "../../allocator/drop/instance/directory.ts";
import { noRows } from "../../allocator/drop/pairs/pair_rows.ts";
import { ParallelCsv } from "./elig_parallel.ts";
import { ELIG_COLUMNS, EligParser } from "./elig_parser.ts";
import type { EligPool } from "./elig_pool.ts";
import { Block } from "../csv/block.ts";
import { addRows, type EligRows } from "./pairs_read.ts";
import { PlainRows } from "./plain_rows.ts";
import { ReadProgress } from "../bytes/read_progress.ts";
import { type RecordConsumer, scanCsv } from "../csv/scan_csv.ts";
import { DEFAULT_LIMITS } from "../bytes/read_limits.ts";
import { type OpenPart, type Part, resolveSource, withPart } from "../bytes/source.ts";
import { type PlainPart, plainPart, wantedPartitions } from "../csv/plain_part.ts";
import type { TableControl } from "../csv/table_control.ts";

/** Options for reading the eligible pairs. */
export interface EligControl extends RunControl, TableControl {
  /** Threads that help to read large files; null: none. @default null */
  pool?: EligPool | null;
  /** Bytes of a range that a thread reads at once. @default depends on the file's size */
  rangeBytes?: number;
}

/** Larger files are read by several threads. The bound for Parquet is higher, since each thread must load its decoder first. */
export const PARALLEL_BYTES = 1 << 23, PARALLEL_PARQUET_BYTES = 1 << 26;

/**
 * Reads the eligible pairs: user_id, contract_address, score.
 *
 * @param directory may be a promise: threads that know the contracts begin without it
 * @throws {InputError} for the first row that can't be read; where the directory fails, its error is thrown instead
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
  // Its error is thrown below, where it is awaited; this keeps it from being reported as unhandled before.
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
  control: EligControl,
  progress: ReadProgress,
): Promise<EligRows> {
  if (part.database !== undefined) await known;
  return await withPart(part, async (open) => {
    const watched = { ...open, raw: progress.watch(open.raw) };
    const text = open.format === "parquet"
      ? null
      : await plainPart(part, watched, ELIG_COLUMNS, control);
    const read = await startThreads(part, open, text, control);
    const directory = await known;
    if (read !== null && await control.pool!.ready) return await read.rows(directory, progress);
    if (text !== null) return await readText(part, text, directory, control, progress);
    const { readEligParquet } = await import("./elig_row_groups.ts");
    return await readEligParquet(part, open, directory, progress, control);
  });
}

/** Has threads begin with a part, if it is large enough and a plain file; null otherwise. */
async function startThreads(
  part: Part,
  { format, file }: OpenPart,
  text: PlainPart | null,
  { pool = null, rangeBytes, limits = DEFAULT_LIMITS, dialect = {} }: EligControl,
) {
  // Threads read the file's own bytes, which lack the columns that its path gives.
  const isWhole = wantedPartitions(part, ELIG_COLUMNS, dialect).length === 0;
  if (pool === null || file === null || !isWhole) return null;
  const least = format === "parquet" ? PARALLEL_PARQUET_BYTES : PARALLEL_BYTES;
  if (file.size <= (rangeBytes ?? least)) return null;
  if (text !== null) {
    return text.isAsWritten
      ? new ParallelCsv(file, pool, limits, dialect.columns, rangeBytes)
      : null;
  }
  const { ParallelParquet } = await import("./elig_row_groups.ts");
  return await ParallelParquet.start(part, file, pool, { limits, dialect });
}

async function readText(
  part: Part,
  { reader }: PlainPart,
  directory: Directory,
  control: EligControl,
  progress: ReadProgress,
): Promise<EligRows> {
  const { limits = DEFAULT_LIMITS, dialect, pool = null } = control;
  let parser: EligParser | undefined;
  const consumer: RecordConsumer = {
    header: (layout) =>
      parser = new EligParser(directory, part.name, layout, limits, pool !== null),
    records: (scanner) => parser!.records(scanner),
    progress: () => progress.rows(parser!.leftOut.rows),
  };
  const block = new Block(PlainRows.of(directory)?.bytes, limits);
  await scanCsv(reader, part.name, ELIG_COLUMNS, consumer, block, dialect?.columns);
  return { chunks: parser!.rows.chunks, leftOut: parser!.leftOut };
}
