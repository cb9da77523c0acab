/**
 * Writes the answers of synthetic users to offers: selections and redemptions.
 *
 * @module
 */
import { csvField } from "../base/text/csv_field.ts";
import type { FileWriter } from "../io/bytes/file_set.ts";
import { TextBuffer } from "../io/bytes/text_buffer.ts";
import { NO_GROUP, type SyntheticDrop } from "./synthetic_drop.ts";
import type { SyntheticTruth } from "./synthetic_truth.ts";

/** The offers of a week, by user. */
export interface WeekOffers {
  /** The week's number, from 1. */
  readonly week: number;
  /** Number of users. */
  readonly users: number;
  /** Id of user u. */
  readonly userId: (u: number) => number;
  /** Index of user u's group in the drop, or {@link NO_GROUP}. */
  readonly group: (u: number) => number;
  /** Uint32Array, length users + 1: where each user's offers begin. */
  readonly offerStart: Uint32Array;
  /** Index of an offer's contract in the drop. */
  readonly contract: (offer: number) => number;
  /** Rank of an offer among its user's offers by score, from 1. */
  readonly rank: (offer: number) => number;
}

/** Expected and actual answers to the offers of a contract in a group (a cell). */
export interface CellTruth {
  /** Number of offers. */
  offers: number;
  /** Sum of their chances to be selected. */
  selected: number;
  /** Sum of their chances to be redeemed. */
  redeemed: number;
  /** Number of them that were selected. */
  seenSelected: number;
  /** Number of them that were redeemed. */
  seenRedeemed: number;
}

/** Expected answers of the users who were not held out of a week, and of those who were. */
export interface WeekTruth {
  /** Users not held out. */
  users: number;
  /** Sum of their chances to select anything. */
  selected: number;
  /** Sum of their chances to redeem anything. */
  redeemed: number;
  /** Chance of a user held out to select anything. */
  held_out_selected: number;
  /** Chance of a user held out to redeem anything. */
  held_out_redeemed: number;
}

/** The cells, summed over weeks. The key is contract × (groups + 1) + group. */
export type TruthTable = Map<number, CellTruth>;

/** Day on which the first week begins. */
const FIRST_DAY = Date.UTC(2025, 5, 5);

/** The day on which a week begins, such as `2025-06-05`. */
export function dayOf(week: number): string {
  return new Date(FIRST_DAY + 7 * 86_400_000 * (week - 1)).toISOString().slice(0, 10);
}

function timeOf(week: number, seconds: number): string {
  const time = new Date(FIRST_DAY + 7 * 86_400_000 * (week - 1) + 1000 * seconds);
  return time.toISOString().replace(".000Z", "Z");
}

const HEADER = "user_id,contract_address,at\n";

/**
 * Draws every user's answers to a week's offers and writes them as selections and redemptions: user_id,
 * contract_address, at. Users also select and redeem a little that they were not offered.
 *
 * @param table the cells, to which expected and actual answers are added
 */
export async function writeResponses(
  files: { selections: string; redemptions: string },
  drop: SyntheticDrop,
  truth: SyntheticTruth,
  offers: WeekOffers,
  table: TruthTable,
  write: FileWriter,
): Promise<WeekTruth> {
  const answers = new WeekAnswers(drop, truth, offers, table);
  await write(files.selections, async (selectionSink) => {
    await write(files.redemptions, async (redemptionSink) => {
      const selections = new TextBuffer(selectionSink),
        redemptions = new TextBuffer(redemptionSink);
      selections.text(HEADER);
      redemptions.text(HEADER);
      for (let u = 0; u < offers.users; u++) {
        answers.write(u, selections, redemptions);
        if (selections.full) await selections.flush();
        if (redemptions.full) await redemptions.flush();
      }
      await selections.end();
      await redemptions.end();
    });
  });
  return answers.expected;
}

/** Seconds from a selection to its redemption. */
const UNTIL_REDEEMED = 3600;

/** Draws users' answers in a week, one user after another. */
class WeekAnswers {
  readonly #truth: SyntheticTruth;
  readonly #offers: WeekOffers;
  readonly #table: TruthTable;
  /** By contract: its field between the others of a row. */
  readonly #middle: readonly string[];
  /** Cells of a contract: its groups, and users of none. */
  readonly #stride: number;
  /** What the users so far were expected to answer. */
  readonly expected: WeekTruth;

  constructor(drop: SyntheticDrop, truth: SyntheticTruth, offers: WeekOffers, table: TruthTable) {
    this.#truth = truth;
    this.#offers = offers;
    this.#table = table;
    this.#middle = drop.contracts.map((c) => `,${csvField(c.contract_address)},`);
    this.#stride = drop.groupIds.length + 1;
    this.expected = {
      users: 0,
      selected: 0,
      redeemed: 0,
      held_out_selected: truth.unaskedChances.select,
      held_out_redeemed: truth.unaskedChances.redeem,
    };
  }

