/**
 * Assignments as read from a file. They may come from any program, so nothing about them is assumed.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import type { OfferIds } from "../drop/instance/offer_ids.ts";
import type { Offers } from "./offers.ts";

/** Rows of an assignments file in columns, in the order of the file. */
export interface AssignmentTable extends OfferIds {
  /** Float64Array, length rows: score as written. */
  readonly score: Float64Array;
  /** Float64Array, length rows: line of the file, counted from 1, header included. */
  readonly line: Float64Array;
  /** Names of the files, where there are several. @default one file, which the caller knows */
  readonly files?: readonly string[];
  /** Uint32Array, length rows: index into `files`; absent where they are. */
  readonly file?: Uint32Array;
  /** Rows of nothing but separators, left out. @default 0 */
  readonly blankRows?: number;
}

/** The offers of an allocation as a table, as if they had been written to a file and read back. */
export function assignmentTableOf(instance: Instance, offers: Offers): AssignmentTable {
  const { offerStart, offerPair } = offers;
  const rows = offerPair.length;
  const user = new Uint32Array(rows), contract = new Uint32Array(rows);
  const score = new Float64Array(rows), line = new Float64Array(rows);
  for (let u = 0; u + 1 < offerStart.length; u++) {
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      user[o] = u;
      contract[o] = instance.contract[offerPair[o]];
      score[o] = instance.score[offerPair[o]];
      line[o] = o + 2;
    }
  }
  return {
    userIds: instance.users,
    contractIds: instance.contracts,
    user,
    contract,
    score,
    line,
  };
}
