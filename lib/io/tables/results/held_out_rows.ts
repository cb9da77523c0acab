/**
 * Joins the offers of a drop and the random offers of users held out of it in one list.
 *
 * @module
 */
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import type { Offers } from "../../../allocator/model/offers.ts";
import { joinedBytes } from "../../../base/arrays/joined_bytes.ts";
import { IdPool } from "../../../base/ids/ids.ts";
import { reorderPool, sortedOrder } from "../../../base/ids/sort_ids.ts";

/**
 * A drop's columns and offers as they are written, and a Uint8Array, length users, with 1 for users held out; null where no
 * user held out has offers.
 */
export type OfferRows = [instance: Instance, offers: Offers, isHeldOut: Uint8Array | null];

/** The rows to write; users held out that have offers are sorted in among the others. */
export function withHeldOut(instance: Instance, offers: Offers): OfferRows {
  const held = instance.heldOut;
  if (held?.offers === undefined) return [instance, offers, null];
  const out = held.instance, own = instance.group.length, all = own + out.group.length;
  const bytes = joinedBytes(instance.users.bytes, out.users.bytes);
  const offsets = new Uint32Array(all + 1);
  offsets.set(instance.users.offsets.subarray(0, own + 1));
  for (let u = 0; u <= out.group.length; u++) {
    offsets[own + u] = instance.users.bytes.length + out.users.offsets[u];
  }
  const pool = new IdPool(bytes, offsets), order = sortedOrder(pool);
  const pairs = instance.score.length;
  const offerStart = new Uint32Array(all + 1);
  const offerPair = new Uint32Array(offers.offerPair.length + held.offers.offerPair.length);
  let at = 0;
  order.forEach((u, i) => {
    const [from, of, shift] = u < own ? [offers, u, 0] : [held.offers!, u - own, pairs];
    for (let o = from.offerStart[of]; o < from.offerStart[of + 1]; o++) {
      offerPair[at++] = from.offerPair[o] + shift;
    }
    offerStart[i + 1] = at;
  });
  const contract = new Uint32Array(pairs + out.score.length);
  contract.set(instance.contract);
  contract.set(out.contract, pairs);
  const score = new Float64Array(contract.length);
  score.set(instance.score);
  score.set(out.score, pairs);
  const group = Uint32Array.from(order, (u) => u < own ? instance.group[u] : out.group[u - own]);
  return [
    { ...instance, users: reorderPool(pool, order), group, contract, score },
    { offerStart, offerPair },
    Uint8Array.from(order, (u) => u < own ? 0 : 1),
  ];
}
