/**
 * Writes a synthetic drop as the four input files.
 *
 * @module
 */
import type { RunControl } from "../base/progress.ts";
import { UsageError } from "../base/errors.ts";
import { type FileWriter, writeTogether } from "../io/bytes/file_set.ts";
import { viewOf } from "../base/ids/id_table.ts";
import { IdPool } from "../base/ids/ids.ts";
import { makeFolder } from "../io/bytes/make_folder.ts";
import { pathIn } from "../base/text/path_in.ts";
import { TextBuffer } from "../io/bytes/text_buffer.ts";
import { refuseExisting } from "./refuse_existing.ts";
import { reportProgress } from "./report_progress.ts";
import { type HistoryFiles, historyFiles, writeWeeks } from "./generate_weeks.ts";
import { NO_GROUP, SyntheticDrop } from "./synthetic_drop.ts";
import type { SyntheticOptions } from "./synthetic_options.ts";

/** Options of {@link generateDrop}. */
export interface GenerateOptions extends SyntheticOptions, RunControl {
  /** Folder for the files; created if it does not exist. */
  dir: string;
  /** Format of the eligibility and user-groups files. @default "csv" */
  format?: "csv" | "parquet";
  /** Whether existing files are overwritten. @default false */
  force?: boolean;
  /** Weeks of history before the drop: see {@link GenerateReport.history}. @default 0 */
  weeks?: number;
}

/** What was written. */
export interface GenerateReport {
  /** Paths of the four files. */
  files: { caps: string; elig: string; userGroups: string; groupRatios: string };
  /** Users that have eligible pairs, including those without a group. */
  users: number;
  /** Rows of the eligibility file, including repeated pairs. */
  pairs: number;
  /** The files of the weeks before the drop; null: none. */
  history: HistoryFiles | null;
}

/** Users between two reports of progress. */
const TICK_USERS = 1 << 14;

/**
 * Writes `caps.csv`, `elig.csv`, `user_groups.csv` and `group_ratios.csv` (or the middle two as `.parquet`): a seeded
 * synthetic drop; see {@link SyntheticDrop}. The same options give the same bytes. The files are streamed, so that memory holds
 * a few numbers per user only. Either all files appear or none. With `weeks` it also writes a history of as many drops of the
 * same users, contracts and groups: offers, selections, redemptions, users held out, budgets, and the true rates.
 *
 * @throws {UsageError} for an option out of range
 * @throws {InputError} where one of the files exists (unless `force`) or can't be made
 */
export async function generateDrop(options: GenerateOptions): Promise<GenerateReport> {
  const { dir, format = "csv", force = false, weeks = 0 } = options;
  if (format !== "csv" && format !== "parquet") {
    throw new UsageError(`--format is ${format}, expected csv or parquet`);
  }
  const drop = new SyntheticDrop(options);
  const files = {
    caps: pathIn(dir, "caps.csv"),
    elig: pathIn(dir, `elig.${format}`),
    userGroups: pathIn(dir, `user_groups.${format}`),
    groupRatios: pathIn(dir, "group_ratios.csv"),
  };
  if (!(Number.isInteger(weeks) && weeks >= 0)) {
    throw new UsageError(`--weeks is ${weeks}, expected a whole number of at least 0`);
  }
  const history = weeks === 0 ? null : historyFiles(dir, weeks);
  const ofWeeks = history === null ? [] : history.weeks.flatMap((week) => Object.values(week));
  const ofHistory = history === null ? [] : [history.truth, history.weekTruth, history.budgets];
  if (!force) await refuseExisting([...Object.values(files), ...ofWeeks, ...ofHistory]);
  const folders = Array.from({ length: weeks }, (_, i) => pathIn(dir, `weeks/${i + 1}`));
  const inside = weeks === 0 ? [] : [pathIn(dir, "weeks"), ...folders];
  const folder = await makeFolder(dir, ...inside);
  try {
    const pairs = await writeTogether(async (set) => {
      await set.writeText(files.caps, capsCsv(drop));
      await set.writeText(files.groupRatios, groupRatiosCsv(drop));
      const pairs = await writeLargeFiles(files, drop, set.write, options);
      if (history !== null) await writeWeeks(history, options, set);
      return pairs;
    });
    return { files, users: drop.users, pairs, history };
  } finally {
    await folder[Symbol.asyncDispose]();
  }
}

/** Writes the eligibility and user-groups files; returns the rows of the former. */
async function writeLargeFiles(
  files: GenerateReport["files"],
  drop: SyntheticDrop,
  write: FileWriter,
  options: GenerateOptions,
): Promise<number> {
  if (options.format === "parquet") {
    const { writeEligParquet, writeUserGroupsParquet } = await import("./generate_parquet.ts");
    await writeUserGroupsParquet(files.userGroups, drop, write);
    return await writeEligParquet(files.elig, drop, write, options);
  }
  await writeUserGroupsCsv(files.userGroups, drop, write);
  return await writeEligCsv(files.elig, drop, write, options);
}

function capsCsv({ contracts }: SyntheticDrop): string {
  const rows = contracts.map((c) =>
    `${c.contract_address},${c.brand_id},${c.is_sponsored},${
      c.face_value.toFixed(1)
    },${c.cap_face}\n`
  );
  return "contract_address,brand_id,is_sponsored,face_value,cap_face\n" + rows.join("");
}

function groupRatiosCsv({ groupIds, ratio }: SyntheticDrop): string {
  const rows = groupIds.map((id, g) => `${id},${ratio[g]}\n`);
  return "group_id,sponsorship_ratio\n" + rows.join("");
}

function writeUserGroupsCsv(path: string, drop: SyntheticDrop, write: FileWriter): Promise<void> {
  const { groupIds, group } = drop;
  return write(path, async (sink) => {
    const out = new TextBuffer(sink);
    out.text("user_id,group_id\n");
    for (let u = 0; u < drop.users; u++) {
      if (group[u] === NO_GROUP) continue;
      out.whole(drop.userId(u));
      out.text(`,${groupIds[group[u]]}\n`);
      if (out.full) await out.flush();
    }
    await out.end();
  });
}

async function writeEligCsv(
  path: string,
  drop: SyntheticDrop,
  write: FileWriter,
  control: RunControl,
): Promise<number> {
  const { bytes, offsets } = IdPool.from(drop.contracts.map((c) => `,${c.contract_address},`));
  const middle = viewOf(bytes);
  let rows = 0;
  await write(path, async (sink) => {
    const out = new TextBuffer(sink);
    out.text("user_id,contract_address,score\n");
    for (let u = 0; u < drop.users; u++) {
      const id = drop.userId(u), { length, contract, micro } = drop.pairsOf(u);
      for (let i = 0; i < length; i++) {
        out.whole(id);
        out.copy(middle, offsets[contract[i]], offsets[contract[i] + 1]);
        out.number(micro[i] / 1e6);
        out.byte(10);
      }
      rows += length;
      if (out.full) await out.flush();
      if (u % TICK_USERS === 0) reportProgress(control, u / drop.users, rows);
    }
    await out.end();
  });
  return rows;
}
