/**
 * Pairs that history and bans keep out of a drop, kept aside so that check and explain can say why a pair is not there.
 *
 * @module
 */
import type { IdPool } from "../../../base/ids/ids.ts";
import { dayText } from "../../../base/text/day.ts";
import type { RowPlaces } from "./given_rows.ts";

/** Why a pair is kept out: it is banned, or the user lately had the contract or another one of its brand. */
export const BANNED = 0, HAD_CONTRACT = 1, HAD_BRAND = 2;

/** Pairs kept out, in CSR order by user. */
export interface HeldBack {
  /** Users that have one, sorted. */
  readonly users: IdPool;
  /** Uint32Array, length users + 1. */
  readonly start: Uint32Array;
  /** Uint32Array, by pair: index into the drop's contracts, ascending per user. */
  readonly contract: Uint32Array;
  /** Float64Array, by pair: its score as given. */
  readonly score: Float64Array;
  /** Uint8Array, by pair: {@link BANNED}, {@link HAD_CONTRACT} or {@link HAD_BRAND}. */
  readonly reason: Uint8Array;
  /** Int32Array, by pair: the row of bans, or the day of the last offer (without dates: the index of its file). */
  readonly detail: Int32Array;
  /** Where the rows of bans stand; null: there are none. */
  readonly bans: RowPlaces | null;
  /** Files of a history without dates; null: it has dates. */
  readonly historyFiles: readonly string[] | null;
}

/** Why a pair is kept out, for machines and people. */
export interface HeldBackReason {
  /** A ban, or a cooldown. */
  readonly reason: "banned" | "cooling";
  /** "had it on 2025-08-14", "bans.csv:3". */
  readonly because: string;
}

/** The index of a pair among those kept out; −1: it is not one of them. */
export function findHeldBack(heldBack: HeldBack, user: string, contract: number): number {
  const u = heldBack.users.indexOfSorted(user);
  if (u < 0) return -1;
  for (let i = heldBack.start[u]; i < heldBack.start[u + 1]; i++) {
    if (heldBack.contract[i] === contract) return i;
  }
  return -1;
}

/** Why pair `i` of those kept out is kept out. */
export function reasonHeldBack(
  { reason, detail, bans, historyFiles }: HeldBack,
  i: number,
): HeldBackReason {
  if (reason[i] === BANNED) return { reason: "banned", because: bans!.placeText(detail[i]) };
  const what = reason[i] === HAD_CONTRACT ? "it" : "its brand";
  const when = historyFiles === null ? `on ${dayText(detail[i])}` : `in ${historyFiles[detail[i]]}`;
  return { reason: "cooling", because: `had ${what} ${when}` };
}
