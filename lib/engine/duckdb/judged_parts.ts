/**
 * What is certified, split by user into files, so that each part of the certification reads its own rows only.
 *
 * Without it every part reads all pairs and keeps those of its users, which is quicker where parts are few.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import { type Judged, partOf, partOfUser } from "../sql/certify/judge_sql.ts";
import { SPLIT_FROM, splitWhereRoom } from "./part_files.ts";
import { areSplit, requireAll, splitByUser, type SplitSources } from "./split_by_user.ts";
import type { DuckDbStore } from "./store.ts";
import type { WorkFolder } from "./work_folder.ts";

/** The table of users whose pairs come again, with the part of each. */
const REPEATED = "judged_repeated";

/** How what is certified is split. */
export interface JudgedSplit {
  /** Rows of the pairs; null: not known. */
  readonly pairRows: number | null;
  /** Pairs and groups that were split before; null: none were. They are used where they are those that are judged. */
  readonly before: SplitSources<"pairs" | "userGroups"> | null;
}

/**
 * The same with sources split, where there are many parts and the disk has room, or where they are split already; the caller
 * removes the files with {@link WorkFolder.clear}.
 *
 * @throws InputError where files have lost rows
 */
export async function splitJudged(
  store: DuckDbStore,
  folder: WorkFolder,
  judged: Judged,
  { pairRows, before }: JudgedSplit,
  control: RunControl,
): Promise<Judged> {
  if (areSplit(before, judged)) {
    await requireAll(store, before!, pairRows, control);
    return await besideSplit(store, folder, judged, before!, control);
  }
  const { parts = 1, pairs, userGroups, result } = judged;
  if (parts < SPLIT_FROM) return judged;
  const split = await splitIn(store, folder, { pairs, userGroups, result }, parts, control);
  if (split === null) return judged;
  await requireAll(store, split, pairRows, control);
  const repeated = await repeatedOf(store, judged, parts, control);
  return {
    ...judged,
    split: (part) => ({
      pairs: split.source("pairs", part),
      userGroups: split.source("userGroups", part),
      result: split.source("result", part),
      users: repeated(part),
    }),
  };
}

/** What is judged in the parts of pairs and groups that are split already. */
async function besideSplit(
  store: DuckDbStore,
  folder: WorkFolder,
  judged: Judged,
  before: SplitSources<"pairs" | "userGroups">,
  control: RunControl,
): Promise<Judged> {
  const { parts } = before, { result } = judged;
  const split = parts < SPLIT_FROM
    ? null
    : await splitIn(store, folder, { result }, parts, control);
  if (split !== null) await requireAll(store, split, null, control);
  const repeated = await repeatedOf(store, judged, parts, control);
  return {
    ...judged,
    parts,
    split: (part) => ({
      pairs: before.source("pairs", part),
      userGroups: before.source("userGroups", part),
      result: split?.source("result", part) ??
        partOf(store.dialect, { ...judged, parts }, part).result,
      users: repeated(part),
    }),
  };
}

/** Splits sources; null where the disk has no room. */
async function splitIn<Name extends "pairs" | "userGroups" | "result">(
  store: DuckDbStore,
  folder: WorkFolder,
  sources: Readonly<Record<Name, string>>,
  parts: number,
  control: RunControl,
): Promise<SplitSources<Name> | null> {
  let split: SplitSources<Name> | null = null;
  const of = { phase: "certify", parts };
  await splitWhereRoom(folder, folder.judged, of, control, async () => {
    split = await splitByUser(store, folder.judged, sources, parts, control);
  });
  return split;
}

/**
 * By part, the users whose pairs come again: few of all, found once, as reading all users again for each part takes longer than
 * judging where parts are many.
 */
async function repeatedOf(
  store: DuckDbStore,
  { users }: Judged,
  parts: number,
  control: RunControl,
): Promise<(part: number) => string | undefined> {
  if (users === undefined) return () => undefined;
  await store.run(
    `CREATE OR REPLACE TABLE ${REPEATED} AS SELECT user_id AS uid, dup, ${
      partOfUser(store.dialect, parts)
    } AS part FROM (SELECT uid AS user_id, dup FROM ${users} WHERE dup > 0) AS repeated`,
    control,
  );
  return (part) => `(SELECT uid, dup FROM ${REPEATED} WHERE part = ${part}) AS repeated_users`;
}
