/**
 * Finds previous offers among the pairs of a drop.
 *
 * @module
 */
import { checkId, checkRow } from "../../base/given_field.ts";
import { IdTable } from "../../base/ids/id_table.ts";
import { pairOf } from "./before/parties.ts";
import type { Instance } from "./instance/instance.ts";
import { OfferIdRows } from "./instance/offer_ids.ts";
import type {
  Previous,
  PreviousColumns,
  PreviousInput,
  PreviousReport,
} from "./instance/previous.ts";

/** Previous offers given in memory, as columns. @throws {InputError} for an offer without ids */
export function previousColumns(input: PreviousInput): PreviousColumns {
  if ("userIds" in input) return input;
  const rows = new OfferIdRows();
  let i = 0;
  for (const offer of input) {
    checkRow(offer, `previous[${i}]`, "{user, contract}");
    for (const column of ["user", "contract"] as const) {
      checkId(offer[column], `previous[${i}]`, column);
    }
    rows.add(offer.user, offer.contract);
    i++;
  }
  return rows.columns();
}

/** Finds previous offers among the pairs of a drop. One pass over the offers. */
export function findPrevious(
  instance: Instance,
  { userIds, contractIds, user, contract, blankRows = 0 }: PreviousColumns,
): { previous: Previous; report: PreviousReport } {
  const at = new Map(instance.contracts.map((id, c) => [id, c]));
  const contractOf = Int32Array.from(contractIds, (id) => at.get(id) ?? -1);
  const userOf = IdTable.fromPool(instance.users).findAll(userIds);
  const given = new Uint8Array(instance.score.length), lost = new Uint8Array(instance.group.length);
  let repeated = 0, eligible = 0;
  // Offers that are no pair any more: repeats are found by the pair of ids.
  const others = new Set<number>();
  for (let row = 0; row < user.length; row++) {
    const u = userOf[user[row]], c = contractOf[contract[row]];
    const p = u < 0 || c < 0 ? -1 : pairOf(instance, u, c);
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
