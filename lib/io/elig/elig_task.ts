/**
 * Tasks of threads: to read a range of bytes of a CSV file of eligible pairs, or a row group of a Parquet file.
 *
 * @module
 */
import { IdTable, type IdTableParts } from "../../base/ids/id_table.ts";
import type { LeftOutRows, PairChunk } from "../../allocator/drop/pairs/pair_rows.ts";
import { Block } from "../csv/block.ts";
import { type EligLookup, EligParser } from "./elig_parser.ts";
import type { PairMemory, PairsFile } from "./elig_parquet.ts";
import type { Layout } from "../csv/header.ts";
import type { EligRows, PairsRead } from "./pairs_read.ts";
import type { TaskFile } from "./elig_task_file.ts";
import { OpenFile } from "../bytes/open_file.ts";
import { type ByteRange, type ScannedRange, scanRange } from "../csv/scan_range.ts";
import { resolveUsers, type UnresolvedParts } from "./unresolved_users.ts";

/** A range of a CSV file. */
export interface RangeTask extends TaskFile {
  /** Its columns. */
  readonly layout: Layout;
  /** The bytes. */
  readonly range: ByteRange;
  /** Whether threads share the memory of the rows, or hand it on. */
  readonly isShared: boolean;
}

/** A row group of a Parquet file. */
export interface RowGroupTask extends TaskFile {
  /** Number of the row group, counted from 0. */
  readonly rowGroup: number;
  /** Memory for its pairs; undefined: new memory. */
  readonly memory: PairMemory | undefined;
}

/** A task. */
export type EligTask = RangeTask | RowGroupTask;

/** The result of a task, in a form that can be sent to another thread: columns are in shared memory, or are {@link ownMemory}. */
export interface TaskRows {
  /** Rows that can be used. */
  readonly chunks: PairChunk[];
  /** Counts of all rows and of those left out; see LeftOutRows. */
  readonly counts: Omit<LeftOutRows, "unknownContracts" | "usersWithoutGroup">;
  /** Ids of contracts that are not in the caps table. */
  readonly unknownContracts: IdTableParts;
  /** Ids of users that have no group. */
  readonly usersWithoutGroup: IdTableParts;
  /** The rows' users, where they were read before the table of users; null otherwise. */
  readonly unresolved: UnresolvedParts | null;
}

/** The result of reading a range. */
export interface RangeRows extends TaskRows {
  /** Where its records were found. */
  readonly scanned: ScannedRange;
}

/**
 * Does a task in this thread. Null where a row can't be read or the file changed: the caller, who knows what comes before the
 * range, reads it again for the right rows or the right error.
 */
export function readTask(
  task: EligTask,
  lookup: EligLookup,
): TaskRows | null | Promise<TaskRows | null> {
  return "range" in task ? readRange(task, lookup) : readRowGroup(task, lookup);
}

/** {@link readTask} for a range; `opened` is its file, if that is open already. */
export function readRange(
  task: RangeTask,
  lookup: EligLookup,
  opened?: OpenFile,
): RangeRows | null {
  const { path, name, identity, layout, range, limits, isShared } = task;
  const parser = new EligParser(lookup, name, layout, limits, isShared);
  const block = new Block(parser.blockBytes, limits);
  let own: OpenFile | null = null;
  try {
    const file = opened ?? (own = OpenFile.openSame(path, name, identity));
    if (file === null) return null;
    const scanned = scanRange(file, layout.columns, range, block, (some) => parser.records(some));
    return { ...taskRows(parser), scanned };
  } catch {
    return null;
  } finally {
    own?.close();
  }
}

/** {@link readTask} for a row group; `opened` is its file, if that is open already. */
export async function readRowGroup(
  task: RowGroupTask,
  lookup: EligLookup,
  opened?: PairsFile,
): Promise<TaskRows | null> {
  try {
    const file = opened ?? await (await import("./elig_parquet.ts")).openPairs(task, lookup);
    if (file === null) return null;
    return taskRows(await file.read(file.rowGroups[task.rowGroup], lookup, task.memory));
  } catch {
    return null;
  }
}

/** Memory of the rows that is not shared: to be handed over, not copied. */
export function ownMemory({ chunks }: TaskRows): ArrayBuffer[] {
  const buffers = chunks.flatMap(({ user, end, contract, score }) =>
    [user, end, contract, score].map(({ buffer }) => buffer)
  );
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}

function taskRows({ rows, leftOut, unresolved }: PairsRead): TaskRows {
  const { unknownContracts, usersWithoutGroup, ...counts } = leftOut;
  return {
    chunks: rows.chunks,
    counts,
    unknownContracts: unknownContracts.parts,
    usersWithoutGroup: usersWithoutGroup.parts,
    unresolved: unresolved?.parts ?? null,
  };
}

/** The rows of a result, with users by their index in the directory. */
export function eligRows(read: TaskRows, users: IdTable): EligRows {
  const { chunks, unresolved } = read;
  const leftOut = {
    ...read.counts,
    unknownContracts: new IdTable(read.unknownContracts),
    usersWithoutGroup: new IdTable(read.usersWithoutGroup),
  };
  if (unresolved !== null) resolveUsers(unresolved, users, chunks, leftOut);
  return { chunks, leftOut };
}
