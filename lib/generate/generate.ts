/**
 * Writes a synthetic drop as the four input files.
 *
 * @module
 */
import type { RunControl } from "../base/progress.ts";
import { UsageError } from "../base/errors.ts";
import { writeAtomic, writeTextAtomic } from "../io/bytes/atomic_file.ts";
import { viewOf } from "../base/id_table.ts";
import { IdPool } from "../base/ids.ts";
import { TextBuffer } from "../io/bytes/text_buffer.ts";
import { reportProgress } from "./report_progress.ts";
import { NO_GROUP, SyntheticDrop, type SyntheticOptions } from "./synthetic_drop.ts";

/** What is written where. */
export interface GenerateOptions extends SyntheticOptions, RunControl {
  /** Folder for the files; made where there is none. */
  dir: string;
  /** How the eligibility and user-groups files are written. @default "csv" */
  format?: "csv" | "parquet";
}

/** What was written. */
export interface GenerateReport {
  /** Paths of the four files. */
  files: { caps: string; elig: string; userGroups: string; groupRatios: string };
  /** Users that have eligible pairs, those without a group included. */
  users: number;
  /** Rows of the eligibility file, repeats included. */
  pairs: number;
}

/** Users between two reports of progress. */
const TICK_USERS = 1 << 14;

/**
 * Writes `caps.csv`, `elig.csv`, `user_groups.csv` and `group_ratios.csv` (or the middle two as `.parquet`): a seeded
 * synthetic drop, see {@link SyntheticDrop}. The same options give the same bytes. The files are streamed: memory is
 * that of a few numbers per user.
 *
 * @throws {UsageError} for an option out of range
 */
export async function generateDrop(options: GenerateOptions): Promise<GenerateReport> {
  const { dir, format = "csv" } = options;
  if (format !== "csv" && format !== "parquet") {
    throw new UsageError(`--format is ${format}, expected csv or parquet`);
  }
  const drop = new SyntheticDrop(options);
  await Deno.mkdir(dir, { recursive: true });
  const files = {
    caps: `${dir}/caps.csv`,
    elig: `${dir}/elig.${format}`,
    userGroups: `${dir}/user_groups.${format}`,
    groupRatios: `${dir}/group_ratios.csv`,
  };
  await writeTextAtomic(files.caps, capsCsv(drop));
  await writeTextAtomic(files.groupRatios, groupRatiosCsv(drop));
  if (format === "parquet") {
    const { writeEligParquet, writeUserGroupsParquet } = await import("./generate_parquet.ts");
    await writeUserGroupsParquet(files.userGroups, drop);
    return { files, users: drop.users, pairs: await writeEligParquet(files.elig, drop, options) };
  }
  await writeUserGroupsCsv(files.userGroups, drop);
  return { files, users: drop.users, pairs: await writeEligCsv(files.elig, drop, options) };
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

function writeUserGroupsCsv(path: string, drop: SyntheticDrop): Promise<void> {
  const { groupIds, group } = drop;
  return writeAtomic(path, async (sink) => {
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
  control: RunControl,
): Promise<number> {
  const { bytes, offsets } = IdPool.from(drop.contracts.map((c) => `,${c.contract_address},`));
  const middle = viewOf(bytes);
  let rows = 0;
  await writeAtomic(path, async (sink) => {
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
