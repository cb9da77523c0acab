/**
 * Lists of offers without a drop around them, and two such lists matched user by user.
 *
 * @module
 */
import { IdTable } from "../../base/ids/id_table.ts";
import { compareIds, type IdPool } from "../../base/ids/ids.ts";
import { reorderPool, sortedOrder } from "../../base/ids/sort_ids.ts";
import type { OfferIds } from "../drop/instance/offer_ids.ts";

/** Offers with their scores, where these are known. */
export interface OfferList extends OfferIds {
  /** Float64Array, length rows: score of each; null: not known. */
  readonly score: Float64Array | null;
}

/** One side of {@link MatchedOffers}: offers in CSR order by user, each user's by contract id. */
export interface OfferSide {
  /** Uint32Array, length users + 1. */
  readonly start: Uint32Array;
  /** Uint32Array, length offers: index into `contracts` of {@link MatchedOffers}. */
  readonly contract: Uint32Array;
  /** Float64Array, length offers; null: not known. */
  readonly score: Float64Array | null;
  /** Rows that repeat a pair; of its rows the first counts. */
  readonly repeated: number;
}

/** Two lists of offers with users and contracts numbered alike, by id, so that the order of rows does not matter. */
export interface MatchedOffers {
  /** Users that have an offer in either list, by id. */
  readonly users: IdPool;
  /** Contracts that occur in either list, by id. */
  readonly contracts: readonly string[];
  /** The first list. */
  readonly before: OfferSide;
  /** The second list. */
  readonly after: OfferSide;
}

/** Matches two lists. Sorts the ids and goes over the rows twice. */
export function matchOffers(before: OfferList, after: OfferList): MatchedOffers {
  const table = new IdTable();
  const ownUsers = [before, after].map(({ userIds }) => table.internAll(userIds));
  const order = sortedOrder(table.pool), place = new Uint32Array(order.length);
  order.forEach((u, at) => place[u] = at);
  const contracts = [...new Set([...before.contractIds, ...after.contractIds])].sort(compareIds);
  const contractAt = new Map(contracts.map((id, c) => [id, c]));
  const side = (list: OfferList, own: Uint32Array) =>
    sideOf(
      list,
      own.map((u) => place[u]) as Uint32Array,
      Uint32Array.from(list.contractIds, (id) => contractAt.get(id)!),
      order.length,
    );
  return {
    users: reorderPool(table.pool, order),
    contracts,
    before: side(before, ownUsers[0]),
    after: side(after, ownUsers[1]),
  };
}

/** One list as a side: rows by user (a counting sort), each user's by contract, repeats dropped. */
function sideOf(
  { user, contract, score }: OfferList,
  userAt: Uint32Array,
  contractAt: Uint32Array,
  users: number,
): OfferSide {
  const rowStart = new Uint32Array(users + 1);
  for (const u of user) rowStart[userAt[u] + 1]++;
  for (let u = 0; u < users; u++) rowStart[u + 1] += rowStart[u];
  const next = rowStart.slice(0, users), rows = new Uint32Array(user.length);
  for (let row = 0; row < user.length; row++) rows[next[userAt[user[row]]]++] = row;
  const start = new Uint32Array(users + 1), own = new Uint32Array(user.length);
  const scores = score === null ? null : new Float64Array(user.length);
  let at = 0, repeated = 0;
  for (let u = 0; u < users; u++) {
    const from = at;
    for (let i = rowStart[u]; i < rowStart[u + 1]; i++) {
      const c = contractAt[contract[rows[i]]];
      let to = at;
      while (to > from && own[to - 1] > c) to--;
      if (to > from && own[to - 1] === c) {
        repeated++;
        continue;
      }
      own.copyWithin(to + 1, to, at);
      own[to] = c;
      if (scores !== null) {
        scores.copyWithin(to + 1, to, at);
        scores[to] = score![rows[i]];
      }
      at++;
    }
    start[u + 1] = at;
  }
  return {
    start,
    contract: own.subarray(0, at),
    score: scores?.subarray(0, at) ?? null,
    repeated,
  };
}
