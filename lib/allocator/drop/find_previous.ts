/**
 * Finds previous offers among the pairs of a drop.
 *
 * @module
 */
import { checkId, checkRow } from "../../base/given_field.ts";
import { type CountOrShare, parseCountOrShare } from "../../base/count_or_share.ts";
import { IdTable } from "../../base/id_table.ts";
import type { IdPool } from "../../base/ids.ts";
import { Uint32List } from "../../base/number_list.ts";
import { pairAt } from "./input_attributes.ts";
import type { Instance } from "./instance/instance.ts";
import type { LimitFamily } from "./instance/limit_family.ts";
import {
  CHANGED,
  IN_PREVIOUS,
  type Previous,
  type PreviousColumns,
  type PreviousInput,
  type PreviousReport,
} from "./instance/previous.ts";

/** Previous offers given in memory, as columns. @throws {InputError} for an offer without ids */
export function previousColumns(input: PreviousInput): PreviousColumns {
  if ("userIds" in input) return input;
  const users = new IdTable(), contracts = new IdTable();
  const user = new Uint32List(), contract = new Uint32List();
  let i = 0;
  for (const offer of input) {
    checkRow(offer, `previous[${i}]`, "{user, contract}");
    for (const column of ["user", "contract"] as const) {
      checkId(offer[column], `previous[${i}]`, column);
    }
    user.push(users.internString(offer.user));
    contract.push(contracts.internString(offer.contract));
    i++;
  }
  return {
    userIds: users.pool,
    contractIds: contracts.pool.toArray(),
    user: user.array(),
    contract: contract.array(),
  };
}

/** Finds previous offers among the pairs of a drop. One pass over the offers. */
export function findPrevious(
  instance: Instance,
  { userIds, contractIds, user, contract, blankRows = 0 }: PreviousColumns,
): { previous: Previous; report: PreviousReport } {
  const at = new Map(instance.contracts.map((id, c) => [id, c]));
  const contractOf = Int32Array.from(contractIds, (id) => at.get(id) ?? -1);
  const userOf = usersOf(instance, userIds);
  const given = new Uint8Array(instance.score.length), lost = new Uint8Array(instance.group.length);
  let repeated = 0, eligible = 0;
  // Offers that are no pair any more: repeats are found by the pair of ids.
  const others = new Set<number>();
  for (let row = 0; row < user.length; row++) {
    const u = userOf[user[row]], c = contractOf[contract[row]];
    const p = u < 0 || c < 0 ? -1 : pairAt(instance, u, c);
    if (p < 0) {
      if (u >= 0) lost[u] = 1;
      const key = user[row] * contractIds.length + contract[row];
      if (others.has(key)) repeated++;
      else others.add(key);
    } else if (given[p] === 1) repeated++;
    else {
      given[p] = 1;
      eligible++;
    }
  }
  return {
    previous: { given, lost, usersOutside: userOf.filter((u) => u < 0).length },
    report: {
      rows: user.length,
      blank_rows: blankRows,
      repeated_rows: repeated,
      eligible,
      ineligible: others.size,
    },
  };
}

/** Index in the drop of each id, −1 for users it does not have. For sorted ids, as in the files written here, each look-up is one step. */
function usersOf({ users }: Instance, ids: IdPool): Int32Array {
  const table = IdTable.fromPool(users);
  const view = new DataView(ids.bytes.buffer, ids.bytes.byteOffset, ids.bytes.byteLength);
  const found = new Int32Array(ids.length);
  let next = 0;
  for (let i = 0; i < ids.length; i++) {
    found[i] = table.findAt(next, view, ids.offsets[i], ids.offsets[i + 1]);
    if (found[i] >= 0) next = found[i] + 1;
  }
  return found;
}

/** The limit on changes: at most this many new offers, or this share of all offers. */
export function changedFamily(most: CountOrShare): LimitFamily {
  const { amount, isShare } = parseCountOrShare(most)!;
  return {
    limit: CHANGED,
    per: [],
    counts: "offers",
    atMost: amount,
    atLeast: null,
    shareOf: isShare ? "offers" : null,
    price: null,
    where: [{ column: IN_PREVIOUS, values: ["false"] }],
    source: { file: "max changed" },
  };
}
