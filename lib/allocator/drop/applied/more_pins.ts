/**
 * Adds pins to a drop that has been read already.
 *
 * @module
 */
import { type Instance, userOfPair } from "../instance/instance.ts";
import { withMoreRows } from "../before/given_rows.ts";

/**
 * The drop with more pins. The pins that it has keep their rows, and each new one gets a row of its own.
 *
 * @param isMore Uint8Array, length pairs: 1 for a pair that must be given
 * @param place what messages call the place of the new pins
 */
export function withMorePins(instance: Instance, isMore: Uint8Array, place: string): Instance {
  const { pins: own, users, contract, contracts } = instance;
  const isPinned = isMore.slice(), ownAt = new Map<number, number>();
  own?.pair.forEach((p, i) => {
    isPinned[p] = 1;
    ownAt.set(p, i);
  });
  const pair = new Uint32Array(isPinned.reduce((n, is) => n + is, 0));
  if (pair.length === 0) return instance;
  const row = new Uint32Array(pair.length), created = new Uint8Array(pair.length);
  const first = own === undefined ? 0 : own.row.reduce((most, r) => Math.max(most, r + 1), 0);
  for (let i = 0, p = isPinned.indexOf(1); p >= 0; i++, p = isPinned.indexOf(1, p + 1)) {
    const at = ownAt.get(p);
    pair[i] = p;
    row[i] = at === undefined ? first + p : own!.row[at];
    created[i] = at === undefined ? 0 : own!.created[at];
  }
  const textOf = (p: number) =>
    `${place} (${users.at(userOfPair(instance, p))}, ${contracts[contract[p]]})`;
  const rows = withMoreRows(own?.rows ?? null, first, place, textOf);
  return { ...instance, pins: { pair, created, row, rows } };
}
