/**
 * Reads an eligibility file in Parquet, row group by row group, in this thread or in several.
 *
 * @module
 */
import type { Directory } from "../../allocator/drop/instance/directory.ts";
import { noRows, type PairChunk } from "../../allocator/drop/pairs/pair_rows.ts";
import type { OpenFile } from "../bytes/open_file.ts";
import { DEFAULT_LIMITS } from "../bytes/read_limits.ts";
import type { TableControl } from "../csv/table_control.ts";
import type { ReadProgress } from "../bytes/read_progress.ts";
import type { OpenPart, Part } from "../bytes/source.ts";
import type { RowRange } from "../parquet/row_ranges.ts";
import type { EligLookup } from "./elig_lookup.ts";
import { memoryFrom, type PairMemory, PairsFile } from "./elig_parquet.ts";
import type { EligPool } from "./elig_pool.ts";
import { eligRows, readRowGroup, type RowGroupTask, type TaskRows } from "./elig_task.ts";
import { addRows, type EligRows, type PairsRead } from "./pairs_read.ts";
import { TaskResults } from "./task_results.ts";

/** A Parquet file whose row groups are shared out among threads. */
export class ParallelParquet {
  readonly #part: Part;
  readonly #file: PairsFile;
  readonly #tasks: readonly RowGroupTask[];
  readonly #pool: EligPool;

  private constructor(
    part: Part,
    file: PairsFile,
    tasks: readonly RowGroupTask[],
    pool: EligPool,
  ) {
    this.#part = part;
    this.#file = file;
    this.#tasks = tasks;
    this.#pool = pool;
  }

  /** Opens the file; see {@link ParquetFile.open}. */
  static async start(
    part: Part,
    handle: OpenFile,
    pool: EligPool,
    { limits = DEFAULT_LIMITS, dialect }: TableControl,
  ): Promise<ParallelParquet> {
    const source = { raw: handle.reader(), file: handle };
    const file = await PairsFile.open(part, source, { limits, dialect });
    const { path, name, identity } = handle;
    const tasks = file.rowGroups.map((_, rowGroup) => ({
      path,
      name,
      identity,
      limits,
      dialect,
      rowGroup,
      memory: undefined,
    }));
    return new ParallelParquet(part, file, tasks, pool);
  }

  /**
   * All rows of the file.
   *
   * @throws {InputError} for the first row that can't be read
   */
  rows(directory: Directory, progress: ReadProgress): Promise<EligRows> {
    const file = this.#file, memory = file.memory(directory.contracts.length);
    const tasks = this.#tasks.map((task, i): RowGroupTask => ({
      ...task,
      memory: memory === null ? undefined : memoryFrom(memory, file.rowGroups[i].rowStart),
    }));
    const readHere = (task: RowGroupTask, lookup: EligLookup) => readRowGroup(task, lookup, file);
    const results = new TaskResults<RowGroupTask, TaskRows>(tasks, this.#pool, readHere, false);
    return readRowGroups(this.#part, file, progress, async (rowGroup, i) => {
      const read = await results.take(i, directory);
      // Read it again in this thread, for the error.
      if (read === null) return await file.read(rowGroup, directory).then(rowsOf);
      const { chunks, leftOut } = eligRows(read, directory.users), { memory } = tasks[i];
      return { chunks: memory === undefined ? chunks : chunks.map(inMemory(memory)), leftOut };
    });
  }
}

/** A chunk whose arrays are those of the task's memory: another thread returns other array objects over the same memory. */
function inMemory({ contract, score }: PairMemory): (chunk: PairChunk) => PairChunk {
  return (chunk) => ({
    ...chunk,
    contract: contract.subarray(0, chunk.contract.length),
    score: score.subarray(0, chunk.score.length),
  });
}

/**
 * Reads a Parquet part in this thread.
 *
 * @throws {InputError} for the first row that can't be read; its `line` is the row, counted from 1
 */
export async function readEligParquet(
  part: Part,
  open: OpenPart,
  directory: Directory,
  progress: ReadProgress,
  control: TableControl,
): Promise<EligRows> {
  const file = await PairsFile.open(part, open, control);
  const memory = file.memory(directory.contracts.length);
  let kept = 0;
  return await readRowGroups(part, file, progress, async (rowGroup) => {
    const own = memory === null ? undefined : memoryFrom(memory, kept);
    const read = rowsOf(await file.read(rowGroup, directory, own));
    for (const { length } of read.chunks) kept += length;
    return read;
  });
}

async function readRowGroups(
  part: Part,
  { rowGroups }: PairsFile,
  progress: ReadProgress,
  read: (rowGroup: RowRange, i: number) => Promise<EligRows>,
): Promise<EligRows> {
  const all: EligRows = { chunks: [], leftOut: noRows() };
  const total = rowGroups.at(-1)?.rowEnd ?? 0;
  for (const [i, rowGroup] of rowGroups.entries()) {
    addRows(all, await read(rowGroup, i));
    const share = (rowGroup.rowEnd - rowGroup.rowStart) / total;
    if (part.size !== null) progress.addBytes(part.size * share);
    progress.rows(all.leftOut.rows);
  }
  return all;
}

function rowsOf({ rows, leftOut }: PairsRead): EligRows {
  return { chunks: rows.chunks, leftOut };
}
