/**
 * Bans pairs of a drop that has been read already.
 *
 * @module
 */
import { IdPool } from "../../../base/ids/ids.ts";
import { reorderPool, sortedOrder } from "../../../base/ids/sort_ids.ts";
import { BANNED, type HeldBack } from "../before/held_back.ts";
import { withMoreRows } from "../before/given_rows.ts";
import type { Instance } from "../instance/instance.ts";
import { withoutPairs } from "../pairs/without_pairs.ts";

/**
 * The drop without the pairs that `isOut` marks. They are kept aside as banned, so that explain can say why they are missing.
 *
 * @param isOut Uint8Array, length pairs: 1 for a banned pair
 * @param place what messages call the place of the ban, such as a file
 */
export function banPairs(instance: Instance, isOut: Uint8Array, place: string): Instance {
  if (!isOut.includes(1)) return instance;
  const heldBack = heldBackWith(instance, isOut, place);
  // Limits are compiled for the pairs that are left, and may count none of them: they must know that some are kept out.
  return withoutPairs({ ...instance, heldBack }, isOut);
}

/** A pair that is kept out. */
type HeldPair = { contract: number; score: number; reason: number; detail: number };

function heldBackWith(instance: Instance, isOut: Uint8Array, place: string): HeldBack {
  const { heldBack, users, start, contract, score } = instance;
  const rows = rowsWith(heldBack, place);
  const ids: string[] = [], lists: HeldPair[][] = [], known = new Map<string, number>();
  const listOf = (id: string): HeldPair[] => {
    const at = known.get(id);
    if (at !== undefined) return lists[at];
    known.set(id, ids.push(id) - 1);
    return lists[lists.push([]) - 1];
  };
  for (let u = 0; u < (heldBack?.users.length ?? 0); u++) {
    const list = listOf(heldBack!.users.at(u));
    for (let i = heldBack!.start[u]; i < heldBack!.start[u + 1]; i++) {
      const { contract: c, score: s, reason, detail } = heldBack!;
      list.push({ contract: c[i], score: s[i], reason: reason[i], detail: detail[i] });
    }
  }
  for (let p = isOut.indexOf(1), u = 0; p >= 0; p = isOut.indexOf(1, p + 1)) {
    while (start[u + 1] <= p) u++;
    listOf(users.at(u)).push({
      contract: contract[p],
      score: score[p],
      reason: BANNED,
      detail: rows.next,
    });
  }
  const pool = IdPool.from(ids), order = sortedOrder(pool);
  const all = Array.from(order, (i) => lists[i].sort((a, b) => a.contract - b.contract));
  const ends = new Uint32Array(all.length + 1);
  all.forEach((list, i) => ends[i + 1] = ends[i] + list.length);
  const flat = all.flat();
  return {
    users: reorderPool(pool, order),
    start: ends,
    contract: Uint32Array.from(flat, (held) => held.contract),
    score: Float64Array.from(flat, (held) => held.score),
    reason: Uint8Array.from(flat, (held) => held.reason),
    detail: Int32Array.from(flat, (held) => held.detail),
    bans: rows.places,
    historyFiles: heldBack?.historyFiles ?? null,
  };
}

/** The places of the rows of bans, with one more row, `next`, for the bans that are added. */
function rowsWith(heldBack: HeldBack | undefined, place: string) {
  let next = 0;
  heldBack?.reason.forEach((reason, i) => {
    if (reason === BANNED) next = Math.max(next, heldBack.detail[i] + 1);
  });
  return { next, places: withMoreRows(heldBack?.bans ?? null, next, place) };
}