  /** Writes the rows of user `u`: answers to its offers, and what it does without one. */
  write(u: number, selections: TextBuffer, redemptions: TextBuffer): void {
    const { week, offerStart, contract, rank, userId, group } = this.#offers;
    const truth = this.#truth, unasked = truth.unaskedChances;
    const id = userId(u), g = group(u);
    const writeAnswer = (c: number, { selected, redeemed }: Answer) => {
      const seconds = truth.secondsInto(week, id, c);
      if (selected) this.#row(selections, id, c, seconds);
      if (redeemed) this.#row(redemptions, id, c, seconds + UNTIL_REDEEMED);
    };
    let notSelected = 1 - unasked.select, notRedeemed = 1 - unasked.redeem;
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      const c = contract(o), chances = truth.chances(c, g, rank(o));
      const answer = truth.answer(chances, week, id, c);
      writeAnswer(c, answer);
      notSelected *= 1 - chances.select;
      notRedeemed *= 1 - chances.redeem;
      const place = g === NO_GROUP ? this.#stride - 1 : g;
      countOffer(cellOf(this.#table, c * this.#stride + place), chances, answer);
    }
    // Some contract that the user was probably not offered.
    writeAnswer((id * 7919 + week) % this.#middle.length, truth.unasked(week, id));
    if (truth.isHeldOut(week, id)) return;
    this.expected.users++;
    this.expected.selected += 1 - notSelected;
    this.expected.redeemed += 1 - notRedeemed;
  }

  #row(out: TextBuffer, id: number, c: number, seconds: number): void {
    out.whole(id);
    out.text(this.#middle[c]);
    out.text(`${timeOf(this.#offers.week, seconds)}\n`);
  }
}

/** Whether an offer was selected, and redeemed. */
interface Answer {
  readonly selected: boolean;
  readonly redeemed: boolean;
}

/** Adds an offer to its cell: its chances and its answer. */
function countOffer(
  cell: CellTruth,
  chances: { readonly select: number; readonly redeem: number },
  { selected, redeemed }: Answer,
): void {
  cell.offers++;
  cell.selected += chances.select;
  cell.redeemed += chances.redeem;
  if (selected) cell.seenSelected++;
  if (redeemed) cell.seenRedeemed++;
}

function cellOf(table: TruthTable, key: number): CellTruth {
  let cell = table.get(key);
  if (cell === undefined) {
    cell = { offers: 0, selected: 0, redeemed: 0, seenSelected: 0, seenRedeemed: 0 };
    table.set(key, cell);
  }
  return cell;
}

/** The truth as CSV: contract_address, group_id, offers, selection_rate, redemption_rate, means over the offers made. */
export function truthCsv({ contracts, groupIds }: SyntheticDrop, table: TruthTable): string {
  const stride = groupIds.length + 1;
  const rows = [...table].sort(([a], [b]) => a - b).map(([key, { offers, selected, redeemed }]) => {
    const c = Math.floor(key / stride), g = key % stride;
    const rates = [selected / offers, redeemed / offers].map((rate) => rate.toFixed(6)).join();
    const group = g < groupIds.length ? groupIds[g] : "";
    return `${contracts[c].contract_address},${group},${offers},${rates}\n`;
  });
  return `contract_address,group_id,offers,selection_rate,redemption_rate\n${rows.join("")}`;
}

/** Share of the claims not redeemed that still may be. */
const LIVE = 0.3;
/** Assumptions of the budgets: the redemption rate, and the factor by which sponsored contracts are overbooked. */
const PLANNED_RATE = 0.25, OVERAGE = 1.5;

/**
 * Budgets of the contracts after those offers, as `divvy caps` reads them. At the planned rate, what is left of a budget pays
 * for as many units as the contract's cap.
 */
export function budgetsCsv({ contracts, groupIds }: SyntheticDrop, table: TruthTable): string {
  const stride = groupIds.length + 1;
  const sums = contracts.map(() => ({ assigned: 0, selected: 0, redeemed: 0 }));
  for (const [key, { offers, seenSelected, seenRedeemed }] of table) {
    const sum = sums[Math.floor(key / stride)];
    sum.assigned += offers;
    sum.selected += seenSelected;
    sum.redeemed += seenRedeemed;
  }
  const rows = contracts.map((contract, c) => {
    const { contract_address, brand_id, is_sponsored, face_value, cap_face } = contract;
    const { assigned, selected, redeemed } = sums[c];
    const live = Math.round(LIVE * (selected - redeemed)), spent = redeemed * face_value;
    const left = cap_face * face_value * PLANNED_RATE / (is_sponsored ? OVERAGE : 1);
    const budget = spent + live * face_value * PLANNED_RATE + left;
    const money = [budget.toFixed(2), spent.toFixed(2), live, face_value.toFixed(2)].join();
    return `${contract_address},${brand_id},${is_sponsored},${money},${redeemed},${assigned}\n`;
  });
  return "contract_address,brand_id,is_sponsored,budget,spent,live_claims,face_value,redeemed,assigned\n" +
    rows.join("");
}
