/**
 * Rows that are split by part into files of the work folder, so that what is done part by part reads each part's rows only.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { quoted } from "./dialect.ts";
import type { DuckDbStore } from "./store.ts";
import type { WorkFolder } from "./work_folder.ts";

/**
 * Parts from which on it is quicker to split once. Of 25.5 million pairs splitting took a processor 11.7 s, and each part that
 * chose its users from all of them 3.6 s.
 */
export const SPLIT_FROM = 5;

/** What DuckDB and the system say of a disk that is full. */
const NO_ROOM = /no space left|file too large|disk quota/i;

/** The statement that writes rows into a folder for each part; `rows`: a SELECT with a column `part`. */
export function splitSql(rows: string, path: string): string {
  return `COPY (${rows})
TO ${quoted(path)} (FORMAT parquet, PARTITION_BY (part), ROW_GROUP_SIZE 100000)`;
}

/** The files of one part of a path (`part=3`), or of all (`*`). */
export function partFiles(path: string, within: string): string {
  return `read_parquet(${quoted(`${path}/${within}/*.parquet`)}, hive_partitioning = false)`;
}

/**
 * Splits into files at a path, where nothing is before. Returns whether the disk had room for it: where it has none, no files are
 * left. Splitting only saves time, and the room may be enough for the rest.
 */
export async function splitWhereRoom(
  folder: WorkFolder,
  path: string,
  { phase, parts }: { readonly phase: string; readonly parts: number },
  control: RunControl,
  split: () => Promise<void>,
): Promise<boolean> {
  control.onProgress?.({ phase, detail: `split pairs into ${parts} parts` });
  await folder.clear(path);
  try {
    await split();
    return true;
  } catch (error) {
    if (!(error instanceof InputError) || !NO_ROOM.test(error.message)) throw error;
    await folder.clear(path);
    control.onProgress?.({ phase, detail: "no room on disk to split pairs" });
    return false;
  }
}

/** How many rows a source has. */
export async function countRows(
  store: DuckDbStore,
  source: string,
  control: RunControl,
): Promise<number> {
  return Number((await store.rowsOverAll(`SELECT count(*) FROM ${source}`, control))[0][0]);
}

/** @throws InputError where files at a path have more or fewer rows than were written; `at`: the folder that the error names */
export function requireRows(path: string, split: number, written: number, at = path): void {
  if (split === written) return;
  throw new InputError(
    `DuckDB: ${path}: ${split} rows where ${written} were written, expected all of them`,
    { file: at },
  );
}

/** The folders in a folder; none where it is not there, as no row was written. */
export async function foldersIn(path: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
