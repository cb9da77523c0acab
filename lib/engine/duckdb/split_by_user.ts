/**
 * Sources that are split by user into files, so that what is done part by part reads the rows of each part's users only.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import { type Judged, partOfUser } from "../sql/certify/judge_sql.ts";
import { countRows, foldersIn, partFiles, requireRows, splitSql } from "./part_files.ts";
import type { DuckDbStore } from "./store.ts";

/** What each source is split with: all that gathering and judging read. */
const COLUMNS = {
  pairs: "user_id, CAST(contract_address AS VARCHAR) AS contract_address, score",
  userGroups: "*",
  result: "*",
} as const;
/** A source that can be split. */
export type SourceName = keyof typeof COLUMNS;

/** Sources that were split. */
export interface SplitSources<Name extends SourceName> {
  /** What was split, as SQL. */
  readonly of: Readonly<Record<Name, string>>;
  /** Into how many parts. */
  readonly parts: number;
  /** Folder that the files are in. */
  readonly path: string;
  /** The rows of a part's users, as SQL. */
  readonly source: (name: Name, part: number) => string;
}

/** Splits sources into files in a folder that is not there yet, or is empty. */
export async function splitByUser<Name extends SourceName>(
  store: DuckDbStore,
  path: string,
  of: Readonly<Record<Name, string>>,
  parts: number,
  control: RunControl,
): Promise<SplitSources<Name>> {
  await Deno.mkdir(path, { recursive: true });
  const names = Object.keys(of) as Name[], filled = new Set<string>();
  for (const name of names) {
    const part = partOfUser(store.dialect, parts);
    const rows = `SELECT ${COLUMNS[name]}, ${part} AS part FROM ${of[name]}`;
    await store.run(splitSql(rows, `${path}/${name}`), control);
    for (const folder of await foldersIn(`${path}/${name}`)) filled.add(`${name}/${folder.name}`);
  }
  return {
    of,
    parts,
    path,
    source: (name, part) =>
      filled.has(`${name}/part=${part}`)
        ? partFiles(`${path}/${name}`, `part=${part}`)
        : `(SELECT * FROM ${of[name]} WHERE 1 = 0) AS nothing`,
  };
}

/**
 * Checks that files have all rows of their sources.
 *
 * @param pairRows rows of the pairs; null: not known
 * @throws InputError where they have more or fewer
 */
export async function requireAll<Name extends SourceName>(
  store: DuckDbStore,
  { of, path }: SplitSources<Name>,
  pairRows: number | null,
  control: RunControl,
): Promise<void> {
  for (const name of Object.keys(of) as Name[]) {
    const isKnown = name === "pairs" && pairRows !== null, files = `${path}/${name}`;
    const rows = isKnown ? pairRows : await countRows(store, of[name], control);
    const split = rows === 0 ? 0 : await countRows(store, partFiles(files, "*"), control);
    requireRows(files, split, rows, path);
  }
}

/** Whether sources are those that were split. */
export function areSplit(
  split: SplitSources<"pairs" | "userGroups"> | null,
  { pairs, userGroups }: Judged,
): boolean {
  return split !== null && split.of.pairs === pairs && split.of.userGroups === userGroups;
}
