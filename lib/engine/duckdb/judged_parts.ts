/**
 * What is certified, split by user into files, so that each part of the certification reads its own rows only.
 *
 * Without it every part reads all pairs and keeps those of its users, which is quicker where parts are few.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import { type Judged, partOfUser } from "../sql/judge_sql.ts";
import {
  countRows,
  foldersIn,
  partFiles,
  requireRows,
  SPLIT_FROM,
  splitSql,
  splitWhereRoom,
} from "./part_files.ts";
import type { DuckDbStore } from "./store.ts";
import type { WorkFolder } from "./work_folder.ts";

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
  const of = { phase: "certify", parts };
  const isSplit = await splitWhereRoom(folder, folder.judged, of, control, async () => {
    await Deno.mkdir(folder.judged);
    for (const name of NAMES) {
      const rows = `SELECT ${SOURCES[name]}, ${partOfUser(store.dialect, parts)} AS part FROM ${
        judged[name]
      }`;
      await store.run(splitSql(rows, `${folder.judged}/${name}`), control);
    }
  });
  if (!isSplit) return judged;
  await requireAll(store, folder.judged, judged, pairRows, control);
  const filled = new Set<string>();
  for (const name of NAMES) {
    for (const { name: part } of await foldersIn(`${folder.judged}/${name}`)) {
      filled.add(`${name}/${part}`);
    }
  }
  const source = (name: SourceName, part: number) =>
    filled.has(`${name}/part=${part}`)
      ? partFiles(`${folder.judged}/${name}`, `part=${part}`)
      : `(SELECT * FROM ${judged[name]} WHERE 1 = 0) AS nothing`;
  return {
    ...judged,
    split: (part) => ({
      pairs: source("pairs", part),
      userGroups: source("userGroups", part),
      result: source("result", part),
    }),
  };
}

/** @throws InputError where files have more or fewer rows than their sources */
async function requireAll(
  store: DuckDbStore,
  folder: string,
  judged: Judged,
  pairRows: number | null,
  control: RunControl,
): Promise<void> {
  for (const name of NAMES) {
    const isKnown = name === "pairs" && pairRows !== null, path = `${folder}/${name}`;
    const rows = isKnown ? pairRows : await countRows(store, judged[name], control);
    const split = rows === 0 ? 0 : await countRows(store, partFiles(path, "*"), control);
    requireRows(path, split, rows, folder);
  }
}
