/**
 * Writes how synthetic users answer assignments that were made for them.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import { FileSet } from "../io/bytes/file_set.ts";
import { type IdRows, readIdRows } from "../io/tables/id_rows.ts";
import { sortOffers } from "../review/sort_offers.ts";
import {
  truthCsv,
  type TruthTable,
  type WeekOffers,
  writeResponses,
} from "./generate_responses.ts";
import { refuseExisting } from "./refuse_existing.ts";
import { SyntheticDrop, type SyntheticOptions } from "./synthetic_drop.ts";
import { SyntheticTruth } from "./synthetic_truth.ts";

/** What is answered, and where answers go. */
export interface AnswerOptions extends SyntheticOptions {
  /** Folder for the files; made where there is none. */
  dir: string;
  /** Assignments of the drop that the other options make. */
  answersTo: string;
  /** Whether files that are there are written over. @default false */
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
 * Writes `selections.csv`, `redemptions.csv` and `truth.csv` into a folder: answers of a synthetic drop's users to
 * assignments, drawn as those of a history are ({@link SyntheticTruth}). All three appear, or none does.
 *
 * @throws {InputError} for a user or a contract that the drop does not have, and where a file is there already (unless `force`)
 */
export async function generateAnswers(options: AnswerOptions): Promise<AnswerReport> {
  const { dir, answersTo, force = false } = options;
  const files = {
    selections: `${dir}/selections.csv`,
    redemptions: `${dir}/redemptions.csv`,
    truth: `${dir}/truth.csv`,
  };
  if (!force) await refuseExisting(Object.values(files));
  const drop = new SyntheticDrop(options), truth = new SyntheticTruth(drop, options.seed ?? 1);
  const rows = await readIdRows(answersTo, ["user_id", "contract_address"], { number: "score" });
  const offers = offersOf(rows, drop, answersTo), table: TruthTable = new Map();
  await Deno.mkdir(dir, { recursive: true });
  const set = new FileSet();
  try {
    await writeResponses(files, drop, truth, offers, table, set.write);
    await set.writeText(files.truth, truthCsv(drop, table));
    await set.commit();
  } catch (error) {
    await set.discard();
    throw error;
  }
  return { files, offers: offers.offerStart[offers.users] };
}

/** The assignments as offers to the drop's users, those without any included. */
function offersOf(rows: IdRows, drop: SyntheticDrop, file: string): WeekOffers {
  const [users, contracts] = rows.ids, [user, contract] = rows.codes;
  const place = new Map(drop.contracts.map((c, i) => [c.contract_address, i]));
  const userAt = new Map<string, number>();
  for (let u = 0; u < drop.users; u++) userAt.set(String(drop.userId(u)), u);
  const places = (ids: typeof users, of: ReadonlyMap<string, number>, column: string) =>
    Uint32Array.from(ids.pool.toArray(), (id) => {
      const at = of.get(id);
      if (at !== undefined) return at;
      const expected = "one of the drop that the other options make";
      throw InputError.at({ file, column, value: id, expected });
    });
  const userOf = places(users, userAt, "user_id");
  const contractOf = places(contracts, place, "contract_address");
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
