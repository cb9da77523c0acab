/**
 * The pairs that are counted, split by user into files with what tells why each is left out, so that each part of the counting
 * reads its own rows only.
 *
 * Without it every part reads all pairs, joined with history, bans and pins, which is quicker where parts are few.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import type { PairMarks } from "../sql/pairs/tally_sql.ts";
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

/**
 * Parts from which on it is quicker to split once, where pairs are joined with nothing. Of 12 million pairs splitting took a
 * processor 5 s, and each part that chose its users from all of them 0.4 s; joined with a history of 3 million, 1.7 s.
 */
const SPLIT_PLAIN_FROM = 12;

/** What tells about a pair, each a column of the files. */
const MARKS = ["pinned", "banned", "hadContract", "hadBrand", "declined"] as const;

/** What holds for no pair. */
const NEVER = "1 = 0";

/**
 * The pairs of each part from files of their own; null where parts are few. The caller removes the files with
 * {@link WorkFolder.clear}.
 *
 * @param where which rows are counted
 * @param partOf the part of a row, as SQL
 * @throws InputError where files have lost rows
 */
export async function splitMarks(
  store: DuckDbStore,
  folder: WorkFolder,
  marks: PairMarks,
  { where, partOf, parts }: {
    readonly where: string;
    readonly partOf: string;
    readonly parts: number;
  },
  control: RunControl,
): Promise<((part: number) => PairMarks) | null> {
  const usedMarks = MARKS.filter((mark) => marks[mark] !== NEVER);
  if (parts < (usedMarks.length === 0 ? SPLIT_PLAIN_FROM : SPLIT_FROM)) return null;
  const path = folder.tallied, written = `${marks.source} WHERE ${where}`;
  const flags = usedMarks.map((mark) => `, CAST(${marks[mark]} AS UTINYINT) AS ${mark}`).join("");
  const rows = `SELECT user_id, contract_address, value${flags}, ${partOf} AS part
FROM ${written}`;
  const isSplit = await splitWhereRoom(
    folder,
    path,
    { phase: "count pairs", parts },
    control,
    () => store.run(splitSql(rows, path), control),
  );
  if (!isSplit) return null;
  const filled = new Set((await foldersIn(path)).map(({ name }) => name));
  const split = filled.size === 0 ? 0 : await countRows(store, partFiles(path, "*"), control);
  requireRows(path, split, await countRows(store, written, control));
  const conditions = Object.fromEntries(
    MARKS.map((mark) => [mark, usedMarks.includes(mark) ? `${mark} = 1` : NEVER]),
  ) as Record<typeof MARKS[number], string>;
  if (filled.size === 0) return null;
  const nothing = `(SELECT * FROM ${partFiles(path, "*")} WHERE ${NEVER}) AS nothing`;
  return (part) => ({
    ...conditions,
    source: filled.has(`part=${part}`) ? partFiles(path, `part=${part}`) : nothing,
  });
}
