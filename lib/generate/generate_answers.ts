/**
 * Writes the answers of synthetic users to given assignments.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import { makeFolder } from "../io/bytes/make_folder.ts";
import { pathIn } from "../base/text/path_in.ts";
import { writeTogether } from "../io/bytes/file_set.ts";
import { type IdRows, readIdRows } from "../io/tables/id_rows.ts";
import { sortOffers } from "../review/sort_offers.ts";
import {
  truthCsv,
  type TruthTable,
  type WeekOffers,
  writeResponses,
} from "./generate_responses.ts";
import { refuseExisting } from "./refuse_existing.ts";
import { SyntheticDrop } from "./synthetic_drop.ts";
import { SYNTHETIC_DEFAULTS, type SyntheticOptions } from "./synthetic_options.ts";
import { SyntheticTruth } from "./synthetic_truth.ts";

/** Options of {@link generateAnswers}. */
export interface AnswerOptions extends SyntheticOptions {
  /** Folder for the files; created if it does not exist. */
  dir: string;
  /** File with assignments of the synthetic drop that the other options describe. */
  answersTo: string;
  /** Whether existing files are overwritten. @default false */
  force?: boolean;
}

/** What was written. */
export interface AnswerReport {
  /** Paths of the files. */
  files: { selections: string; redemptions: string; truth: string };
  /** Offers answered. */
  offers: number;
}

/**
 * Writes `selections.csv`, `redemptions.csv` and `truth.csv` to a folder: answers of a synthetic drop's users to assignments,
 * drawn by {@link SyntheticTruth} as in a history. Either all three appear or none.
 *
 * @throws {InputError} for a user or contract that the drop does not have, and where a file exists (unless `force`)
 */
export async function generateAnswers(options: AnswerOptions): Promise<AnswerReport> {
  const { dir, answersTo, force = false } = options;
  const files = {
    selections: pathIn(dir, "selections.csv"),
    redemptions: pathIn(dir, "redemptions.csv"),
    truth: pathIn(dir, "truth.csv"),
  };
  if (!force) await refuseExisting(Object.values(files));
  const drop = new SyntheticDrop(options),
    truth = new SyntheticTruth(drop, options.seed ?? SYNTHETIC_DEFAULTS.seed);
  const rows = await readIdRows(answersTo, ["user_id", "contract_address"], { number: "score" });
  const offers = offersOf(rows, drop), table: TruthTable = new Map();
  const folder = await makeFolder(dir);
  try {
    await writeTogether(async (set) => {
      await writeResponses(files, drop, truth, offers, table, set.write);
      await set.writeText(files.truth, truthCsv(drop, table));
    });
  } finally {
    await folder[Symbol.asyncDispose]();
  }
  return { files, offers: offers.offerStart[offers.users] };
}

/** The assignments as offers to all of the drop's users, including those without any. */
function offersOf(rows: IdRows, drop: SyntheticDrop): WeekOffers {
  const [user, contract] = rows.codes;
  const contractIndex = new Map(drop.contracts.map((c, i) => [c.contract_address, i]));
  const userIndex = new Map<string, number>();
  for (let u = 0; u < drop.users; u++) userIndex.set(String(drop.userId(u)), u);
  const indices = (i: number, indexOf: ReadonlyMap<string, number>, column: string) =>
    Uint32Array.from(rows.ids[i].pool.toArray(), (id, at) => {
      const index = indexOf.get(id);
      if (index !== undefined) return index;
      const expected = "one of the drop that the other options make";
      throw InputError.at({
        ...rows.placeOf(rows.codes[i].indexOf(at)),
        column,
        value: id,
        expected,
      });
    });
  const userOf = indices(0, userIndex, "user_id");
  const contractOf = indices(1, contractIndex, "contract_address");
  const sorted = sortOffers({
    users: drop.users,
    user: user.map((u) => userOf[u]),
    contract: contract.map((c) => contractOf[c]),
    score: rows.number,
  });
  return {
    week: 1,
    users: drop.users,
    userId: (u) => drop.userId(u),
    group: (u) => drop.group[u],
    offerStart: sorted.offerStart,
    contract: (o) => sorted.contract[o],
    rank: (o) => sorted.rank?.[o] ?? 1,
  };
}
