/**
 * Writes how synthetic users answer offers.
 *
 * @module
 */
import { csvField } from "../base/csv_field.ts";
import type { FileWriter } from "../io/bytes/file_set.ts";
import { TextBuffer } from "../io/bytes/text_buffer.ts";
import { NO_GROUP, type SyntheticDrop } from "./synthetic_drop.ts";
import type { SyntheticTruth } from "./synthetic_truth.ts";

/** The offers of a week, by user. */
export interface WeekOffers {
  /** Which week, from 1. */
  readonly week: number;
  /** Number of users. */
  readonly users: number;
  /** Id of user u. */
  readonly userId: (u: number) => number;
  /** Place of user u's group among the drop's, or {@link NO_GROUP}. */
  readonly group: (u: number) => number;
  /** Uint32Array, length users + 1: where each user's offers begin. */
  readonly offerStart: Uint32Array;
  /** Place of an offer's contract among the drop's. */
  readonly contract: (offer: number) => number;
  /** An offer's place among its user's by score, from 1. */
  readonly rank: (offer: number) => number;
}

/** What is to be expected of a cell: sums over its offers. */
export interface CellTruth {
  /** Offers. */
  offers: number;
  /** Sum of their chances to be selected. */
  selected: number;
  /** Sum of their chances to be redeemed. */
  redeemed: number;
  /** How many of them were selected. */
  seenSelected: number;
  /** How many of them were redeemed. */
  seenRedeemed: number;
}

/** What is to be expected of users who were not held out, and of those who were. */
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

/** Truth by contract and group, gathered over weeks. The key is contract × (groups + 1) + group. */
export type TruthTable = Map<number, CellTruth>;

/** Day on which the first week begins. */
const FIRST_DAY = Date.UTC(2025, 5, 5);

/** The day a week begins, as `2025-06-05`. */
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
 * contract_address, at. Users also select and redeem a little without any offer.
 *
 * @param table where what was to be expected is added up
 */
export async function writeResponses(
  files: { selections: string; redemptions: string },
  drop: SyntheticDrop,
  truth: SyntheticTruth,
  offers: WeekOffers,
  table: TruthTable,
  write: FileWriter,
): Promise<WeekTruth> {
  const { week, users, offerStart } = offers;
  const middle = drop.contracts.map((c) => `,${csvField(c.contract_address)},`);
  const unasked = truth.unaskedChances, stride = drop.groupIds.length + 1;
  const seen: WeekTruth = {
    users: 0,
    selected: 0,
    redeemed: 0,
    held_out_selected: unasked.select,
    held_out_redeemed: unasked.redeem,
  };
  await write(files.selections, async (selectionSink) => {
    await write(files.redemptions, async (redemptionSink) => {
      const selections = new TextBuffer(selectionSink),
        redemptions = new TextBuffer(redemptionSink);
      selections.text(HEADER);
      redemptions.text(HEADER);
      for (let u = 0; u < users; u++) {
        const id = offers.userId(u), g = offers.group(u);
        let notSelected = 1 - unasked.select, notRedeemed = 1 - unasked.redeem;
        const say = (out: TextBuffer, c: number, seconds: number) => {
          out.whole(id);
          out.text(middle[c]);
          out.text(`${timeOf(week, seconds)}\n`);
        };
        for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
          const c = offers.contract(o), chances = truth.chances(c, g, offers.rank(o));
          const { selected, redeemed } = truth.answer(chances, week, id, c);
          const seconds = truth.secondsInto(week, id, c);
          if (selected) say(selections, c, seconds);
          if (redeemed) say(redemptions, c, seconds + 3600);
          notSelected *= 1 - chances.select;
          notRedeemed *= 1 - chances.redeem;
          const cell = cellOf(table, c * stride + (g === NO_GROUP ? stride - 1 : g));
          countOffer(cell, chances, { selected, redeemed });
        }
        const also = truth.unasked(week, id);
        // A contract that the user may well not have been offered.
        const c = (id * 7919 + week) % drop.contracts.length;
        if (also.selected) say(selections, c, truth.secondsInto(week, id, c));
        if (also.redeemed) say(redemptions, c, truth.secondsInto(week, id, c) + 3600);
        if (!truth.isHeldOut(week, id)) {
          seen.users++;
          seen.selected += 1 - notSelected;
          seen.redeemed += 1 - notRedeemed;
        }
        if (selections.full) await selections.flush();
        if (redemptions.full) await redemptions.flush();
      }
      await selections.end();
      await redemptions.end();
    });
  });
  return seen;
}

/** Counts an offer, what was to be expected of it, and what came. */
function countOffer(
  cell: CellTruth,
  chances: { readonly select: number; readonly redeem: number },
  { selected, redeemed }: { readonly selected: boolean; readonly redeemed: boolean },
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

/** Of claims that are not redeemed, those that still may be. */
const LIVE = 0.3;
/** What budgets are planned by: the redemption rate, and how much of a sponsored contract's is given out more than once. */
const PLANNED_RATE = 0.25, OVERAGE = 1.5;

/**
 * Budgets of the contracts after those offers, as `divvy caps` reads them: at the rate that budgets are planned by, what is left
 * pays for as many units as the contract's cap.
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
