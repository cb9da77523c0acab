/**
 * Samples of ids that pairs have and other tables lack, to say why no pair of a drop is left.
 *
 * @module
 */
import type { UnknownId } from "../../../allocator/drop/no_pair_left.ts";
import type { RunControl } from "../../../base/progress.ts";
import type { UnknownIds } from "../../steps/leave_out.ts";
import type { Columns } from "../../drop/task.ts";
import { putContracts } from "../store/put_rows.ts";
import type { InputTables, Store, WorkTables } from "../store/store.ts";

/** Finds an id of each kind. */
export async function unknownIds(
  store: Store,
  tables: WorkTables,
  { pairs, userGroups }: InputTables,
  { contracts, withoutCap }: Columns,
  control: RunControl,
): Promise<UnknownIds> {
  const sql = store.dialect, known = tables.beside("known_ids");
  const ids = [...contracts, ...withoutCap];
  await putContracts(store, known, ids, control);
  const contract = sql.asText("contract_address"), user = sql.asText("user_id");
  const isKnown = `${contract} IN (SELECT contract_address FROM ${known})`;
  const first = async (text: string, source: string, where = "1 = 1") => {
    const asked = `SELECT min(text), count(*) FROM (SELECT ${text} AS text FROM ${source}
WHERE ${where}) AS texts`;
    const found = (await store.rows(asked, control)).flat().filter(([, n]) => Number(n) > 0);
    return found.map(([id]) => id).sort().at(0) ?? null;
  };
  const missing = {
    contract: await first(contract, pairs, `NOT (${isKnown})`) ?? "",
    user: await first(
      user,
      pairs,
      `${isKnown} AND user_id NOT IN (SELECT user_id FROM ${userGroups})`,
    ) ?? "",
  };
  const same = `lower(${user}) = lower(${sql.text(missing.user)})`;
  const lower = missing.contract.toLowerCase();
  const among = (missing: string, known: string | null, alike: string | null) =>
    ({ missing, known, alike }) satisfies UnknownId;
  return {
    contracts: among(
      missing.contract,
      ids[0] ?? null,
      ids.find((id) => id.toLowerCase() === lower) ?? null,
    ),
    users: among(
      missing.user,
      await first(user, userGroups),
      missing.user === "" ? null : await first(user, userGroups, same),
    ),
  };
}
