/**
 * What is certified, split by user into files, so that each part of the certification reads its own rows only.
 *
 * Without it every part reads all pairs and keeps those of its users, which is quicker where parts are few.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { type Judged, partOfUser } from "../sql/judge_sql.ts";
import type { Dialect } from "../sql/dialect.ts";
import { quoted } from "./dialect.ts";
import type { DuckDbStore } from "./store.ts";
import type { WorkFolder } from "./work_folder.ts";

/**
 * Parts from which on it is quicker to split once. Of 25.5 million pairs splitting took a processor 11.7 s, and each part that
 * chose its users from all of them 3.6 s.
 */
export const SPLIT_FROM = 5;

/** What each source is split with: all that judging reads. */
const SOURCES = {
  pairs: "user_id, CAST(contract_address AS VARCHAR) AS contract_address, score",
  userGroups: "*",
  result: "*",
} as const;
type SourceName = keyof typeof SOURCES;
const NAMES = Object.keys(SOURCES) as SourceName[];

/**
 * The same with sources split, where there are many parts and the disk has room; the caller removes the files with
 * {@link WorkFolder.clear}.
 *
 * @param pairRows rows of the pairs; null: not known
 * @throws InputError where files have lost rows
 */
export async function splitJudged(
  store: DuckDbStore,
  folder: WorkFolder,
  judged: Judged,
  pairRows: number | null,
  control: RunControl,
): Promise<Judged> {
  const { parts = 1 } = judged;
  if (parts < SPLIT_FROM) return judged;
  control.onProgress?.({ phase: "certify", detail: `split pairs into ${parts} parts` });
  await folder.clear(folder.judged);
  await Deno.mkdir(folder.judged);
  try {
    for (const name of NAMES) {
      const to = { folder: folder.judged, parts };
      await store.run(splitSql(store.dialect, judged[name], name, to), control);
    }
  } catch (error) {
    if (!(error instanceof InputError) || !NO_ROOM.test(error.message)) throw error;
    // Splitting only saves time: a disk without room for it may have enough for the rest.
    await folder.clear(folder.judged);
    control.onProgress?.({ phase: "certify", detail: "no room on disk to split pairs" });
    return judged;
  }
  await requireAll(store, folder.judged, judged, pairRows, control);
  const filled = new Set<string>();
  for (const name of NAMES) {
    for (const { name: part } of await foldersIn(`${folder.judged}/${name}`)) {
      filled.add(`${name}/${part}`);
    }
  }
  const of = (name: SourceName, part: number) =>
    filled.has(`${name}/part=${part}`)
      ? filesOf(folder.judged, name, `part=${part}`)
      : `(SELECT * FROM ${judged[name]} WHERE 1 = 0) AS nothing`;
  return {
    ...judged,
    split: (part) => ({
      ...{ pairs: of("pairs", part), userGroups: of("userGroups", part) },
      result: of("result", part),
    }),
  };
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

/** What DuckDB and the system say of a disk that is full. */
export const NO_ROOM = /no space left|file too large|disk quota/i;

/** The statement that writes a source's rows into a folder for each part. */
function splitSql(dialect: Dialect, source: string, name: SourceName, to: SplitFolder): string {
  return `COPY (SELECT ${SOURCES[name]}, ${partOfUser(dialect, to.parts)} AS part FROM ${source})
TO ${quoted(`${to.folder}/${name}`)} (FORMAT parquet, PARTITION_BY (part), ROW_GROUP_SIZE 100000)`;
}

/** Where rows are split to. */
interface SplitFolder {
  readonly folder: string;
  readonly parts: number;
}

/** The files of some folders of a source. */
function filesOf(folder: string, name: SourceName, within: string): string {
  return `read_parquet(${
    quoted(`${folder}/${name}/${within}/*.parquet`)
  }, hive_partitioning = false)`;
}

/** @throws InputError where files have more or fewer rows than their sources */
async function requireAll(
  store: DuckDbStore,
  folder: string,
  judged: Judged,
  pairRows: number | null,
  control: RunControl,
): Promise<void> {
  const count = async (source: string) =>
    Number((await store.rowsOverAll(`SELECT count(*) FROM ${source}`, control))[0][0]);
  for (const name of NAMES) {
    const isKnown = name === "pairs" && pairRows !== null;
    const rows = isKnown ? pairRows : await count(judged[name]);
    const split = rows === 0 ? 0 : await count(filesOf(folder, name, "*"));
    if (split === rows) continue;
    throw new InputError(
      `DuckDB: ${folder}/${name}: ${split} rows where ${rows} were written, expected all of them`,
      { file: folder },
    );
  }
}
