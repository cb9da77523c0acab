/**
 * Writes a synthetic history: weeks of drops with their answers, and the true rates.
 *
 * @module
 */
import { solveGreedy } from "../allocator/greedy/greedy.ts";
import { policyFrom } from "../allocator/model/policy.ts";
import { csvField } from "../base/text/csv_field.ts";
import type { RunControl } from "../base/progress.ts";
import { pathIn } from "../base/text/path_in.ts";
import type { FileSet, FileWriter } from "../io/bytes/file_set.ts";
import { TextBuffer } from "../io/bytes/text_buffer.ts";
import { generateInstance } from "./generate_instance.ts";
import {
  budgetsCsv,
  dayOf,
  truthCsv,
  type TruthTable,
  type WeekOffers,
  type WeekTruth,
  writeResponses,
} from "./generate_responses.ts";
import { NO_GROUP, SyntheticDrop } from "./synthetic_drop.ts";
import { SYNTHETIC_DEFAULTS, type SyntheticOptions } from "./synthetic_options.ts";
import { SyntheticTruth } from "./synthetic_truth.ts";

/** The files of one week. */
export interface WeekFiles {
  /** Offers: the columns of an assignments file, and offered_at. */
  assignments: string;
  /** Selections. */
  selections: string;
  /** Redemptions. */
  redemptions: string;
  /** Users held out: user_id. */
  heldOut: string;
}

/** The files of a history. */
export interface HistoryFiles {
  /** Files of each week, in order. */
  weeks: WeekFiles[];
  /** True rates of contracts in groups. */
  truth: string;
  /** Expected answers of each week's users. */
  weekTruth: string;
  /** Budgets of the contracts after the last week. */
  budgets: string;
}

/** Paths of a history's files in a folder. */
export function historyFiles(dir: string, weeks: number): HistoryFiles {
  return {
    weeks: Array.from({ length: weeks }, (_, i): WeekFiles => {
      const folder = pathIn(dir, `weeks/${i + 1}`);
      return {
        assignments: pathIn(folder, "assignments.csv"),
        selections: pathIn(folder, "selections.csv"),
        redemptions: pathIn(folder, "redemptions.csv"),
        heldOut: pathIn(folder, "held_out.csv"),
      };
    }),
    truth: pathIn(dir, "truth.csv"),
    weekTruth: pathIn(dir, "truth.json"),
    budgets: pathIn(dir, "budgets.csv"),
  };
}

/**
 * Writes weeks of the same users, contracts and groups. Each has pairs and scores of its own, is allocated by the greedy
 * solver and answered by {@link SyntheticTruth}. Some users are held out each week and get no offers.
 *
 * @throws the signal's reason on abort
 */
export async function writeWeeks(
  files: HistoryFiles,
  options: SyntheticOptions & RunControl,
  set: FileSet,
): Promise<void> {
  const drop = new SyntheticDrop(options),
    truth = new SyntheticTruth(drop, options.seed ?? SYNTHETIC_DEFAULTS.seed);
  const table: TruthTable = new Map(), weeks: (WeekTruth & { week: number })[] = [];
  for (const [i, week] of files.weeks.entries()) {
    options.signal?.throwIfAborted();
    options.onProgress?.({
      phase: "generate",
      done: i / files.weeks.length,
      detail: `week ${i + 1}`,
    });
    const offers = await writeOffers(week, options, drop, truth, i + 1, set.write);
    const expected = await writeResponses(week, drop, truth, offers, table, set.write);
    weeks.push({ week: i + 1, ...expected });
  }
  await set.writeText(files.truth, truthCsv(drop, table));
  await set.writeText(files.budgets, budgetsCsv(drop, table));
  await set.writeText(files.weekTruth, `${JSON.stringify({ weeks }, null, 2)}\n`);
}

/** Allocates a week's drop, and writes its offers and the users held out. */
async function writeOffers(
  files: WeekFiles,
  options: SyntheticOptions,
  drop: SyntheticDrop,
  truth: SyntheticTruth,
  week: number,
  write: FileWriter,
): Promise<WeekOffers> {
  const instance = generateInstance({ ...options, week });
  const policy = policyFrom({ k: options.k ?? SYNTHETIC_DEFAULTS.k });
  const { offerStart, offerPair } = solveGreedy(instance, policy, { seed: options.seed });
  const users = instance.group.length;
  const ids = Float64Array.from({ length: users }, (_, u) => Number(instance.users.at(u)));
  const contractOf = indicesIn(instance.contracts, drop.contracts.map((c) => c.contract_address));
  const groupOf = indicesIn(instance.groups, drop.groupIds);
  const start = new Uint32Array(users + 1), pair = new Uint32Array(offerPair.length);
  let kept = 0;
  await write(files.heldOut, async (heldOutSink) => {
    await write(files.assignments, async (sink) => {
      const heldOut = new TextBuffer(heldOutSink), out = new TextBuffer(sink);
      heldOut.text("user_id\n");
      out.text(
        "user_id,contract_address,score,is_sponsored,group_id,sponsorship_ratio,offered_at\n",
      );
      const middle = instance.contracts.map((id) => `,${csvField(id)},`);
      for (let u = 0; u < users; u++) {
        if (truth.isHeldOut(week, ids[u])) {
          heldOut.whole(ids[u]);
          heldOut.byte(10);
        } else {
          const g = instance.group[u];
          for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
            const p = offerPair[o], c = instance.contract[p];
            out.whole(ids[u]);
            out.text(middle[c]);
            out.number(instance.score[p]);
            const type = c < instance.sponsoredContracts ? "True" : "False";
            out.text(`,${type},${instance.groups[g]},${instance.ratio[g]},${dayOf(week)}\n`);
            pair[kept++] = p;
          }
          if (out.full) await out.flush();
        }
        start[u + 1] = kept;
      }
      await heldOut.end();
      await out.end();
    });
  });
  const firstOf = rankStarts(start);
  return {
    week,
    users,
    userId: (u) => ids[u],
    group: (u) => groupOf[instance.group[u]] ?? NO_GROUP,
    offerStart: start,
    contract: (o) => contractOf[instance.contract[pair[o]]],
    rank: (o) => o - firstOf[o] + 1,
  };
}

/** For each offer the index of its user's first offer; a user's offers are sorted by score. */
function rankStarts(start: Uint32Array): Uint32Array {
  const first = new Uint32Array(start[start.length - 1]);
  for (let u = 0; u + 1 < start.length; u++) first.fill(start[u], start[u], start[u + 1]);
  return first;
}

/** Index of each id in a list. */
function indicesIn(ids: readonly string[], list: readonly string[]): Uint32Array {
  const index = new Map(list.map((id, i) => [id, i]));
  return Uint32Array.from(ids, (id) => index.get(id)!);
}
