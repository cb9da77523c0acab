/**
 * A part of an eligibility file for one thread to read: a range of bytes of CSV, or a row group of Parquet.
 *
 * @module
 */
import { IdTable, type IdTableParts } from "../../base/id_table.ts";
import type { LeftOutRows, PairChunk } from "../../allocator/drop/pair_rows.ts";
import { Block } from "../csv/block.ts";
import { type EligLookup, EligParser } from "./elig_parser.ts";
import type { PairRoom, PairsFile } from "./elig_parquet.ts";
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
  /** Which of its row groups, counted from 0. */
  readonly rowGroup: number;
  /** Where its pairs go; undefined: into memory of their own. */
  readonly room: PairRoom | undefined;
}

/** Something for a thread to read. */
export type EligTask = RangeTask | RowGroupTask;

/** What was read, fit to be handed to another thread: columns are in shared memory, or are {@link ownMemory}. */
export interface TaskRows {
  /** Rows that can be used. */
  readonly chunks: PairChunk[];
  /** Counts; see LeftOutRows. */
  readonly counts: Omit<LeftOutRows, "unknownContracts" | "usersWithoutGroup">;
  /** Ids that are not in the directory. */
  readonly unknownContracts: IdTableParts;
  /** Ids that are not in the directory. */
  readonly usersWithoutGroup: IdTableParts;
  /** Users of the rows, where they were read before the directory's were known. */
  readonly unresolved: UnresolvedParts | null;
}

/** What was read of a range. */
export interface RangeRows extends TaskRows {
  /** Where its records lie. */
  readonly scanned: ScannedRange;
}

/**
 * Reads in this thread. Null where a row is at fault, or a range began in the middle of one: whoever knows what comes before
 * reads it again, to say what is wrong or to read it right.
 */
export function readTask(
  task: EligTask,
  lookup: EligLookup,
): TaskRows | null | Promise<TaskRows | null> {
  return "range" in task ? readRange(task, lookup) : readRowGroup(task, lookup);
}

/** {@link readTask} of a range; `opened` is its file, where that is open. */
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

/** {@link readTask} of a row group; `opened` is its file, where that is open. */
export async function readRowGroup(
  task: RowGroupTask,
  lookup: EligLookup,
  opened?: PairsFile,
): Promise<TaskRows | null> {
  try {
    const file = opened ?? await (await import("./elig_parquet.ts")).openPairs(task, lookup);
    if (file === null) return null;
    return taskRows(await file.read(file.rowGroups[task.rowGroup], lookup, task.room));
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

/** The rows with indices of the directory's users, whichever thread has read them. */
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
